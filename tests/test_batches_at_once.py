"""Two runs that publish one house at the same time: the facts of both are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.publishing import NOON, Claim, counted, documents, listing, store

__all__ = ["store"]


def test_a_house_that_was_published_meanwhile_goes_round_again_with_the_facts_of_both(store: Store) -> None:
    store.raw.add([house(1)])
    county = Claim(store)
    market = Claim(store, listing("listing-1", ParcelNumber="103-06-001"))
    county.publish_all()
    published = market.publish_all()
    assert published.statuses == {}
    assert counted(store) == {"processed": 1, "pending": 1}
    again = Claim(store)
    assert again.records[0].attempts == 1
    again.publish_all()
    [document] = documents(store)
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert counted(store) == {"processed": 2}


def meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch, other: Callable[[], object], *, after: bool = False
) -> None:
    """Lets another process do something right before (or right after) the next save."""
    save = store.processed.save

    def interleaved(*arguments: Any, **options: Any) -> set[str]:
        monkeypatch.undo()
        if not after:
            other()
        refused = save(*arguments, **options)
        if after:
            other()
        return refused

    monkeypatch.setattr(store.processed, "save", interleaved)


def goes_round(store: Store, *sources: str) -> None:
    """What was overtaken comes again, and leaves one document with the facts of all."""
    Claim(store).publish_all()
    [document] = documents(store)
    assert set(document["facts_by_source"]) == set(sources)
    assert set(store.raw.counts().items()) >= {("pending", 0), ("claimed", 0)}


@pytest.mark.parametrize("parcel", [{"ParcelNumber": "103-06-001"}, {}])
def test_of_two_runs_that_save_one_house_at_once_the_later_gives_way(
    store: Store, monkeypatch: pytest.MonkeyPatch, parcel: dict[str, str]
) -> None:
    county = Claim(store, house(1))
    market = Claim(store, listing("listing-1", **parcel))
    meanwhile(store, monkeypatch, county.publish_all)
    published = market.publish_all()
    assert (published.statuses, len(published.overtaken)) == ({}, 1)
    [document] = documents(store)
    assert (document["_id"], set(document["facts_by_source"])) == ("10306001", {"maricopa_api"})
    assert counted(store) == {"processed": 1, "pending": 1}
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_a_listing_saved_first_is_kept_and_the_parcel_comes_round_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = Claim(store, house(1))
    market = Claim(store, listing("listing-1"))
    meanwhile(store, monkeypatch, market.publish_all)
    assert county.publish_all().overtaken == ("10306001",)
    [document] = documents(store)
    assert document["_id"].startswith("addr-")
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_a_house_that_another_run_replaces_at_the_same_time_keeps_the_facts_of_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Claim(store, house(1)).publish_all()
    dearer = Claim(store, listing("listing-1", ParcelNumber="103-06-001"))
    newer = Claim(store, house(1).model_copy(update={"id": "raw-again", "collected_at": NOON}))
    later = NOON + timedelta(hours=1)
    meanwhile(store, monkeypatch, lambda: newer.publish_all(at=later))
    assert dearer.publish_all(at=later + timedelta(hours=1)).overtaken == ("10306001",)
    [document] = documents(store)
    assert document["metadata"]["raw_ids"] == ["raw-again"]
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_what_gives_way_puts_back_what_it_has_replaced(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Claim(store, house(1)).publish_all()
    [before] = documents(store)
    newer = Claim(store, house(1).model_copy(update={"id": "raw-again", "collected_at": NOON}))
    foreign = {**before, "_id": "addr-1", "metadata": {"raw_ids": ["m"], "enriched_at": NOON}}
    meanwhile(store, monkeypatch, lambda: store.processed.save([foreign]), after=True)
    assert newer.publish_all(at=NOON + timedelta(hours=1)).overtaken == ("10306001",)
    assert documents(store) == [before, foreign]


def test_another_parcel_saved_at_the_same_address_is_another_house(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Claim(store, house(1)).publish_all()
    [one] = documents(store)
    store.processed.remove({"10306001": NOON})
    twin = Claim(store, house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"}))
    meanwhile(store, monkeypatch, lambda: store.processed.save([one]), after=True)
    assert twin.publish_all().statuses == {"raw-777": "processed"}
    assert [document["_id"] for document in documents(store)] == ["10306001", "10306777"]
