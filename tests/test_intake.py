"""Records read in: their shapes, their sources, and what is refused with its place."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize import normalize
from tests.intake_files import captured, records, refusals, written
from tests.normalize.records import ARMLS, BUNDLE, DETAILS, PARCEL, SEARCH_ROW, VALUATIONS

OWN: dict[str, Any] = {"source": "maricopa_api", "data": SEARCH_ROW}


def test_a_missing_path_is_an_error_of_the_operator(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.json: no such file or folder"):
        read_records(tmp_path / "gone.json")


@pytest.mark.parametrize("content", [OWN, [OWN]])
def test_a_record_in_our_own_shape_is_taken_as_it_is(tmp_path: Path, content: object) -> None:
    (record,) = records(written(tmp_path, "a.json", content))
    assert (record.source, record.data, record.html) == ("maricopa_api", SEARCH_ROW, None)
    assert record.id.startswith("maricopa_api:99906005:")
    assert record.collected_at is not None


def test_a_record_of_an_unknown_source_is_taken_for_the_normalizer_to_judge(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path, "a.json", {"source": "zillow", "data": {"zpid": 1}}))
    assert record.source == "zillow"


def test_a_source_that_nobody_knows_gives_way_to_the_one_that_is_said(tmp_path: Path) -> None:
    unknown = {"_id": "mine-1", "source": "zillow", "data": SEARCH_ROW}
    (record,) = records(written(tmp_path, "a.json", unknown), source="maricopa_api")
    # It may be a dead letter already under its own name.
    assert (record.source, record.id.startswith("maricopa_api:99906005:")) == ("maricopa_api", True)
    known = unknown | {"source": "phoenix_mls"}
    (record,) = records(written(tmp_path, "a.json", known), source="maricopa_api")
    assert (record.source, record.id) == ("phoenix_mls", "mine-1")


def test_loading_the_same_content_twice_gives_the_same_ids_and_other_content_others(tmp_path: Path) -> None:
    first = records(written(tmp_path, "a.json", OWN))[0]
    again = records(written(tmp_path, "b.jsonl", json.dumps(OWN) + "\n"))[0]
    other = records(written(tmp_path, "c.json", {**OWN, "data": {**SEARCH_ROW, "SitusZip": "85033"}}))[0]
    assert first.id == again.id
    assert first.id != other.id
    assert first.id.rpartition(":")[0] == other.id.rpartition(":")[0]


def test_documents_of_a_mongodb_export_keep_their_ids_and_dates(tmp_path: Path) -> None:
    exported = {
        **OWN,
        "_id": {"$oid": "67ab"},
        "collected_at": {"$date": "2026-11-02T15:00:00Z"},
        "data": {
            "apn": "99906005",
            "a": {"$numberLong": "7"},
            "b": {"$numberDouble": "1.5"},
            "c": {"$numberInt": 3},
        },
    }
    # mongoexport writes one document a line into a file that may be called .json.
    lines = json.dumps(exported) + "\n" + json.dumps({**exported, "_id": 8, "collected_at": "yesterday"})
    first, second = records(written(tmp_path, "export.json", lines))
    assert (first.id, first.collected_at) == ("67ab", datetime(2026, 11, 2, 15, tzinfo=UTC))
    assert first.data == {"apn": "99906005", "a": 7, "b": 1.5, "c": {"$numberInt": 3}}
    assert second.id == "8"
    assert second.collected_at is not None


def test_a_moment_without_a_zone_is_utc(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path, "a.json", {**OWN, "collected_at": "2026-11-02T15:00:00"}))
    assert record.collected_at == datetime(2026, 11, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payload", "source"),
    [
        (SEARCH_ROW, "maricopa_api"),
        (BUNDLE, "maricopa_api"),
        (PARCEL, "maricopa_api"),
        (DETAILS, "maricopa_api"),
        (ARMLS, "phoenix_mls"),
        ({"ListPrice": 1, "UnparsedAddress": "x"}, "phoenix_mls"),
    ],
)
def test_the_shape_tells_the_source(tmp_path: Path, payload: dict[str, Any], source: str) -> None:
    (record,) = records(written(tmp_path, "a.json", payload))
    assert (record.source, record.data) == (source, payload)


def test_a_shape_that_tells_nothing_needs_a_named_source(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", {"address": "12 E Elm St, Tempe, AZ"})
    assert refusals(path) == [
        ("a.json", "no source is named and the shape tells none; say which source it is.")
    ]
    assert records(path, source="phoenix_mls")[0].source == "phoenix_mls"


def test_a_search_page_becomes_one_record_a_row(tmp_path: Path) -> None:
    other = {**SEARCH_ROW, "APN": "99906006"}
    page = {"TOTAL": 3, "Results": [SEARCH_ROW, other, "x"]}
    taken = list(read_records(written(tmp_path, "a.json", page)))
    assert [item.data for item in taken if isinstance(item, RawRecord)] == [SEARCH_ROW, other]
    assert refusals(tmp_path / "a.json") == [("a.json row 2", "not an object.")]


def test_a_reso_answer_becomes_one_record_a_listing(tmp_path: Path) -> None:
    page = {
        "@odata.context": "x",
        "value": [{"ListingId": "1", "ListPrice": 1}, {"ListingId": "2", "ListPrice": 2}],
    }
    assert [record.id.split(":")[1] for record in records(written(tmp_path, "a.json", page))] == ["1", "2"]


def test_captured_pages_are_read_with_their_time(tmp_path: Path) -> None:
    search = captured("search/property/?q=85031", {"TOTAL": 1, "Results": [SEARCH_ROW]})
    (record,) = records(written(tmp_path, "a.json", [search]))
    assert (record.data, record.collected_at) == (SEARCH_ROW, datetime(2026, 11, 2, 15, tzinfo=UTC))


def test_captured_answers_about_one_parcel_become_one_record(tmp_path: Path) -> None:
    answers = [
        captured("parcel/999-06-005", {"PropertyAddress": "4027 N 55TH AVE PHOENIX, AZ 85031"}),
        captured("parcel/999-06-005/residential-details", DETAILS),
        captured("parcel/999-06-005/valuations/?page=1", VALUATIONS),
    ]
    lines = "\n".join(json.dumps(answer) for answer in answers)
    (record,) = records(written(tmp_path, "a.json", answers))
    assert records(written(tmp_path, "a.jsonl", lines)) == [record]
    read = normalize(record)
    assert record.id.startswith("maricopa_api:99906005:")
    assert (read.parcel_number, read.square_feet, read.value) == ("99906005", 1257, 333_800)
    assert read.address.one_line == "4027 N 55th Ave, Phoenix, AZ 85031"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (captured("parcel/101-01-001", {"raw_text": ""}, 404), "the Assessor answered 404: no such parcel."),
        (captured("parcel/101-01-001/valuations", []), "the Assessor's answer is empty: no such parcel."),
        (captured("mapid/parcel/101-01-001", ["x"]), "the Assessor's answer is empty: no such parcel."),
        (captured("invalid", {"raw_text": "<html"}), "an HTML page of the Assessor's site, not a parcel."),
        (captured("search/rental", {"TOTAL": 0, "Results": []}), "a search page without results."),
        (captured("search/sub", {"Results": [{"SubdivisionName": "A"}, 7]}), "its rows are not parcels."),
    ],
)
def test_a_captured_answer_without_a_parcel_is_refused_with_its_reason(
    tmp_path: Path, answer: dict[str, object], why: str
) -> None:
    assert refusals(written(tmp_path, "a.json", [answer])) == [("a.json[0]", why)]


def test_a_captured_answer_of_another_address_is_taken_by_its_shape(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path, "a.json", captured("anything", SEARCH_ROW)))
    assert record.data == SEARCH_ROW


@pytest.mark.parametrize(
    ("name", "content", "where", "why"),
    [
        ("a.json", "", "a.json", "the file is empty."),
        ("a.json", "[]", "a.json", "there is no record in it."),
        ("a.json", "{\n  nope", "a.json:2", "not JSON: Expecting property name"),
        ("a.json", "[" * 200_000, "a.json", "not JSON: "),
        ("a.json", '{"a": ' + "9" * 5_000 + "}", "a.json", "no source is named"),
        ("a.json", '{"a": ' + "[" * 90 + "]" * 90 + "}", "a.json", "nested more than 90 levels deep."),
        ("a.json", '{"a": ["\\ud800"]}', "a.json", "holds text that is not Unicode."),
        ("a.json", '{"a\\u0000b": 1}', "a.json", "holds a name with a zero byte."),
        ("a.json", '{"$numberInt": "x"}', "a.json", "not JSON: "),
        ("a.json", "[7]", "a.json[0]", "not an object; a raw record is"),
        ("a.jsonl", "\n{nope}\n", "a.jsonl:2", "not JSON: Expecting property name"),
        ("a.jsonl", "\n\n" + "[" * 200_000, "a.jsonl:3", "not JSON: "),
        ("a.jsonl", "\n\n", "a.jsonl", "there is no record in it."),
        ("a.json", '{"source": "", "data": {}}', "a.json", "`source` is not a name."),
        ("a.json", '{"source": "phoenix_mls", "data": []}', "a.json", "`data` is not an object."),
        ("a.json", '{"source": "phoenix_mls", "html": 7}', "a.json", "`html` is not a text."),
        ("a.txt", "x", "a.txt", "not a kind of file that holds raw records: .json"),
        ("a.csv", "a,b\n1,2\n", "a.csv", "not an ARMLS export; say which source its rows come from."),
        ("a.csv", "\n", "a.csv", "not an ARMLS export"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, name: str, content: str, where: str, why: str
) -> None:
    ((found, reason),) = refusals(written(tmp_path, name, content))
    assert found == where
    assert reason.startswith(why)


def test_one_bad_line_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", f"{json.dumps(OWN)}\nnope\n{json.dumps({**OWN, '_id': 'x'})}\n")
    taken = list(read_records(path))
    assert [type(item).__name__ for item in taken] == ["RawRecord", "Refusal", "RawRecord"]


def test_a_file_of_lines_is_read_line_by_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", json.dumps(OWN) + "\n")
    taken = read_records(path)
    assert isinstance(next(taken), RawRecord)
    with path.open("a") as file:
        file.write(json.dumps({**OWN, "_id": "late"}) + "\n")
    assert [item.id for item in taken if isinstance(item, RawRecord)] == ["late"]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    written(tmp_path, "c.json", {**OWN, "_id": "third"})
    written(tmp_path / "b", "z.json", {**OWN, "_id": "second"})
    written(tmp_path, "a.json", {**OWN, "_id": "first"})
    written(tmp_path, ".hidden.json", {**OWN, "_id": "never"})
    assert [record.id for record in records(tmp_path)] == ["first", "second", "third"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path) == [(str(tmp_path), "the folder holds no files.")]


def test_a_file_that_vanishes_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", json.dumps(OWN))
    taken = read_records(path)
    path.unlink()
    (refused,) = taken
    assert refused == Refusal(where="a.jsonl", why="cannot be read: No such file or directory.")
