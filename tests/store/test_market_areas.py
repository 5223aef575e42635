"""Market areas follow what is published; a snapshot stays as it was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.store import Store
from tests.comparable_homes import AREA, NOON, home, published
from tests.store.conftest import Clock

LATER = NOON + timedelta(hours=1)


def publish(store: Store, *numbers: int, **facts: Any) -> None:
    store.processed.save([published(home(number, **facts)) for number in numbers])


def values(store: Store, area: str = AREA) -> dict[str, int]:
    snapshot = store.areas.snapshots([area]).get(area)
    return snapshot.values if snapshot else {}


def members(store: Store, area: str = AREA) -> set[str]:
    document = store.database["market_areas"].find_one({"_id": area})
    return set(document["members"]) if document else set()


def test_five_published_homes_make_an_area(store: Store) -> None:
    publish(store, 0, 1, 2, 3)
    assert values(store) == {}
    publish(store, 4)
    assert values(store) == {f"1030600{number}": 200 + number for number in range(5)}
    assert store.areas.snapshots([]) == {}


def test_what_is_not_published_is_no_comparable(store: Store) -> None:
    store.processed.save([published(home(1), "needs_review"), published(home(2))])
    assert members(store) == {"10306002"}


def test_a_property_leaves_its_area_when_it_changes_its_size_is_withdrawn_or_removed(store: Store) -> None:
    publish(store, 1, 2, 3, 4)
    over = {f"1030600{number}": NOON for number in (1, 2)}
    larger = published(home(1, square_feet=2_100), at=LATER)
    withdrawn = published(home(2), "needs_review", at=LATER)
    assert store.processed.save([larger, withdrawn], over=over) == set()
    store.processed.remove({"10306003": NOON})
    assert members(store) == {"10306004"}
    assert members(store, "85031|single family residence|list|2000") == {"10306001"}
    assert store.processed.remove({"10306004": LATER}) == 0
    assert members(store) == {"10306004"}


def test_a_new_price_takes_the_place_of_the_old_one(store: Store) -> None:
    publish(store, 0, 1, 2, 3, 4)
    cheaper = published(home(0, price=160_000), at=LATER)
    store.processed.save([cheaper], over={"10306000": NOON})
    assert values(store)["10306000"] == 100


def test_a_save_that_was_refused_moves_nothing(store: Store) -> None:
    publish(store, 1)
    larger = published(home(1, square_feet=2_100), at=LATER)
    assert store.processed.save([larger], over={"10306001": LATER}) == {"10306001"}
    assert store.processed.save([larger]) == {"10306001"}
    assert members(store) == {"10306001"}
    assert members(store, "85031|single family residence|list|2000") == set()


def test_a_months_snapshot_stands_until_the_area_has_doubled(store: Store, clock: Clock) -> None:
    publish(store, *range(5))
    first = store.areas.snapshots([AREA])[AREA]
    publish(store, 5, 6, 7, 8)
    assert store.areas.snapshots([AREA])[AREA] == first
    publish(store, 9)
    doubled = store.areas.snapshots([AREA])[AREA]
    assert (len(first.values), len(doubled.values)) == (5, 10)
    clock.now = datetime(2026, 4, 1, 19, tzinfo=UTC)
    publish(store, 10)
    april = store.areas.snapshots([AREA])[AREA]
    assert (len(april.values), str(april.as_of)) == (11, "2026-04-01")
    kept = {one["_id"]: one["values"] for one in store.database["market_snapshots"].find()}
    assert kept == {one.id: one.values for one in (first, doubled, april)}


def test_the_snapshot_of_the_run_that_was_quicker_counts(store: Store) -> None:
    publish(store, *range(5))
    name = f"{AREA}|2026-03|5"
    other = {"as_of": "2026-03-02", "values": {"elsewhere": 250}}
    slower = store.areas._stored

    def stored_meanwhile(ids: set[str]) -> Any:
        found = slower(ids)
        store.database["market_snapshots"].update_one({"_id": name}, {"$setOnInsert": other}, upsert=True)
        return found

    store.areas._stored = stored_meanwhile  # type: ignore[method-assign, assignment]
    assert values(store) == {"elsewhere": 250}


def test_prices_older_than_a_year_are_left_out(store: Store, clock: Clock) -> None:
    publish(store, *range(6))
    clock.now = NOON + timedelta(days=365)
    publish(store, 6, collected_at=None)
    assert len(values(store)) == 7
    clock.now += timedelta(days=60)
    assert values(store) == {}


@pytest.mark.parametrize(
    "unusual",
    [
        {"_id": "a.b"},
        {"property": {"square_feet": "no number"}},
        {"property": None},
        {"property": home(1, collected_at=None).model_dump(mode="json"), "metadata": {}},
        {"property": home(1, property_type=None).model_dump(mode="json")},
    ],
)
def test_what_cannot_be_compared_is_stored_all_the_same(store: Store, unusual: dict[str, Any]) -> None:
    document = published(home(1)) | unusual
    assert store.processed.save([document]) == set()
    assert list(store.processed.find()) == [document]
    assert store.database["market_areas"].find_one() is None


def test_a_collectors_time_without_a_zone_is_utc(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    publish(store, *range(5), collected_at=naive)
    assert len(values(store)) == 5


def test_a_property_that_leaves_an_area_nobody_wrote_down_makes_none(store: Store) -> None:
    publish(store, 1)
    store.database["market_areas"].delete_many({})
    store.processed.remove({"10306001": NOON})
    assert store.database["market_areas"].find_one() is None
    assert values(store) == {}


def test_an_area_that_was_half_written_stops_nobody_and_fills_again(store: Store) -> None:
    store.database["market_areas"].insert_one({"_id": AREA})
    assert values(store) == {}
    publish(store, *range(5))
    assert len(values(store)) == 5


def test_snapshots_that_are_only_foreseen_are_those_of_the_run_and_leave_nothing(store: Store) -> None:
    publish(store, *range(5))
    foreseen = store.areas.snapshots([AREA], keep=False)
    assert store.database["market_snapshots"].find_one() is None
    assert store.areas.snapshots([AREA]) == foreseen
    publish(store, 5)
    assert store.areas.snapshots([AREA], keep=False) == foreseen
