"""What things cost here, told as ratios; nothing is asserted about time. Run with `make bench`."""

from __future__ import annotations

import csv
import json
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
import usaddress
from pydantic import JsonValue

from expectations.gate import Candidate, judge
from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Enrichment, Operation, Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.address import read_address
from phoenix_real_estate.samples import samples_dir

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def microseconds_each(work: Callable[[], object], items: int, rounds: int = 5) -> float:
    """The median round's time for one item."""

    def once() -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) / items * 1e6

    return statistics.median(once() for _ in range(rounds))


def normalized(records: list[RawRecord]) -> list[Property]:
    properties = []
    for record in records:
        try:
            properties.append(normalize(record))
        except RecordError:
            continue
    return properties


def test_normalizing_listings_against_the_bare_address_parser() -> None:
    rows = [json.loads(line) for line in real("armls/export_rows.jsonl").read_text("utf-8").splitlines()]
    compare("MLS row", [RawRecord(id=str(n), source="phoenix_mls", data=row) for n, row in enumerate(rows)])


def test_normalizing_county_rows_against_the_bare_address_parser() -> None:
    """The residential details have no address: each row gets one of the real ones."""
    addresses = cycle(row["raw"] for row in rows_of("addresses/maricopa_structured.csv"))
    rows = [row | {"situs_address": next(addresses)} for row in rows_of("maricopa/residential_10k.csv")]
    compare(
        "county row", [RawRecord(id=str(n), source="maricopa_api", data=row) for n, row in enumerate(rows)]
    )


def test_normalizing_our_samples() -> None:
    compare("sample", [one for one in read_records(samples_dir()) if isinstance(one, RawRecord)])


def compare(name: str, records: list[RawRecord]) -> None:
    """A record all in, its address alone, and usaddress on the same addresses in the same run."""
    texts = [one.address.raw or "" for one in normalized(records)]
    rounds = 21 if len(records) < 1_000 else 5
    whole = microseconds_each(lambda: normalized(records), len(records), rounds)
    address = microseconds_each(lambda: [read_address(text) for text in texts], len(texts), rounds)
    bare = microseconds_each(lambda: [usaddress.parse(text) for text in texts], len(texts), rounds)
    print(f"\n{name}, {len(texts):,} of {len(records):,}: {whole:.0f} us = {whole / bare:.2f} x usaddress")
    print(f"  address alone {address:.0f} us = {address / bare:.2f} x; usaddress.parse {bare:.0f} us")


def rows_of(name: str) -> list[dict[str, JsonValue]]:
    with real(name).open(newline="", encoding="utf-8") as lines:
        return [dict(row) for row in csv.DictReader(lines)]


def real(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the real records, {path.name}, are not beside the project")
    return path


def test_the_gate_by_size_of_the_batch() -> None:
    records = [one for one in read_records(samples_dir()) if not isinstance(one, Refusal)]
    candidates = [
        Candidate(key=str(n), property=one, enrichment=written(one))
        for n, one in enumerate((normalized(records) * 50)[:200])
    ]
    judge(candidates[:1])
    alone = microseconds_each(lambda: judge(candidates[:1]), 1)
    for size in (50, 200):
        each = microseconds_each(lambda size=size: judge(candidates[:size]), size, rounds=3)
        print(f"\ngate at batch {size}: {each / 1000:.1f} ms a property = {each / alone:.3f} x alone")


def written(property: Property) -> Enrichment:
    return Enrichment.model_validate({part.value: compose(part, property) for part in Operation})
