"""The bench set as lines of `phoenix grade`, each with what is known of it: its class, and what must be found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from phoenix_real_estate.investment import analyze
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Enrichment, Operation
from tests.truth.homes import Home, homes
from tests.truth.spoiling import CLASSES, Parts
from tests.truth.voices import VOICES, text_of

CLEAN, INNOCENT, COMPOSED, MALFORMED = "clean paraphrase", "clean look-alike", "clean composer", "bad JSON"
PER_CLASS = 26
_SEED = 7


class Line(NamedTuple):
    """`kind` is a class of `spoiling` or one of the clean ones above."""

    kind: str
    text: str

    @property
    def is_clean(self) -> bool:
        return self.kind.startswith("clean")


def lines() -> Iterator[Line]:
    """All lines, the same in every run."""
    chance = Random(_SEED)  # noqa: S311 (a fixed set, no secret)
    all_homes = homes()
    for number, home in enumerate(all_homes):
        yield _line(COMPOSED, home, composed(home))
        for voice in (VOICES[number % len(VOICES)], VOICES[(number * 7 + 3) % len(VOICES)]):
            yield _line(CLEAN, home, {"description": text_of(home.facts, voice, chance)})
        yield _line(INNOCENT, home, _with(_exact(home, chance), _INNOCENT[number % len(_INNOCENT)]))
    for kind, spoil in CLASSES.items():
        yield from _spoiled(kind, spoil, all_homes, chance)
    yield from (Line(MALFORMED, text) for text in _MALFORMED)


def composed(home: Home) -> Parts:
    """What the composer writes of a home."""
    written = Enrichment.model_validate({one.value: compose(one, home.facts) for one in Operation})
    parts: Parts = written.model_dump(mode="json")
    return parts


def _spoiled(kind: str, spoil: Any, all_homes: tuple[Home, ...], chance: Random) -> Iterator[Line]:
    found = 0
    for home in chance.sample(all_homes, len(all_homes)):
        parts = spoil(home, _whole(home, chance), chance)
        if parts is not None and found < PER_CLASS:
            found += 1
            yield _line(kind, home, parts)


def _whole(home: Home, chance: Random) -> Parts:
    """A true enrichment with all parts: an exact description, composed features, a told analysis."""
    parts = composed(home)
    figures = analyze(home.facts)
    if figures is None:
        parts.pop("investment_analysis")
    else:
        parts["investment_analysis"]["narrative"] = (
            f"With rent near ${figures.rent_monthly:,} a month, the cap rate comes to {figures.cap_rate}%. "
            f"Debt service would be ${figures.monthly_payment:,} monthly at {figures.assumptions.mortgage_rate_pct}%."
        )
    return {**parts, **_exact(home, chance)}


def _exact(home: Home, chance: Random) -> Parts:
    p = home.facts
    lot = f" on a lot of {p.lot_size:,} square feet" if p.lot_size else ""
    tax = f" Annual property taxes are ${p.annual_tax:,}." if p.annual_tax else ""
    price = "listed at" if p.price_kind == "list" else "last sold for"
    return {
        "description": f"Built in {p.year_built}, this {p.address.city} home provides {p.square_feet:,} square feet{lot}, "
        f"with {p.bedrooms} bedrooms and {p.bathrooms:g} bathrooms. It is {price} ${p.price:,}.{tax}"
    }


def _with(parts: Parts, sentence: str) -> Parts:
    return {**parts, "description": f"{parts['description']} {sentence}"}


def _line(kind: str, home: Home, parts: Parts) -> Line:
    return Line(kind, json.dumps({"property": home.fields, "llm_enrichment": parts}))


_INNOCENT = (
    "A family room adjoins the kitchen.",
    "The master bedroom is at the back.",
    "The master suite has its own bath.",
    "A white kitchen keeps things bright.",
    "No fireplace is on record.",
    "The listing is active.",
    "Straightforward financing terms may apply.",
    "Brown and white are the colors of the listing photo's frame.",
    "This is a single-family property record.",
    "The home has an easy, comfortable flow.",
    "The blinds are a matter of taste.",
    "Rooms are arranged in a straight line from front to back.",
    "Nothing here is guaranteed, so verify all measurements.",
    "There is room for a future pool, subject to permits.",
    "One could add solar panels later.",
    "A buyer may ask about the age of the air handler.",
    "The Arizona sun is strong here most of the year.",
    "The greater Phoenix area surrounds it.",
    "It lies in Maricopa County, in the Valley of the Sun.",
    "The dining area and living room share one end of the house.",
    "Taxes and dues should be confirmed with the county.",
    "Its bones and its setting speak for themselves.",
)
_MALFORMED = (
    "",
    "{",
    "not json",
    "[1, 2]",
    '"text"',
    "null",
    '{"property": {}}',
    '{"llm_enrichment": {"description": "x"}}',
    '{"property": [], "llm_enrichment": {}}',
    '{"property": {"bedrooms": "lots"}, "llm_enrichment": {"description": "x"}}',
    '{"property": {"bedrooms": NaN}, "llm_enrichment": {"description": "x"}}',
    '{"property": {"bedrooms": 3}, "llm_enrichment": "text"}',
    '{"property": {"bedrooms": 3}, "llm_enrichment": {"description": "x"}',
    '{"property": {"bedrooms": 3} "llm_enrichment": {"description": "x"}}',
    "{'property': {}, 'llm_enrichment': {}}",
    '{"property": {"bedrooms": 3}, "llm_enrichment": {}}',
    '```json\n{"property": {}}\n```',
    '{"property": {"address": 7}, "llm_enrichment": {"description": "x"}}',
    '{"property": {"price": 1e99}, "llm_enrichment": {"description": "x"}}',
    '{"property": null, "llm_enrichment": null}',
)
