"""`phoenix backfill` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deployments.cli import backfill as command
from deployments.prefect_server import prefect_server
from phoenix_real_estate.backfill import BackfillReport, Jobs, Selected, Selection
from phoenix_real_estate.embedded import Servers, servers
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.backfill.test_report import ESTIMATE, REPORT
from tests.deployments.command_line import Ran, Run, phoenix, script, store
from tests.flows.records import houses

__all__ = ["phoenix", "store"]


@pytest.fixture
def backfill(embedded_servers: Servers, settings: Settings) -> Iterator[Run]:
    """Runs `phoenix backfill` in processes of its own, on the test's database."""
    ours = {
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
        "PHOENIX_HOME": str(embedded_servers.settings.phoenix_home),
    }

    def run(*words: str) -> Ran:
        return script("backfill", *words, **ours)

    with servers(embedded_servers.settings, [prefect_server()]):
        yield run


@pytest.mark.timeout(600)
def test_a_dry_run_tells_the_cost_and_a_run_what_became_of_the_records(
    phoenix: Run, backfill: Run, store: Store
) -> None:
    store.raw.add(houses(3))
    dry = backfill("--models", "composer", "--json")
    assert (dry.code, dry.err) == (0, "")
    told = json.loads(dry.out)
    assert (told["records"], told["cost_usd"]) == (3, 0.0)
    done = backfill("--models", "composer", "--run", "--json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["ended"], told["counts"], told["left"]) == ("Completed", {"processed": 3}, 0)
    listed = json.loads(phoenix("backfill", "--list", "--json").out)
    assert [(one["state"], one["counts"]) for one in listed] == [("done", {"processed": 3})]


def test_the_options_are_the_selection(phoenix: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def run(_settings: object, parameters: dict[str, Any]) -> str:
        asked.append(parameters)
        return "told"

    monkeypatch.setattr(command, "_run", run)
    words = "--redo old-prompt --from 2026-01-01 --to 2026-02-01 --source maricopa_api --zip 85031"
    more = "--status processed --prompt-older-than v2 --id a --id b --limit 7 --decided-by-people"
    assert phoenix("backfill", *words.split(), *more.split(), "--concurrency", "4", "--run").code == 0
    [parameters] = asked
    assert parameters["what"] == Selection.model_validate(
        {
            "redo": "old prompt",
            "collected_from": "2026-01-01",
            "collected_to": "2026-02-01",
            "source": "maricopa_api",
            "zips": ["85031"],
            "statuses": ["processed"],
            "prompt_older_than": "v2",
            "ids": ["a", "b"],
            "limit": 7,
            "decided_by_people": True,
        }
    )
    assert parameters["how"] == {"models": "configured", "max_concurrency": 4, "engine": "live"}
    assert (parameters["resume"], parameters["dry_run"]) == ("", False)


def test_nothing_to_go_on_with_is_said(phoenix: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_run", lambda *_: "No backfill is open.")
    told = phoenix("backfill", "--resume", "latest", "--run")
    assert (told.code, told.out, told.err) == (0, "", "No backfill is open.\n")
    assert json.loads(phoenix("backfill", "--resume", "latest", "--json").out) == {
        "told": "No backfill is open."
    }


def test_a_choice_that_cannot_be_made_is_one_line(phoenix: Run) -> None:
    told = phoenix("backfill", "--from", "2026-02-01", "--to", "2026-01-01").complaint
    assert "no record can fit" in told
    assert "five digits" in phoenix("backfill", "--zip", "8503").complaint


def test_what_is_told_reads_as_words(phoenix: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_run", lambda *_: ESTIMATE)
    dry = phoenix("backfill")
    assert "done on 2026-03-14" in dry.out
    assert "openai/gpt-4o-mini" in dry.out
    assert "--run" in dry.err
    stopped = REPORT.model_copy(update={"ended": "BudgetExhausted", "more_reasons": 3, "notes": ("careful",)})
    monkeypatch.setattr(command, "_run", lambda *_: stopped)
    done = phoenix("backfill", "--run")
    assert done.code == 0
    assert "BudgetExhausted: 120 of 500 records" in done.out
    assert "and 3 more" in done.out
    assert f"--resume {REPORT.job} --run" in done.err


def test_a_run_that_failed_fails_with_its_reason(phoenix: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: BackfillReport = REPORT.model_copy(
        update={"ended": "GateError", "notes": ("the gate is broken",)}
    )
    monkeypatch.setattr(command, "_run", lambda *_: failed)
    ran = phoenix("backfill", "--run")
    assert ran.code == 1
    assert "phoenix: the gate is broken" in ran.err


def test_the_backfills_are_listed(phoenix: Run, store: Store, embedded_servers: Servers) -> None:
    jobs = Jobs(store.database)
    job = jobs.freeze(jobs.begin(Selection(), 2), Selected(["a", "b", "c"]))
    listed = phoenix("backfill", "--list")
    assert job.id in listed.out
    assert "never enriched" in listed.out


def test_with_batches_the_chunks_are_as_large_as_may_be(
    phoenix: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def run(_settings: object, parameters: dict[str, Any]) -> str:
        asked.append(parameters)
        return "told"

    monkeypatch.setattr(command, "_run", run)
    assert phoenix("backfill", "--engine", "batch").code == 0
    how = asked[0]["how"]
    assert (how["engine"], how["chunk_size"]) == ("batch", 1000)
