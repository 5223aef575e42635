"""What becomes of a run's records when a key, the gate, a model or the run itself fails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from expectations.gate_process import GateProcess
from expectations.judgement import JudgedBatch, Written, judge_batch
from phoenix_real_estate.errors import ConfigurationError, GateError
from phoenix_real_estate.report import Outcome
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house, houses
from tests.flows.reported import RunFlow, report_of
from tests.vendors import VendorServer


def judged_here(
    _gate: GateProcess, written: Sequence[Written], settings: Settings, docs: Path | None
) -> JudgedBatch:
    """The gate in this process, where a test can break it."""
    return judge_batch(written, threshold=settings.quality_threshold, docs=docs)


def test_a_refused_key_stops_the_run_before_anything_is_claimed(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    wrong = SecretStr("sk-wrong-key-98765")
    error = run_flow(vendors.settings_of(settings, openai_api_key=wrong)).result(raise_on_failure=False)
    assert isinstance(error, ConfigurationError)
    assert "OPENAI_API_KEY" in str(error)
    assert "98765" not in str(error)
    assert store.raw.counts()["pending"] == 2


def test_a_key_refused_midway_gives_every_record_back(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    vendors.fail("unauthorized", times=6, vendor="openai")
    state = run_flow(vendors.settings_of(settings))
    assert state.name == "ConfigurationError"
    assert store.raw.counts()["pending"] == 2


def test_a_gate_that_cannot_run_publishes_nothing(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise GateError("expectation expect_x could not run")

    monkeypatch.setattr("expectations.judgement.judge", broken)
    monkeypatch.setattr(GateProcess, "judge", judged_here)
    store.raw.add(houses(4))
    state = run_flow(settings, models="composer", batch_size=2)
    assert (state.name, state.type.value) == ("GateError", "FAILED")
    assert list(store.processed.find()) == []
    assert store.raw.counts()["pending"] == 4


def test_a_property_that_breaks_the_gate_does_not_hold_up_the_others(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import gate

    def breaks_on_one(candidates: list[gate.Candidate], **options: Any) -> gate.GateResult:
        if any(one.property.square_feet == 1451 for one in candidates):
            raise GateError("expectation expect_x could not run")
        return gate.judge(candidates, **options)

    monkeypatch.setattr("expectations.judgement.judge", breaks_on_one)
    monkeypatch.setattr(GateProcess, "judge", judged_here)
    store.raw.add(houses(3))
    report = report_of(run_flow(settings, models="composer"))
    assert report.ended == "Completed"
    assert (report.counts[Outcome.PUBLISHED], report.counts[Outcome.PENDING]) == (2, 1)


def test_a_house_waits_for_silent_models_and_at_the_last_attempt_the_composer_writes(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.batch.MAX_ATTEMPTS", 2)
    monkeypatch.setattr("flows.batch.RETRY_DELAY", timedelta(0))
    store.raw.add([house(1)])
    vendors.fail("server_error", times=1000)
    first = report_of(run_flow(vendors.settings_of(settings), time_limit_minutes=1))
    assert first.counts[Outcome.PENDING] == 1
    last = report_of(run_flow(vendors.settings_of(settings)))
    assert (last.counts[Outcome.PENDING], last.lines[0].models) == (0, "composer")


def test_an_unreachable_redis_is_a_warning(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    store.raw.add([house(1)])
    nowhere = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    report = report_of(run_flow(nowhere, models="composer"))
    assert report.counts[Outcome.PENDING] == 0
    assert any("REDIS_URL" in note for note in report.notes)


@pytest.mark.parametrize("step", ["start", "finish"])
def test_a_run_that_breaks_gives_its_records_back(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def breaks(*_args: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(f"flows.run.{step}", breaks)
    store.raw.add(houses(5))
    assert run_flow(settings, models="composer", batch_size=2).is_failed()
    assert store.raw.counts()["pending"] == 5


def test_a_record_that_fails_again_and_again_becomes_a_dead_letter(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_args: object, **_options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("phoenix_real_estate.enrich.Enricher.enrich", fails)
    monkeypatch.setattr("flows.batch.RETRY_DELAY", timedelta(0))
    store.raw.add([house(1)])
    for _ in range(4):
        assert report_of(run_flow(settings, models="composer")).counts[Outcome.PENDING] == 1
    assert report_of(run_flow(settings, models="composer")).counts[Outcome.DEAD_LETTER] == 1
    [letter] = store.dead_letters.find()
    assert letter.message == "failed 5 times, the last time with RuntimeError: a bug"
