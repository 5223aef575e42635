"""What the tasks of a run work with: one store, one ledger, one panel of models per process and plan."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import redis
from pydantic import Field

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.embedded import servers
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.extraction import Extractor
from phoenix_real_estate.llm.loop import interrupt, run
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchShelf
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.rewriting import Rewriter
from phoenix_real_estate.settings import Settings, load_settings, using
from phoenix_real_estate.store import Store

NO_REDIS = (
    "Redis (REDIS_URL) does not answer: this run keeps no answers for the next one. "
    "Start it or correct REDIS_URL."
)

Models = Literal["configured", "free", "composer"]


class RunPlan(Frozen):
    """What every task of a run must agree on; every process finds its resources by it."""

    flow_run_id: str | None = None
    models: Models = "configured"
    policy: BudgetPolicy
    backfill: str | None = Field(default=None, description="a backfill's id: held to its share of the budget")
    max_concurrency: int | None = Field(default=None, description="LLM calls in flight; None: the settings'")


@dataclass(frozen=True)
class Resources:
    """Open connections. They belong to the process that opened them."""

    plan: RunPlan
    settings: Settings
    store: Store
    ledger: Ledger
    panel: Panel

    @cached_property
    def enricher(self) -> Enricher:
        """Writes about properties."""
        return Enricher(self.panel)

    @cached_property
    def rewriter(self) -> Rewriter:
        """Writes once more what the gate rejects."""
        return Rewriter(self.panel)

    @cached_property
    def extractor(self) -> Extractor:
        """Reads the pages of listings."""
        return Extractor(self.panel)

    @cached_property
    def caching(self) -> bool:
        """Whether results can be kept in Redis now. Without it a run goes on uncached."""
        return self.settings.enable_caching and self._redis_answers()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about this run: models left out, a cache that is not there."""
        uncached = self.settings.enable_caching and not self.caching
        return (*self.panel.notes, *([NO_REDIS] if uncached else []))

    def _redis_answers(self) -> bool:
        try:
            with redis.Redis.from_url(str(self.settings.redis_url), socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.RedisError, ValueError):
            return False


_open: dict[RunPlan, Resources] = {}


@contextmanager
def opened(plan: RunPlan) -> Iterator[Resources]:
    """Connects to the servers (embedded ones where none are set) and checks the models, before any claim.

    Raises:
        ConfigurationError: a server, key, model or price is wrong; nothing was claimed.
    """
    settings = load_settings()
    _make(settings.phoenix_home)
    with using(settings), servers(settings) as running:
        resources = _connect(plan, running.settings)
        _open[plan] = resources
        _freeze_what_is_loaded()
        try:
            run(resources.panel.check())
            yield resources
        except BaseException:
            # The threads of its tasks would wait on. What they asked for is settled: nothing stays reserved.
            interrupt()
            raise
        finally:
            del _open[plan]
            with suppress(OSError):
                run(resources.panel.close())
            resources.store.close()


def resources_of(plan: RunPlan) -> Resources:
    """The resources that `opened` holds for this plan."""
    return _open[plan]


@cache
def _freeze_what_is_loaded() -> None:
    """Once a process: going through what has been loaded for garbage was a fifth of a run's CPU."""
    gc.freeze()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "writable").touch()
    except OSError as problem:
        raise ConfigurationError(
            f"PHOENIX_HOME {home.absolute()} cannot be written ({problem.strerror}): reports and Data Docs "
            "go there. Set PHOENIX_HOME to a folder of yours."
        ) from None


def _connect(plan: RunPlan, settings: Settings) -> Resources:
    if plan.max_concurrency:
        settings = settings.model_copy(update={"max_concurrency": plan.max_concurrency})
    store = Store.connect(settings)
    ledger = Ledger(store.database, plan.policy, for_backfill=plan.backfill is not None)
    ledger.expire()
    panel = Panel.build(
        settings,
        ledger,
        free_only=plan.models != "configured",
        composer_only=plan.models == "composer",
        flow_run_id=plan.flow_run_id,
    )
    if panel.costs_money:
        panel.answers.stand_before(BatchShelf(Journal(store.database)).answer)
    return Resources(plan=plan, settings=settings, store=store, ledger=ledger, panel=panel)
