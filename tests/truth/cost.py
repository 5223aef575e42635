"""What the gate adds to a property, in a batch of 50, on texts that it has not seen before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import NamedTuple

from expectations.gate import Candidate, judge
from expectations.gate_process import GateProcess
from expectations.judgement import Written
from expectations.readers import cores
from phoenix_real_estate.models import Enrichment
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.settings import load_settings
from tests.judged import enriched
from tests.truth.homes import Home, homes
from tests.truth.lines import composed
from tests.truth.voices import VOICES, text_of

BATCH = 50
WANTED = 10.0


class Cost(NamedTuple):
    """Milliseconds a property: as the flow waits for the gate's process, and what it is on one core alone."""

    waited: float
    alone: float

    def __str__(self) -> str:
        return (
            f"The gate at batch {BATCH}: a run waits {self.waited:.1f} ms a property for its process, "
            f"traces included, on {cores()} cores ({WANTED:.0f} wanted); {self.alone:.1f} ms on one core alone"
        )


def measured() -> Cost:
    """The quickest of the batches, after those that warm up; every batch is of other homes."""
    batches = [_batch(seed) for seed in range(WARMING + MEASURED)]
    process = GateProcess()
    settings = load_settings()
    waited = _quickest([partial(process.judge, _written(one), settings) for one in batches])
    process.stop()
    return Cost(waited, _quickest([partial(judge, one) for one in batches]))


WARMING, MEASURED = 3, 5


def _batch(seed: int) -> list[Candidate]:
    chance = Random(seed)  # noqa: S311 (a fixed set, no secret)
    return [_candidate(home, chance) for home in homes(seed)[:BATCH]]


def _candidate(home: Home, chance: Random) -> Candidate:
    """A composed enrichment with a description of three voices, about 120 words."""
    description = " ".join(text_of(home.facts, voice, chance) for voice in chance.sample(VOICES, 3))
    parts = {**composed(home), "description": description}
    return Candidate(
        property=home.facts, enrichment=Enrichment.model_validate(parts), key=home.facts.property_id
    )


def _written(batch: Sequence[Candidate]) -> list[Written]:
    return [
        (
            House(property=one.property, raw_ids=(one.key,), facts_by_source={}),
            enriched(one.property).model_copy(update={"enrichment": one.enrichment}),
        )
        for one in batch
    ]


def _quickest(judging: Sequence[Callable[[], object]]) -> float:
    """Milliseconds a property of the quickest, without those that warm up."""
    took = [_seconds(one) for one in judging]
    return min(took[WARMING:]) * 1000 / BATCH


def _seconds(judging: Callable[[], object]) -> float:
    start = time.perf_counter()
    judging()
    return time.perf_counter() - start
