"""What `phoenix load` takes, refuses and tells."""

from __future__ import annotations

import json

import pytest

from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.store import Store
from tests.deployments.command_line import Run, as_file, in_file, phoenix, raw, store

__all__ = ["phoenix", "store"]


def test_loaded_records_are_pending_and_counted(phoenix: Run, store: Store) -> None:
    file = as_file("records.jsonl", raw(1), raw(2))
    assert phoenix("load", file).err == "records.jsonl: 2 new, 0 known already, 0 refused\n"
    assert phoenix("load", file).err == "records.jsonl: 0 new, 2 known already, 0 refused\n"
    assert store.raw.counts()["pending"] == 2


def test_a_folder_is_loaded_with_all_its_files(phoenix: Run, store: Store) -> None:
    loaded = phoenix("load", samples_dir())
    assert (loaded.code, loaded.out) == (0, "")
    assert store.raw.counts()["pending"] > 10


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("malformed.json", '{"a": ', "malformed.json:1: not JSON: Expecting value."),
        ("empty.json", "", "empty.json: the file is empty."),
        ("shape.json", '{"x": 1}', "no source is named and the shape tells none"),
        ("notes.txt", "hello", "not a kind of file that holds raw records"),
    ],
)
def test_a_file_without_records_is_told_with_cause_and_next_step(
    phoenix: Run, store: Store, name: str, text: str, told: str
) -> None:
    loaded = phoenix("load", in_file(name, text))
    assert loaded.code == 1
    assert loaded.complaint.startswith(f"{name}: no record taken. ")
    assert told in loaded.complaint
    assert loaded.complaint.endswith("Correct it, say what it is with --source, or name another file.")
    assert store.raw.counts()["pending"] == 0


def test_a_missing_file_is_told_with_its_name(phoenix: Run) -> None:
    loaded = phoenix("load", "nowhere.json")
    assert loaded.code == 1
    assert loaded.complaint == ("nowhere.json: no such file or folder. Name a file or folder of raw records.")


def test_paths_that_fail_are_told_one_by_one_and_hold_up_no_other(phoenix: Run, store: Store) -> None:
    good = as_file("good.jsonl", raw(1))
    loaded = phoenix("load", "nowhere.json", in_file("malformed.json", "{"), good, in_file("empty.json", ""))
    assert loaded.code == 1
    taken, *complaints = loaded.err.splitlines()
    assert taken == "good.jsonl: 1 new, 0 known already, 0 refused"
    assert [complaint.split(": ")[:2] for complaint in complaints] == [
        ["phoenix", "nowhere.json"],
        ["phoenix", "malformed.json"],
        ["phoenix", "empty.json"],
    ]
    assert store.raw.counts()["pending"] == 1


def test_refused_lines_of_a_good_file_are_told_and_the_rest_is_taken(phoenix: Run, store: Store) -> None:
    file = in_file("mixed.jsonl", f"{json.dumps(raw(1))}\nnonsense\n")
    loaded = phoenix("load", file)
    assert loaded.code == 0
    assert loaded.err.splitlines() == [
        "mixed.jsonl: 1 new, 0 known already, 1 refused",
        "  refused mixed.jsonl:2: not JSON: Expecting value.",
    ]
    assert store.raw.counts()["pending"] == 1


def test_a_file_of_many_bad_lines_shows_the_first_reasons_and_counts_the_rest(phoenix: Run) -> None:
    loaded = phoenix("load", in_file("bad.jsonl", "nonsense\n" * 23))
    assert loaded.code == 1
    *reasons, more, complaint = loaded.err.splitlines()
    assert reasons[0] == "  refused bad.jsonl:1: not JSON: Expecting value."
    assert (len(reasons), more) == (20, "  ... and 3 more")
    assert complaint.startswith("phoenix: bad.jsonl: none of 23 records taken, for the reasons above.")


def test_a_record_that_mongodb_cannot_store_is_refused_and_the_others_are_taken(
    phoenix: Run, store: Store
) -> None:
    huge = raw(2) | {"data": {"remarks": "x" * (16 * 1024 * 1024)}}
    loaded = phoenix("load", as_file("records.jsonl", raw(1), huge))
    assert loaded.code == 0
    assert "refused raw-2: " in loaded.err
    assert "16 MB." in loaded.err
    assert store.raw.counts()["pending"] == 1


def test_records_of_unknown_sources_and_without_address_are_loaded_to_be_judged_later(
    phoenix: Run, store: Store
) -> None:
    file = as_file(
        "odd.jsonl",
        {"source": "mars", "data": {"a": 1}},
        {"source": "maricopa_api", "data": {"bedrooms": 3}},
    )
    assert phoenix("load", file).code == 0
    assert store.raw.counts()["pending"] == 2
