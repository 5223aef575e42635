"""Dead letters as a person works with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.replay import (
    Replayed,
    Wanted,
    advice,
    drop,
    find_letters,
    foreseen,
    grouped,
    identity,
    letters_page,
    replay,
)
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import DeadLetter, RawOutcome, Store

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
EVERYTHING = Wanted()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


def letter(raw_id: str, *, days: float = 1, error_class: str = "UnusableRecord") -> DeadLetter:
    return DeadLetter(
        raw_id=raw_id,
        stage="enrich" if error_class == "RuntimeError" else "normalize",
        error_class=error_class,
        message=f"{raw_id} has no address",
        attempts=1,
        at=NOW - timedelta(days=days),
    )


def die(store: Store, *letters: DeadLetter, source: str = "maricopa_api") -> None:
    store.raw.add(RawRecord(id=one.raw_id, source=source, data={"APN": "1"}) for one in letters)
    claimed = store.raw.claim(len(letters), lease=timedelta(minutes=1))
    dead = RawOutcome(status="dead_letter", error="no address")
    store.raw.finish(str(claimed[0].claim_id), {one.raw_id: dead for one in letters})
    store.dead_letters.add(letters)


def found_ids(store: Store, wanted: Wanted) -> list[str]:
    return [one.letter.raw_id for one in find_letters(store, wanted, now=NOW)]


def test_letters_are_found_the_newest_first_by_every_condition(store: Store) -> None:
    die(store, letter("old", days=9), letter("new"))
    die(store, letter("listing", days=2, error_class="RuntimeError"), source="phoenix_mls")
    assert found_ids(store, EVERYTHING) == ["new", "listing", "old"]
    assert found_ids(store, Wanted(error_class="RuntimeError")) == ["listing"]
    assert found_ids(store, Wanted(stage="normalize")) == ["new", "old"]
    assert found_ids(store, Wanted(source="phoenix_mls")) == ["listing"]
    assert found_ids(store, Wanted(older_than=timedelta(days=2))) == ["listing", "old"]
    assert found_ids(store, Wanted(newer_than=timedelta(days=2))) == ["new"]
    assert found_ids(store, Wanted(ids=("old", "nowhere"))) == ["old"]
    assert found_ids(store, Wanted(state="dropped")) == []


def test_a_choice_without_any_condition_is_everything() -> None:
    assert Wanted().is_everything
    assert Wanted(state="dropped").is_everything
    assert not Wanted(ids=()).is_everything
    assert not Wanted(stage="gate").is_everything


def test_groups_tell_how_many_since_when_from_where_and_why(store: Store) -> None:
    die(store, letter("x", days=3, error_class="RuntimeError"))
    die(store, letter("a", days=2), letter("b"))
    die(store, letter("c", days=4), source="phoenix_mls")
    many, few = grouped(find_letters(store, EVERYTHING, now=NOW))
    assert (many.error_class, many.stage, many.count) == ("UnusableRecord", "normalize", 3)
    assert many.newest == NOW - timedelta(days=1)
    assert many.sources == {"maricopa_api": 2, "phoenix_mls": 1}
    assert many.example == "b has no address"
    assert few.error_class == "RuntimeError"


def test_the_page_of_the_letters_holds_no_markup_of_a_record(store: Store) -> None:
    die(store, letter("a").model_copy(update={"message": "<b>no</b> [address](x)"}))
    page = letters_page(grouped(find_letters(store, EVERYTHING, now=NOW)), "1 back to pending")
    assert page == (
        "# Dead letters\n\n1 back to pending\n\n"
        "- **1 UnusableRecord** at normalize, from maricopa\\_api (1), "
        "the newest 2026-11-20 19:00 UTC: \\<b\\>no\\</b\\> \\[address\\](x)\n"
    )


def test_replayed_records_are_pending_and_their_letters_closed(store: Store) -> None:
    die(store, letter("a"), letter("b"))
    told = replay(store, find_letters(store, Wanted(ids=("a",)), now=NOW), by="ann", at=NOW, why="fixed")
    assert (told.pending, told.one_line) == (("a",), "1 back to pending")
    assert store.raw.counts()["pending"] == 1
    assert found_ids(store, EVERYTHING) == ["b"]
    [closed] = store.dead_letters.find("replayed")
    assert [(one.by, one.why) for one in closed.settled] == [("ann", "fixed")]


def test_replaying_twice_changes_nothing(store: Store) -> None:
    die(store, letter("a"))
    found = find_letters(store, EVERYTHING, now=NOW)
    replay(store, found, by="ann", at=NOW)
    replay(store, found, by="bob", at=NOW)
    [closed] = store.dead_letters.find("replayed")
    assert [one.by for one in closed.settled] == ["ann"]


def test_a_replay_that_broke_off_is_completed_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    die(store, letter("a"))
    with monkeypatch.context() as broken:
        broken.setattr(store.dead_letters, "settle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            replay(store, find_letters(store, EVERYTHING, now=NOW), by="ann", at=NOW)
    assert store.raw.counts()["pending"] == 1
    told = replay(store, find_letters(store, EVERYTHING, now=NOW), by="ann", at=NOW)
    assert told.one_line == "0 back to pending, 1 already elsewhere"
    assert found_ids(store, EVERYTHING) == []


def test_a_letter_whose_record_is_gone_stays_and_is_told(store: Store) -> None:
    store.dead_letters.add([letter("gone")])
    found = find_letters(store, EVERYTHING, now=NOW)
    assert foreseen(found) == Replayed(gone=("gone",))
    assert (
        replay(store, found, by="ann", at=NOW).one_line == "0 back to pending, 1 no longer in raw_properties"
    )
    assert grouped(found)[0].sources == {"unknown": 1}
    assert found_ids(store, EVERYTHING) == ["gone"]


def test_a_dropped_letter_keeps_its_trace_and_can_still_be_replayed(store: Store) -> None:
    die(store, letter("a"))
    found = find_letters(store, EVERYTHING, now=NOW)
    assert [drop(store, found, by="ann", at=NOW, why="vacant land") for _ in range(2)] == [1, 0]
    assert found_ids(store, EVERYTHING) == []
    assert store.raw.counts()["dead_letter"] == 1
    [dropped] = find_letters(store, Wanted(state="dropped"), now=NOW)
    assert [(one.state, one.why) for one in dropped.letter.settled] == [("dropped", "vacant land")]
    assert replay(store, [dropped], by="ann", at=NOW).pending == ("a",)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            {
                "APN": "103-06-005",
                "PropertyAddress": "4123 N  55TH AVE\nPHOENIX",
                "Owner": {"Ownership": "ANN DOE", "FullMailingAddress1": "9 ELM ST", "APN": "9"},
            },
            {"parcel": "103-06-005", "address": "4123 N 55TH AVE PHOENIX"},
        ),
        (
            {"List Number": 6512345, "House Number": "4455", "Street Name": "74TH", "List Agent": "BOB ROE"},
            {"listing": "6512345", "address": "4455 74TH"},
        ),
        ({"APN": ["103", "104"], "agent": "x"}, {}),
    ],
)
def test_a_record_is_told_by_its_numbers_and_address_and_nobodys_name(
    data: dict[str, JsonValue], told: dict[str, str]
) -> None:
    assert identity(RawRecord(id="a", source="phoenix_mls", data=data)) == told


def test_a_page_is_told_by_its_size_and_day() -> None:
    page = RawRecord(id="a", source="phoenix_mls", html="<html>", collected_at=NOW)
    assert identity(page) == {"collected": "2026-11-21T19:00:00+00:00", "page": "HTML of 6 characters"}


@pytest.mark.parametrize(
    ("error_class", "stage", "says"),
    [
        ("UnknownSource", "normalize", "--source"),
        ("Strange", "gate", "the run's report"),
        ("Strange", "strange", "passing reason"),
    ],
)
def test_every_letter_has_advice(error_class: str, stage: str, says: str) -> None:
    one = letter("a").model_copy(update={"error_class": error_class, "stage": stage})
    assert says in advice(one)
