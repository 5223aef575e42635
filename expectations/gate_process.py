"""The gate in a process of its own: while it judges a batch, the models' answers to the next one come in.

Judging is work for the CPU, and importing Great Expectations takes seconds: in the process that carries the
calls both would hold up every one of them. The child belongs to this process: it ends when the pipe between
them closes, however its parent dies.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from expectations import readers
from expectations.child_process import GARBAGE, GONE, Child, command_of, start
from expectations.judgement import JudgedBatch, Unjudged, Written, judge_again, judge_batch
from expectations.validation import prepare
from phoenix_real_estate.settings import Settings, using

# A batch of a thousand houses takes seconds; a child that needs longer than this hangs.
LONGEST_S = 600.0


class Job(NamedTuple):
    """A batch to be judged by these settings; `docs` is the folder of its Data Docs."""

    houses: Sequence[Written]
    settings: Settings
    docs: Path | None

    def done(self) -> JudgedBatch:
        """The batch with its verdicts."""
        return judge_batch(self.houses, threshold=self.settings.quality_threshold, docs=self.docs)

    def given_up(self, why: str) -> JudgedBatch:
        """The batch without any."""
        return JudgedBatch(unjudged=tuple(Unjudged(house=house, why=why) for house, _ in self.houses))


class SecondJob(NamedTuple):
    """A judged batch, in part rewritten, that has to be judged again."""

    batch: JudgedBatch
    settings: Settings

    def done(self) -> JudgedBatch:
        """The batch with nothing false left in it."""
        return judge_again(self.batch, threshold=self.settings.quality_threshold)

    def given_up(self, why: str) -> JudgedBatch:
        """The batch without any verdict."""
        unjudged = (Unjudged(house=one.house, why=why) for one in self.batch.judged)
        return JudgedBatch(unjudged=(*self.batch.unjudged, *unjudged), docs=self.batch.docs)


class GateProcess:
    """The child of this process that judges. Safe to share between threads; batches are judged in turn."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Begins the imports, so that they are done when the first batch comes."""
        with self._turn:
            self._started()

    def judge(self, houses: Sequence[Written], settings: Settings, docs: Path | None = None) -> JudgedBatch:
        """As `judge_batch`. A batch that the child dies of twice is not judged."""
        return self._judged(Job(houses, settings, docs))

    def judge_again(self, batch: JudgedBatch, settings: Settings) -> JudgedBatch:
        """As the function. A batch that the child dies of twice is not judged."""
        return self._judged(SecondJob(batch, settings))

    def stop(self) -> None:
        """Ends the child."""
        with self._turn:
            self._end()

    def _judged(self, job: Job | SecondJob) -> JudgedBatch:
        with self._turn:
            with suppress(*GONE):
                return self._asked(job)
            self._end()
            try:
                return self._asked(job)
            except GONE:
                why = f"The gate's process ended with exit code {self._end()}; nothing of it is published."
                return job.given_up(why)

    def _asked(self, job: Job | SecondJob) -> JudgedBatch:
        process, pipe = self._started()
        try:
            pipe.send(job)
            told, records = _answer_of(pipe)
        except BaseException:
            # Between a question and its answer: the next batch must not get this one's verdicts.
            process.kill()
            raise
        for record in records:
            logging.getLogger(record.name).handle(record)
        return told

    def _started(self) -> Child:
        if self._child is None:
            self._child = start(_command)
        return self._child

    def _end(self) -> int | None:
        """The exit code of the child that was there."""
        child, self._child = self._child, None
        return None if child is None else child.end()


def _answer_of(pipe: Connection) -> tuple[JudgedBatch, list[logging.LogRecord]]:
    if not pipe.poll(LONGEST_S):
        raise EOFError
    answer: tuple[JudgedBatch, list[logging.LogRecord]] = pipe.recv()
    return answer


def serve_on(descriptor: int) -> None:
    """What the child does."""
    # They import their part meanwhile.
    readers.begin(readers.cores() - 1)
    prepare()
    # What is loaded stays; looking through it for garbage, batch after batch, was a fifth of the work.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with Connection(descriptor) as pipe:
        serve(pipe)
    readers.end()


def serve(pipe: Connection) -> None:
    """Judges what comes through the pipe until it is closed."""
    logged: SimpleQueue[logging.LogRecord] = SimpleQueue()
    keeping = QueueHandler(logged)
    keeping.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(keeping)
    with suppress(*GONE):
        while True:  # until the pipe breaks
            pipe.send((_judged(pipe.recv()), [logged.get() for _ in range(logged.qsize())]))
    root.removeHandler(keeping)


def _judged(job: Job | SecondJob) -> JudgedBatch:
    try:
        with using(job.settings):
            return job.done()
    except Exception as defect:  # noqa: BLE001 - the child must outlive whatever a batch breaks
        why = f"The gate broke ({type(defect).__name__}: {defect}); nothing of this batch is published."
        return job.given_up(why)


_command = command_of(__name__)


class _Process:
    """The gate of one process; forgotten by a forked child, whose pipe it is not."""

    def __init__(self) -> None:
        self.gate = GateProcess()


_process = _Process()
os.register_at_fork(after_in_child=_process.__init__)  # type: ignore[misc]


def gate() -> GateProcess:
    """The one of this process."""
    return _process.gate
