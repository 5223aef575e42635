import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from phoenix_real_estate.errors import RecordError, UnknownSource, UnusableRecord
from phoenix_real_estate.models import Property, RawRecord, Source
from phoenix_real_estate.normalize import normalize, normalize_line
from phoenix_real_estate.normalize.payload import MOST_NODES, named_values
from tests.normalize.records import ARMLS, BUNDLE, PARCEL, SEARCH_ROW, county, mls

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


def _mutated(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The payload with some of its values, at any depth, replaced or gone."""
    absurd = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from(
            [
                10**400,
                -1,
                float("nan"),
                float("inf"),
                "9" * 5_000,
                " " * 99,
                "\ufeff",
                "\x00",
                "\ud800",
                "#" * 300,
            ]
        ),
        st.text(max_size=20),
        st.lists(st.integers(), max_size=3),
        st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
        st.just([[[[[[{}]]]]]]),
    )
    paths = list(_paths(payload))
    changes = st.lists(st.tuples(st.sampled_from(paths), absurd, st.booleans()), min_size=1, max_size=6)
    return changes.map(lambda made: _with_changes(payload, made))


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*at, key)
        yield from _paths(inner, (*at, key))


def _with_changes(payload: dict[str, Any], changes: list[tuple[Any, Any, bool]]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(payload))
    for path, value, remove in changes:
        node = copied
        for key in path[:-1]:
            node = node[key] if isinstance(node, dict | list) and _holds(node, key) else {}
        if isinstance(node, dict):
            node.update({path[-1]: value})
            if remove:
                del node[path[-1]]
    return copied


def _holds(node: dict[Any, Any] | list[Any], key: Any) -> bool:
    return key in node if isinstance(node, dict) else isinstance(key, int) and key < len(node)


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        _mutated(BUNDLE).map(county),
        _mutated(PARCEL).map(county),
        _mutated(SEARCH_ROW).map(county),
        _mutated(ARMLS).map(mls),
    )
)
def test_a_broken_payload_is_a_property_or_a_refusal_of_one_line(record: RawRecord) -> None:
    read = _outcome(record)
    if isinstance(read, Property):
        assert Property.model_validate_json(read.model_dump_json()) == read
    else:
        assert "\n" not in read
        assert any(named in read for named in ("record r1", "record m1", "parcel 999"))


def _outcome(record: RawRecord) -> Property | str:
    try:
        return normalize(record)
    except RecordError as refused:
        return str(refused)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_may_stand_where_an_address_is_expected(text: str) -> None:
    told = normalize_line(json.dumps({"source": "phoenix_mls", "data": {"address": text, "city": text}}))
    assert told["ok"] in (True, False)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="<>/!-tdhr =\"'x3&;", max_size=120))
def test_any_markup_may_stand_where_a_page_is_expected(html: str) -> None:
    assert normalize_line(json.dumps({"source": "phoenix_mls", "html": html}))["ok"] is False
