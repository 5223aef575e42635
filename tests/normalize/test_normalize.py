import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from phoenix_real_estate.errors import UnknownSource, UnusableRecord
from phoenix_real_estate.models import RawRecord, Source
from phoenix_real_estate.normalize import normalize, normalize_line
from phoenix_real_estate.normalize.payload import MOST_NODES, named_values
from tests.normalize.broken import assert_property_or_refusal, broken_records
from tests.normalize.records import ARMLS, BUNDLE, PARCEL, SEARCH_ROW, county, mls, page

PERSONS = ["POE", "EDGAR", "RAVEN", "USHER", "RODERICK", "602-555", "TUCSON"]


def line(**record: Any) -> str:
    return json.dumps(record)


def test_an_unknown_source_is_refused_by_name_with_the_known_ones() -> None:
    with pytest.raises(UnknownSource, match=r"'zillow'; known sources are maricopa_api, phoenix_mls\."):
        normalize(RawRecord(id="r1", source="zillow", data={}))


def test_a_record_without_payload_is_refused() -> None:
    with pytest.raises(UnusableRecord, match="neither data nor html"):
        normalize(RawRecord(id="r1", source=Source.MLS))


@pytest.mark.parametrize("record", [county(SEARCH_ROW), county(BUNDLE), county(PARCEL), mls(ARMLS)])
def test_no_person_leaves_the_normalizer(record: RawRecord) -> None:
    told = normalize(record).model_dump_json().upper()
    assert not [name for name in PERSONS if name in told]


@pytest.mark.parametrize("record", [county(BUNDLE), county(PARCEL), mls(ARMLS)])
def test_every_known_fact_names_its_source(record: RawRecord) -> None:
    read = normalize(record)
    known = read.model_dump(exclude_defaults=True).keys() - {"provenance", "collected_at"}
    assert read.provenance == dict.fromkeys(known, record.source)


def test_a_line_becomes_a_property() -> None:
    told = normalize_line(line(source="maricopa_api", data=SEARCH_ROW))
    assert told["ok"] is True
    assert isinstance(told["property"], dict)
    assert told["property"]["property_id"] == "99906005"
    assert told["property"]["address"] == {
        "street": "4027 N 55th Ave",
        "city": "Phoenix",
        "state": "AZ",
        "zip": "85031",
        "raw": "4027 N 55TH AVE",
    }
    assert "bedrooms" not in told["property"]


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        (line(source="zillow", data={}), "UnknownSource", "zillow"),
        (line(source="maricopa_api", data={}, _id="r7"), "UnusableRecord", "record r7 is empty"),
        (line(source="maricopa_api", data={}, _id={"$oid": "6abc"}), "UnusableRecord", "6abc"),
        (
            line(source="maricopa_api", data={**SEARCH_ROW, "PropertyType": "WAREHOUSE"}),
            "UnsupportedProperty",
            "war",
        ),
        (line(source="maricopa_api", data=[1]), "UnusableRecord", "not a raw record: data"),
        (line(source=7, data={}), "UnusableRecord", "not a raw record"),
        (line(data={}), "UnusableRecord", "not a raw record"),
        ("[]", "UnusableRecord", "not a raw record"),
        ("{", "UnusableRecord", "not JSON"),
        ("", "UnusableRecord", "not JSON"),
        ("[" * 200_000, "UnusableRecord", "not JSON"),
        ('{"source": ' + "9" * 5_000 + "}", "UnusableRecord", "not JSON"),
        ('{"source": "phoenix_mls", "data": {"a": ' + "[" * 900 + "]" * 900 + "}}", "UnusableRecord", ""),
    ],
)
def test_a_line_that_is_no_property_says_why(text: str, error: str, reason: str) -> None:
    told = normalize_line(text)
    assert (told["ok"], told["error"]) == (False, error)
    assert reason in str(told["reason"])
    assert "\n" not in str(told["reason"])


def test_a_huge_payload_is_walked_only_so_far() -> None:
    wide: dict[str, JsonValue] = {str(n): {"bedrooms": n} for n in range(MOST_NODES + 5)}
    wide["address"] = "12 Elm St"
    assert named_values(wide)["address"] == "12 Elm St"


@pytest.mark.parametrize(
    "endless",
    [
        "9" * 1_000_000,
        "N 43RD AVE " * 90_000,
        "# " * 500_000,
        "a@" * 500_000,
        "602-555-" * 125_000,
        "," * 1_000_000,
    ],
)
def test_a_text_of_a_million_characters_is_no_trouble(endless: str) -> None:
    told = {
        **SEARCH_ROW,
        "SitusCity": endless,
        "SitusZip": endless,
        "LotSize": endless,
        "description": endless,
    }
    assert_property_or_refusal(county({**told, "SitusAddress": endless}))
    read = normalize(county({**told, "SitusCity": "PHOENIX"}))
    assert len(read.model_dump_json()) < 20_000


def test_five_megabytes_of_a_page_are_no_trouble() -> None:
    rows = "<tr><th>Beds</th><td>3</td></tr>"
    assert_property_or_refusal(page("<table>" + rows * (5_000_000 // len(rows))))


@settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(broken_records())
def test_a_broken_payload_is_a_property_or_a_refusal_of_one_line(record: RawRecord) -> None:
    assert_property_or_refusal(record)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_may_stand_where_an_address_is_expected(text: str) -> None:
    told = normalize_line(json.dumps({"source": "phoenix_mls", "data": {"address": text, "city": text}}))
    assert told["ok"] in (True, False)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="<>/!-tdhr =\"'x3&;", max_size=120))
def test_any_markup_may_stand_where_a_page_is_expected(html: str) -> None:
    assert normalize_line(json.dumps({"source": "phoenix_mls", "html": html}))["ok"] is False
