from __future__ import annotations

from datetime import UTC, datetime

from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import DeadLetter, Store

AT = datetime(2026, 3, 14, 19, tzinfo=UTC)


def _letter(raw_id: str, attempts: int = 1) -> DeadLetter:
    return DeadLetter(
        raw_id=raw_id,
        stage="normalize",
        error_class="UnusableRecord",
        message="no address",
        attempts=attempts,
        at=AT,
    )


def test_letters_come_back_as_they_were_in_the_order_of_their_records(settings: Settings) -> None:
    with Store.connect(settings) as store:
        store.dead_letters.add([_letter("b"), _letter("a")])
        store.dead_letters.add([])
        assert list(store.dead_letters.find()) == [_letter("a"), _letter("b")]


def test_a_record_that_died_again_has_one_letter_the_newest(store: Store) -> None:
    store.dead_letters.add([_letter("a")])
    store.dead_letters.add([_letter("a", attempts=2)])
    assert [letter.attempts for letter in store.dead_letters.find()] == [2]
