"""Which records a backfill takes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from phoenix_real_estate.backfill import Selection, select, selection
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.backfill.stored import LEASE, add, letter, make, rest

ZONE = "America/Phoenix"


def chosen(store: Store, **wanted: object) -> list[str]:
    return select(store, Selection.model_validate(wanted), time_zone=ZONE).ids


def notes(store: Store, **wanted: object) -> list[str]:
    return select(store, Selection.model_validate(wanted), time_zone=ZONE).notes


def test_by_default_it_is_what_was_never_enriched(store: Store) -> None:
    add(store, 1, 2, 3)
    rest(store, "raw-1")
    make(store, "raw-1")
    make(store, "raw-2")
    assert chosen(store) == ["raw-3"]


def test_a_record_that_another_run_holds_may_be_free_by_its_turn(store: Store) -> None:
    add(store, 1)
    store.raw.claim(1, lease=LEASE)
    assert chosen(store) == ["raw-1"]


def test_all_is_every_record_whatever_became_of_it(store: Store) -> None:
    add(store, 1, 2, 3)
    rest(store, "raw-1")
    letter(store, "raw-2", "normalize")
    assert chosen(store, redo="all") == ["raw-1", "raw-2", "raw-3"]
    assert chosen(store, redo="all", statuses=["processed", "dead_letter"]) == ["raw-1", "raw-2"]
    assert chosen(store, redo="all", limit=2) == ["raw-1", "raw-2"]


def test_what_failed_at_the_gate_waits_in_review_or_is_dead(store: Store) -> None:
    add(store, 1, 2, 3, 4)
    rest(store, "raw-1", "needs_review")
    letter(store, "raw-2", "gate")
    letter(store, "raw-3", "normalize")
    assert chosen(store, redo="failed gate") == ["raw-1", "raw-2"]


def test_old_prompts_are_those_before_the_ones_in_use(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, 1, 2, 3, 4)
    for raw_id, version in (("raw-1", "v1"), ("raw-2", "v2"), ("raw-3", "")):
        make(store, raw_id, prompt=version)
    assert chosen(store, redo="old prompt") == []
    monkeypatch.setattr(selection, "DEFAULT", "v2")
    assert chosen(store, redo="old prompt") == ["raw-1"]
    assert chosen(store, redo="old prompt", prompt_older_than="v10") == ["raw-1", "raw-2"]
    assert chosen(store, redo="all", prompt_older_than="v3") == ["raw-1", "raw-2"]


def test_in_a_trial_every_version_is_in_use(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "DEFAULT", "v3")
    add(store, 1, 2)
    make(store, "raw-1", prompt="v1")
    make(store, "raw-2", prompt="v2")
    trial = settings.model_copy(update={"prompt_versions": {"description": {"v2": 50, "v3": 50}}})
    with using(trial):
        assert chosen(store, redo="old prompt") == ["raw-1"]


def test_records_are_chosen_by_the_day_on_which_they_were_collected_in_phoenix(store: Store) -> None:
    # Six in the morning in London is the evening before in Phoenix.
    add(store, 1, collected_at=datetime(2026, 3, 1, 6, tzinfo=UTC))
    add(store, 2, collected_at=datetime(2026, 3, 1, 8, tzinfo=UTC))
    add(store, 3, collected_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    add(store, 4)
    first = date(2026, 3, 1)
    assert chosen(store, collected_from=first) == ["raw-2", "raw-3"]
    assert chosen(store, collected_to=first) == ["raw-1", "raw-2"]
    assert chosen(store, collected_from=first, collected_to=first) == ["raw-2"]
    assert notes(store, collected_to=first) == ["1 without a time of collection left out."]


def test_records_are_chosen_by_source(store: Store) -> None:
    add(store, 1)
    add(store, 2, source="phoenix_mls")
    assert chosen(store, source="phoenix_mls") == ["raw-2"]


def test_records_are_chosen_by_the_zip_code_of_the_house(store: Store) -> None:
    add(store, 1, 2, 3)
    store.raw.add([RawRecord(id="raw-4", source="maricopa_api", data={"nothing": "known"})])
    make(store, "raw-2", zip_code="85001")
    assert chosen(store, redo="all", zips=["85031"]) == ["raw-1", "raw-3"]
    assert chosen(store, redo="all", zips=["85001"]) == ["raw-2"]


def test_records_are_chosen_by_name_and_unknown_names_are_told(store: Store) -> None:
    add(store, 1, 2)
    assert chosen(store, ids=["raw-2", "raw-9"]) == ["raw-2"]
    assert notes(store, ids=["raw-2", "raw-9"]) == ["1 of the named records not in raw_properties."]


def test_what_a_person_has_decided_is_left_out_unless_it_is_asked_for(store: Store) -> None:
    add(store, 1, 2)
    make(store, "raw-1", decided=True)
    make(store, "raw-2")
    assert chosen(store, redo="all") == ["raw-2"]
    [note] = notes(store, redo="all")
    assert note.startswith("1 left out: a person has decided")
    assert chosen(store, redo="all", decided_by_people=True) == ["raw-1", "raw-2"]


def test_an_older_record_of_a_house_that_a_person_decided_on_is_left_out_too(store: Store) -> None:
    """The property names only the records that it was last made of; the older one is known by its facts."""
    add(store, 1, 2, 3)
    rest(store, "raw-1")
    rest(store, "raw-2")
    make(store, "newer", decided=True, property_id="10306001")
    assert chosen(store, redo="all") == ["raw-2", "raw-3"]
    assert notes(store, redo="all")[0].startswith("1 left out: a person has decided")
    assert chosen(store, redo="all", decided_by_people=True) == ["raw-1", "raw-2", "raw-3"]


def test_a_house_decided_on_under_its_address_is_known_by_it(store: Store) -> None:
    add(store, 1, 2)
    rest(store, "raw-1")
    rest(store, "raw-2")
    address = {"street": "4001 N 55th Ave", "city": "Phoenix", "state": "AZ", "zip": "85031"}
    make(store, "newer", decided=True, property_id="addr-1", address=address)
    # Another parcel there is another house.
    make(
        store, "twin", decided=True, property_id="10306777", address={**address, "street": "4002 N 55th Ave"}
    )
    assert chosen(store, redo="all") == ["raw-2"]


def test_a_record_at_rest_that_holds_no_house_is_nobodys_decision(store: Store) -> None:
    store.raw.add([RawRecord(id="raw-1", source="maricopa_api", data={"nothing": "known"})])
    rest(store, "raw-1", "dead_letter")
    make(store, "newer", decided=True)
    assert chosen(store, redo="all") == ["raw-1"]


def test_records_of_one_property_stand_side_by_side(store: Store) -> None:
    add(store, 1, 2, 3)
    make(store, "raw-2")
    store.database.processed_properties.update_one({}, {"$set": {"metadata.raw_ids": ["raw-1", "raw-3"]}})
    assert chosen(store, redo="all") == ["raw-2", "raw-1", "raw-3"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"collected_from": "2026-03-02", "collected_to": "2026-03-01"}, "no record can fit"),
        ({"zips": ["85031", "8503"]}, "8503: a ZIP code has five digits"),
        ({"statuses": ["processed"]}, "never enriched are pending"),
        ({"redo": "failed gate", "statuses": ["pending"]}, "needs_review or dead_letter"),
        ({"prompt_older_than": "v2"}, "no prompt has written"),
        ({"redo": "all", "prompt_older_than": "2"}, "pattern"),
        ({"limit": -1}, "greater than or equal to 0"),
        ({"zip": "85031"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_met_is_refused_with_the_reason(wanted: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Selection.model_validate(wanted)


def test_a_form_can_tell_a_zip_code_from_something_else_before_it_starts_a_run() -> None:
    items = Selection.model_json_schema()["properties"]["zips"]["items"]
    assert items == {"type": "string", "pattern": "^[0-9]{5}$"}


def test_a_status_that_fits_the_choice_is_taken() -> None:
    assert Selection(statuses=["pending"]).statuses == ["pending"]
    assert Selection(redo="failed gate", statuses=["needs_review"]).redo == "failed gate"
