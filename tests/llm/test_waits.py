from __future__ import annotations

import asyncio

import pytest

from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.waits import LONGEST_PAUSE_S, PATIENCE_S, PaidAttempts, Patience, Waits


def test_a_vendors_wish_is_respected_and_a_little_more_so_that_not_all_come_back_at_once() -> None:
    assert Patience(lambda: 0.0).pause(7.0) == 7.0
    assert 7.0 < (Patience(lambda: 1.0).pause(7.0) or 0.0) <= 10.5


def test_a_vendor_that_wishes_nothing_is_left_alone_longer_each_time() -> None:
    patience = Patience(lambda: 0.0)

    assert [patience.pause(None) for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


@pytest.mark.parametrize("wish", [0.0, 1.0, 25.0, None])
def test_all_pauses_together_stay_within_the_patience(wish: float | None) -> None:
    patience = Patience()
    pauses: list[float] = []
    while (pause := patience.pause(wish)) is not None:
        pauses.append(pause)

    assert min(pauses) >= 0.5
    assert sum(pauses) <= PATIENCE_S


def test_a_vendor_that_wants_an_hour_is_not_waited_for() -> None:
    assert Patience().pause(3600.0) is None


def test_what_is_waited_for_happens() -> None:
    async def story() -> bool:
        return await Waits(asyncio.sleep).pause(0.0)

    assert run(story())


def test_waiting_that_is_ended_is_over_at_once_then_and_later() -> None:
    async def story() -> tuple[bool, bool]:
        waits = Waits(asyncio.sleep)
        waiting = asyncio.create_task(waits.pause(3600.0))
        await asyncio.sleep(0)
        waits.end()
        return await waiting, await waits.pause(3600.0)

    assert run(story()) == (False, False)


def test_a_cancelled_caller_leaves_no_sleep_behind() -> None:
    ended: list[str] = []

    async def sleep(_: float) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("sleep")
            raise

    async def story() -> None:
        waiting = asyncio.create_task(Waits(sleep).pause(3600.0))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.sleep(0)

    run(story())

    assert ended == ["sleep"]


def test_an_end_between_the_look_and_the_wait_is_not_missed() -> None:
    async def story() -> bool:
        paid = PaidAttempts()
        with paid.one():
            end = paid.next_end()
        return bool(await asyncio.wait_for(end, 10))

    assert run(story())


def test_callers_of_one_loop_see_the_same_attempts() -> None:
    async def same() -> bool:
        return PaidAttempts.of_this_loop() is PaidAttempts.of_this_loop()

    assert run(same())
