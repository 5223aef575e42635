"""A batch read on several cores: the same reading, whatever becomes of the readers."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing import Pipe

import pytest

from expectations import readers
from expectations.frame import Judged, judged
from expectations.gate import Candidate, judge
from expectations.readers import FEWEST, Readers, Share, cores, serve_on
from phoenix_real_estate.settings import Settings
from tests.expectations.candidates import candidate, house_with_words

FALSE_TEXT = "This home has 7 bedrooms and stands on 999 acres."


@pytest.fixture(scope="module")
def two() -> Iterator[Readers]:
    two = Readers(2)
    yield two
    two.end()


def some(number: int) -> list[Candidate]:
    """So many candidates, every third with a false text."""
    texts = ({"description": FALSE_TEXT} if n % 3 == 0 else {} for n in range(number))
    return [candidate(str(n), **text) for n, text in enumerate(texts)]


def alone(candidates: list[Candidate], *, traced: bool = False) -> list[Judged]:
    return [judged(one, traced=traced) for one in candidates]


@pytest.mark.parametrize("number", [1, FEWEST - 1, FEWEST, 23])
@pytest.mark.parametrize("traced", [True, False])
def test_readers_read_what_one_alone_reads_in_the_same_order(two: Readers, number: int, traced: bool) -> None:
    candidates = some(number)
    assert two.read(candidates, traced=traced) == alone(candidates, traced=traced)


def test_they_read_by_the_settings_in_force(two: Readers) -> None:
    from phoenix_real_estate.settings import using

    candidates = [house_with_words().model_copy(update={"key": str(n)}) for n in range(FEWEST)]
    with using(Settings(_env_file=None, mortgage_rate_pct=9)):
        told = two.read(candidates, traced=False)
    assert all(any("mortgage_rate_pct is 9" in f.why for f in one.findings) for one in told)


def test_a_reader_that_dies_loses_nothing() -> None:
    both = Readers(2)
    candidates = some(2 * FEWEST)
    os.kill(both.pids[0], signal.SIGKILL)
    assert both.read(candidates, traced=False) == alone(candidates)
    assert len(both.pids) == 1
    assert both.read(candidates, traced=False) == alone(candidates)
    both.end()


def test_a_reader_that_hangs_is_ended_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Readers(1)
    [pid] = one.pids
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(readers, "LONGEST_S", 0.0)
    candidates = some(FEWEST)
    assert one.read(candidates, traced=False) == alone(candidates)
    assert one.pids == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_breaks_a_reader_breaks_the_reading(two: Readers) -> None:
    broken = candidate("broken").model_copy(update={"enrichment": None})
    with pytest.raises(AttributeError):
        two.read([*some(FEWEST), broken], traced=False)
    assert len(two.pids) == 2


@pytest.mark.parametrize("place", [0, FEWEST, 2 * FEWEST])
def test_a_broken_batch_leaves_no_answer_for_the_next(two: Readers, place: int) -> None:
    broken = some(3 * FEWEST)
    broken[place] = broken[place].model_copy(update={"enrichment": None})
    with pytest.raises(AttributeError):
        two.read(broken, traced=False)
    other = [candidate(str(n), description=FALSE_TEXT) for n in range(3 * FEWEST)]
    assert two.read(other, traced=False) == alone(other)


def test_a_reader_serves_until_its_pipe_is_closed_and_survives_what_it_cannot_read() -> None:
    ours, theirs = Pipe()
    serving = threading.Thread(target=serve_on, args=(os.dup(theirs.fileno()),))
    serving.start()
    theirs.close()
    settings = Settings(_env_file=None)
    ours.send(Share([candidate().model_copy(update={"enrichment": None})], settings, traced=False))
    assert ours.recv() is None
    ours.send(Share(some(1), settings, traced=False))
    assert ours.recv() == [tuple(one)[1:] for one in alone(some(1))]
    ours.close()
    serving.join()


def test_the_gate_reads_with_those_that_were_begun_and_alone_after_their_end() -> None:
    candidates = some(FEWEST)
    plain = judge(candidates)
    readers.begin(1)
    [pid] = readers.begun()
    assert judge(candidates) == plain
    readers.end()
    assert readers.begun() == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert judge(candidates) == plain


def test_there_is_a_core_for_each_reader_and_few_readers() -> None:
    assert 1 <= cores() <= readers.MOST
