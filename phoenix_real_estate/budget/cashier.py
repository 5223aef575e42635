"""The ledger for callers in an asyncio loop: none of them leaves money behind when it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from phoenix_real_estate.budget.ledger import Ledger
from phoenix_real_estate.budget.terms import CallLabel, Reservation
from phoenix_real_estate.errors import PhoenixError


class Cashier:
    """Works in the loop's threads. A step that was begun is ended, whoever waits for it or not."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._steps: set[asyncio.Task[None]] = set()

    async def reserve(self, amount_micro_usd: int, label: CallLabel) -> Reservation:
        """As the ledger's. A caller that is cancelled meanwhile has sent nothing: it is given back."""
        reserving = asyncio.ensure_future(asyncio.to_thread(self._ledger.reserve, amount_micro_usd, label))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            self._begin(self._undo(reserving))
            raise

    async def settle(
        self,
        reservation: Reservation,
        *,
        cost_micro_usd: int,
        input_tokens: int,
        output_tokens: int,
        outcome: str,
    ) -> None:
        """As the ledger's."""
        await self._ended(
            partial(
                self._ledger.settle,
                reservation,
                cost_micro_usd=cost_micro_usd,
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                outcome=outcome,
            )
        )

    async def cancel(self, reservation: Reservation) -> None:
        """As the ledger's."""
        await self._ended(partial(self._ledger.cancel, reservation))

    async def _ended(self, step: Callable[[], None]) -> None:
        await asyncio.shield(self._begin(asyncio.to_thread(step)))

    async def _undo(self, reserving: asyncio.Future[Reservation]) -> None:
        with suppress(PhoenixError):
            await asyncio.to_thread(self._ledger.cancel, await reserving)

    def _begin(self, step: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """The loop itself keeps no hold of its tasks."""
        task = asyncio.create_task(step)
        self._steps.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[None]) -> None:
        self._steps.discard(task)
        # Its caller may be gone; an exception nobody fetched would be reported as lost.
        if not task.cancelled():
            task.exception()
