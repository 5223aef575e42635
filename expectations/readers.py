"""A batch read on several cores: each reader is a process that finds what is wrong with its share.

To read is most of the gate's work, and it is plain work for the CPU. A reader knows the domain only, not
Great Expectations; a reader that dies or hangs loses nothing, its share is read here.
"""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

from expectations.child_process import GARBAGE, GONE, Child, command_of, start
from expectations.frame import Candidate, Judged, judged
from phoenix_real_estate.settings import Settings, load_settings, using

FEWEST = 8
"""Candidates from which it pays to share them out: what is sent has to be packed and unpacked."""
MOST = 4
"""Cores that are used at most; a reader takes about 60 MB of memory."""
LONGEST_S = 240.0
"""A share takes a second; a reader that needs longer than this hangs."""


class Share(NamedTuple):
    """What one reader reads, by these settings."""

    candidates: Sequence[Candidate]
    settings: Settings
    traced: bool


class Readers:
    """So many readers beside this process. Not safe to share between threads."""

    def __init__(self, count: int) -> None:
        self._children = [start(_COMMAND) for _ in range(count)]

    @property
    def pids(self) -> list[int]:
        """Those of the readers that are left."""
        return [child.process.pid for child in self._children]

    def read(self, candidates: Sequence[Candidate], *, traced: bool) -> list[Judged]:
        """As `judged` of every candidate, in their order.

        Raises:
            whatever `judged` raises of one of them.
        """
        if len(candidates) < FEWEST:
            return _read(candidates, traced)
        own, *others = _shared_out(candidates, len(self._children) + 1)
        settings = load_settings()
        asked = [
            (child if _asks(child, Share(share, settings, traced)) else None, share)
            for child, share in zip(self._children, others, strict=True)
        ]
        try:
            told = _read(own, traced)
        finally:
            # Also where it broke here: no answer is left in a pipe for the next batch.
            answers = [self._answer_of(child, share) if child else None for child, share in asked]
            self._children = [child for child in self._children if not child.pipe.closed]
        for answer, share in zip(answers, others, strict=True):
            # What a reader cannot read is read here: it breaks as it broke there, or it does not.
            told += _read(share, traced) if answer is None else answer
        return told

    def end(self) -> None:
        """Ends them."""
        while self._children:
            self._children.pop().end()

    def _answer_of(self, child: Child, share: Sequence[Candidate]) -> list[Judged] | None:
        with suppress(*GONE):
            if child.pipe.poll(LONGEST_S):
                told = child.pipe.recv()
                return told and [Judged(one, *rest) for one, rest in zip(share, told, strict=True)]
        child.process.kill()
        child.end()
        return None


def _asks(child: Child, share: Share) -> bool:
    with suppress(*GONE):
        child.pipe.send(share)
        return True
    child.end()
    return False


def _shared_out(candidates: Sequence[Candidate], shares: int) -> list[Sequence[Candidate]]:
    ends = [len(candidates) * share // shares for share in range(shares + 1)]
    return [candidates[begin:end] for begin, end in itertools.pairwise(ends)]


def _read(candidates: Sequence[Candidate], traced: bool) -> list[Judged]:
    return [judged(candidate, traced=traced) for candidate in candidates]


_begun: list[Readers] = []


def begin(count: int) -> None:
    """Starts so many readers for this process, which judges in one thread only."""
    _begun.append(Readers(count))


def begun() -> list[int]:
    """The process ids of the readers of this process."""
    return [pid for readers in _begun for pid in readers.pids]


def end() -> None:
    """Ends the readers of this process."""
    while _begun:
        _begun.pop().end()


def read(candidates: Sequence[Candidate], *, traced: bool) -> list[Judged]:
    """What the domain says of every candidate, read with the readers of this process where there are any."""
    return _begun[-1].read(candidates, traced=traced) if _begun else _read(candidates, traced)


def cores() -> int:
    """The cores that this process may use, and no more than `MOST`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST, usable or 1)


def serve_on(descriptor: int) -> None:
    """What a reader does."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with Connection(descriptor) as pipe, suppress(*GONE):
        while True:  # until the pipe breaks
            pipe.send(_told(pipe.recv()))


def _told(share: Share) -> list[tuple[object, ...]] | None:
    """What is read of each candidate, without the candidate; None where one of them cannot be read."""
    with suppress(Exception), using(share.settings):
        return [tuple(one)[1:] for one in _read(share.candidates, share.traced)]
    return None


_COMMAND = command_of(__name__)
