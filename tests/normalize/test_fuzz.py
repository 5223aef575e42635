"""Ten thousand broken records and files: `make fuzz`. The seed is fixed; FUZZ_SEED=fresh draws another."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from phoenix_real_estate.captures import Refusal
from phoenix_real_estate.intake import read_records
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize import normalize_line
from tests.normalize.broken import PAYLOADS, assert_property_or_refusal, broken_payloads, broken_records
from tests.normalize.records import county, mls

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ASKED = os.environ.get("FUZZ_SEED", "602")
SEED = secrets.randbelow(2**32) if ASKED == "fresh" else int(ASKED)
BREAKINGS = [
    b"\xff",
    b"\x00",
    b"\xed\xa0\x80",
    b"\xf0\x9f",
    b'"',
    b"\\u",
    b"}",
    b"[",
    b"NaN",
    b"1e999",
    b"\r",
    b"",
]


def thorough(examples: int) -> Any:
    """The same examples for the same seed, whatever ran before."""
    chosen = settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    return lambda test: seed(SEED)(chosen(test))


@pytest.fixture(autouse=True)
def the_seed_is_told() -> None:
    print(f"FUZZ_SEED={SEED}")  # noqa: T201


@thorough(6_000)
@given(broken_records())
def test_a_broken_payload_is_a_property_or_a_refusal(record: RawRecord) -> None:
    assert_property_or_refusal(record)


@thorough(1_500)
@given(st.sampled_from(sorted(PAYLOADS)).flatmap(lambda name: broken_payloads(PAYLOADS[name])))
def test_a_broken_line_gets_an_answer(payload: dict[str, Any]) -> None:
    for source in ("maricopa_api", "phoenix_mls"):
        told = normalize_line(json.dumps({"source": source, "data": payload}, default=str))
        assert told["ok"] in (True, False)
        assert json.dumps(told)


@thorough(1_500)
@given(st.text(max_size=400), st.one_of(st.none(), st.text(max_size=40)))
def test_any_text_may_stand_where_an_address_is_expected(text: str, city: str | None) -> None:
    for record in (
        county({"address": text, "city": city, "apn": text}),
        mls({"address": text, "city": city}),
    ):
        assert_property_or_refusal(record)


@st.composite
def broken_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of records with bytes cut out of it and others put in."""
    payload = draw(st.sampled_from(sorted(PAYLOADS)))
    lines = [json.dumps(PAYLOADS[payload]), json.dumps({"source": "phoenix_mls", "data": PAYLOADS[payload]})]
    name, content = draw(
        st.sampled_from(
            [
                ("a.json", f"[{','.join(lines)}]"),
                ("a.jsonl", "\n".join(lines)),
                (
                    "a.csv",
                    "List Number,List Price,Dwelling Type,Features\n1,2,Condo,Cooling|Central Air|Yes\n",
                ),
                ("a.html", "<table><tr><th>Price</th><td>$300,000</td></tr></table>"),
            ]
        )
    )
    told = content.encode()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(told)))
        told = told[:at] + draw(st.sampled_from(BREAKINGS)) + told[at + draw(st.integers(0, 20)) :]
    return name, told


@thorough(1_500)
@given(broken_files())
def test_a_broken_file_gives_records_or_refusals(file: tuple[str, bytes]) -> None:
    name, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        taken = list(read_records(path, source="phoenix_mls"))
    assert taken
    for item in taken:
        if isinstance(item, Refusal):
            assert item.where.startswith(name)
        else:
            json.dumps(item.data).encode()
            assert_property_or_refusal(item)
