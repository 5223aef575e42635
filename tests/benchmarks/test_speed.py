"""What things cost here, told as ratios; nothing is asserted about time. Run with `make bench`."""

from __future__ import annotations

import csv
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import usaddress

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
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) / items * 1e6

    return statistics.median(once() for _ in range(rounds))


def normalized(records: list[RawRecord]) -> list[Property]:
    properties = []
    for record in records:
        try:
            properties.append(normalize(record))
        except RecordError:
            continue
    return properties


def test_normalizing_against_the_bare_address_parser() -> None:
    path = SHARED / "armls" / "export_rows.jsonl"
    if not path.is_file():
        pytest.skip(f"no real listings at {path.parent.name}/{path.name} beside the project")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    records = [RawRecord(id=str(n), source="phoenix_mls", data=row) for n, row in enumerate(rows)]
    texts = [one.address.one_line for one in normalized(records)]
    record = microseconds_each(lambda: normalized(records), len(records))
    address = microseconds_each(lambda: [read_address(text) for text in texts], len(texts))
    bare = microseconds_each(lambda: [usaddress.parse(text) for text in texts], len(texts))
    print(f"\nMLS row, all in: {record:.0f} us = {record / bare:.2f} x usaddress.parse ({bare:.0f} us)")
    print(f"address alone: {address:.0f} us = {address / bare:.2f} x usaddress.parse")


def test_normalizing_county_rows() -> None:
    path = SHARED / "maricopa" / "residential_10k.csv"
    if not path.is_file():
        pytest.skip(f"no real parcels at {path.parent.name}/{path.name} beside the project")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    records = [
        RawRecord(
            id=str(n), source="maricopa_api", data=row | {"situs_address": f"{n + 1} W OAK ST PHOENIX AZ"}
        )
        for n, row in enumerate(rows)
    ]
    each = microseconds_each(lambda: normalized(records), len(records), rounds=1)
    print(
        f"\ncounty row: {each:.0f} us, {len(normalized(records)):,} of {len(records):,} rows are properties"
    )


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
