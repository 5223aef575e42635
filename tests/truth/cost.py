"""What the gate adds to a property, in a batch of 50, on texts that it has not seen before."""

from __future__ import annotations

import time
from random import Random

from expectations.gate import Candidate, judge
from phoenix_real_estate.models import Enrichment
from tests.truth.homes import Home, homes
from tests.truth.lines import composed
from tests.truth.voices import VOICES, text_of

BATCH = 50


def milliseconds_a_property() -> tuple[float, float]:
    """Wall time and CPU of the quickest of two batches, after one that warms up."""
    chance = Random(11)  # noqa: S311 (a fixed set, no secret)
    candidates = [_candidate(home, chance, str(number)) for number, home in enumerate(homes())]
    judge(candidates[: len(candidates) - 2 * BATCH])
    return min(_measured(candidates[-2 * BATCH : -BATCH]), _measured(candidates[-BATCH:]))


def _candidate(home: Home, chance: Random, key: str) -> Candidate:
    """A composed enrichment with a description of three voices, about 120 words."""
    description = " ".join(text_of(home.facts, voice, chance) for voice in chance.sample(VOICES, 3))
    parts = {**composed(home), "description": description}
    return Candidate(property=home.facts, enrichment=Enrichment.model_validate(parts), key=key)


def _measured(batch: list[Candidate]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    judge(batch)
    return (time.perf_counter() - wall) * 1000 / BATCH, (time.process_time() - cpu) * 1000 / BATCH
