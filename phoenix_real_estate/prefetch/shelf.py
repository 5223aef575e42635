"""What a live run must know of batches: what one answered is taken, and what one works on is not bought.

Whoever asks live looks here first. While no batch is announced in the cache, or known to the journal, that
costs one small query in ten seconds; else one by key for each question that the cache has no answer to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from phoenix_real_estate.answers import Answer
from phoenix_real_estate.errors import AnswerUnderWay
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.prefetch.sending import LEASE
from phoenix_real_estate.store.connection import utc_now

LOOKED_EVERY = timedelta(seconds=10)


class BatchShelf:
    """Stands behind the answer cache of every panel that costs money."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime] = utc_now) -> None:
        self._journal = journal
        self._now = clock
        self._looked_at: datetime | None = None
        self._bare = True

    async def answer(self, key: str, announced: bool) -> Answer | None:
        """The answer that a batch gave; None where none was asked, or it ended without an answer.

        `announced`: a batch may have begun since the journal was last looked at.

        Raises:
            AnswerUnderWay: a batch that is not over asks the same.
            StoreUnavailable: MongoDB does not answer.
        """
        return await asyncio.to_thread(self._answer, key, announced)

    def _answer(self, key: str, announced: bool) -> Answer | None:
        if not announced and self._is_bare():
            return None
        answer = self._journal.answer(key)
        if answer is None and self._journal.is_under_way(key, since=self._now() - LEASE):
            raise AnswerUnderWay(
                "A vendor's batch is about to answer this question: it is waited for, "
                "as asking live would pay twice."
            )
        return answer

    def _is_bare(self) -> bool:
        now = self._now()
        if self._looked_at is None or now - self._looked_at >= LOOKED_EVERY:
            self._bare, self._looked_at = not self._journal.knows_any(), now
        return self._bare
