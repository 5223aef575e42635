"""The gate in a process of its own: the same verdicts, whatever becomes of the process."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

from expectations import gate_process
from expectations.drift import FEWEST
from expectations.gate_process import GateProcess, Job, SecondJob, serve, serve_on
from expectations.judgement import JudgedBatch, Unjudged, judge_again, judge_batch
from phoenix_real_estate.models import Decision
from phoenix_real_estate.settings import Settings
from tests.expectations.candidates import CONFLICT
from tests.expectations.test_judgement import FALSE_TEXT, written


@pytest.fixture(scope="module")
def gate() -> Iterator[GateProcess]:
    gate = GateProcess()
    yield gate
    gate.stop()


def some_settings(**changes: object) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type]


def test_its_verdicts_are_those_of_the_gate_here(gate: GateProcess) -> None:
    houses = [written(1), written(2, description=FALSE_TEXT), written(3, year_built=1700)]
    threshold = some_settings().quality_threshold
    first = gate.judge(houses, some_settings())
    assert first == judge_batch(houses, threshold=threshold)
    last = gate.judge_again(first, some_settings())
    assert last == judge_again(first, threshold=threshold)
    assert [bool(one.rejected) for one in last.judged] == [False, True, False]


def test_it_judges_by_the_settings_of_the_run(gate: GateProcess) -> None:
    told = gate.judge([written(1)], some_settings(mortgage_rate_pct=9))
    assert any("the computed mortgage_rate_pct is 9" in one.why for one in told.judged[0].verdict.reasons)


def test_it_writes_the_data_docs(gate: GateProcess, tmp_path: Path) -> None:
    told = gate.judge([written(1)], some_settings(), docs=tmp_path / "docs")
    assert told.docs
    assert told.docs.is_file()


def test_batches_of_several_threads_do_not_mix(gate: GateProcess) -> None:
    told: dict[int, str] = {}

    def judge(number: int) -> None:
        told[number] = gate.judge([written(number)], some_settings()).judged[0].verdict.property_id

    threads = [threading.Thread(target=judge, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {number: f"1030600{number}" for number in range(1, 9)}


def test_a_process_that_died_between_two_batches_is_started_anew(gate: GateProcess) -> None:
    gate.start()
    first = gate.pid
    assert first
    os.kill(first, signal.SIGKILL)
    assert gate.judge([written(1)], some_settings()).judged
    assert gate.pid != first


def test_a_batch_that_ends_the_process_twice_is_not_judged(
    gate: GateProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_process, "_command", lambda *_: [sys.executable, "-c", "raise SystemExit(7)"])
    gate.stop()
    told = gate.judge([written(1)], some_settings())
    assert not told.judged
    assert "exit code 7" in told.unjudged[0].why


def test_a_batch_that_cannot_be_judged_again_is_not_judged(
    gate: GateProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    unjudged, first = (gate.judge([written(number)], some_settings()) for number in (1, 2))
    once = first.model_copy(update={"unjudged": (Unjudged(house=unjudged.judged[0].house, why="it broke"),)})
    monkeypatch.setattr(gate_process, "_command", lambda *_: [sys.executable, "-c", "raise SystemExit(7)"])
    gate.stop()
    told = gate.judge_again(once, some_settings())
    assert not told.judged
    assert [one.house.raw_ids for one in told.unjudged] == [("raw-10306001",), ("raw-10306002",)]
    assert told.unjudged[0].why == "it broke"
    assert "exit code 7" in told.unjudged[1].why


def test_a_batch_that_is_interrupted_leaves_no_verdicts_for_the_next(
    gate: GateProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gate_process, "_answer_of", interrupted)
        with pytest.raises(KeyboardInterrupt):
            gate.judge([written(1)], some_settings())
    [one] = gate.judge([written(2)], some_settings()).judged
    assert one.verdict.property_id == "10306002"


def test_a_child_that_hangs_is_ended(gate: GateProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_process, "LONGEST_S", 0.0)
    told = gate.judge([written(1)], some_settings())
    assert "exit code -9" in told.unjudged[0].why


def test_a_defect_of_the_gate_judges_nothing_and_says_so(gate: GateProcess) -> None:
    house, enriched = written(1)
    told = gate.judge([(house, enriched.model_copy(update={"enrichment": None}))], some_settings())
    assert not told.judged
    assert "ValidationError" in told.unjudged[0].why


def test_what_it_logs_is_logged_here(gate: GateProcess, caplog: pytest.LogCaptureFixture) -> None:
    houses = [written(number, conflicts=(CONFLICT,)) for number in range(10, 10 + FEWEST)]
    with caplog.at_level(logging.WARNING):
        gate.judge(houses, some_settings())
    assert f"{FEWEST} properties is unusual" in caplog.text


def test_it_serves_until_its_pipe_is_closed() -> None:
    ours, theirs = Pipe()
    serving = threading.Thread(target=serve_on, args=(os.dup(theirs.fileno()),))
    serving.start()
    theirs.close()
    ours.send(Job([written(1, conflicts=(CONFLICT,))], some_settings(), None))
    told, logged = ours.recv()
    ours.close()
    serving.join()
    assert told.judged[0].verdict.decision is Decision.REVIEW
    assert logged == []


def test_what_it_serves_first_it_serves_again() -> None:
    ours, theirs = Pipe()
    serving = threading.Thread(target=serve, args=(theirs,))
    serving.start()
    ours.send(Job([written(1, description=FALSE_TEXT)], some_settings(), None))
    first, _ = ours.recv()
    ours.send(SecondJob(first, some_settings()))
    last, _ = ours.recv()
    ours.close()
    serving.join()
    assert first.judged[0].verdict.decision is Decision.REJECT
    assert last.judged[0].verdict.decision is not Decision.REJECT


def test_a_child_survives_a_batch_that_breaks_the_gate_and_logs_its_words() -> None:
    ours, theirs = Pipe()
    serving = threading.Thread(target=serve, args=(theirs,))
    serving.start()
    house, enriched = written(1)
    ours.send(Job([(house, enriched.model_copy(update={"enrichment": None}))], some_settings(), None))
    told, _ = ours.recv()
    logging.getLogger("expectations").warning("%s is unusual", "this")
    ours.send(Job([], some_settings(), None))
    nothing, logged = ours.recv()
    ours.close()
    serving.join()
    assert told.unjudged
    assert nothing == JudgedBatch()
    assert [record.getMessage() for record in logged] == ["this is unusual"]


def test_stopping_what_is_stopped_is_no_error(gate: GateProcess) -> None:
    gate.stop()
    gate.stop()
    assert gate.pid is None


def test_a_forked_child_has_a_gate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gate_process.gate()
    # Other tests go on with the gate that was there.
    monkeypatch.setattr(gate_process._process, "gate", before)
    gate_process._process.__init__()  # type: ignore[misc]  # what the fork does
    assert gate_process.gate() is not before


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from expectations.gate_process import GateProcess\n"
        "gate = GateProcess()\ngate.start()\nprint(gate.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert _gone(child)


def _gone(pid: int) -> bool:
    for _ in range(1500):  # its imports end first
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
