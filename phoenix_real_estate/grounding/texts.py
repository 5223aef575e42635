"""Every text of an enrichment with its path: what grounding and fair housing read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import JsonValue

from phoenix_real_estate.models import Enrichment, InvestmentAnalysis


class Text(NamedTuple):
    """One text. `field` is its path, `label` the words of the key it stands under, if that says something."""

    field: str
    words: str
    label: str = ""


def texts_of(enrichment: Enrichment) -> tuple[Text, ...]:
    """All texts of the parts that are there, in reading order; keys beyond ours are included."""
    return _texts_of(_Itself(enrichment))


class _Itself:
    """An enrichment by its identity: it cannot change, and one reader after the other asks for its texts."""

    def __init__(self, enrichment: Enrichment) -> None:
        self.enrichment = enrichment

    def __hash__(self) -> int:
        return id(self.enrichment)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.enrichment is self.enrichment


@lru_cache(maxsize=8)
def _texts_of(one: _Itself) -> tuple[Text, ...]:
    return tuple(_in_turn(one.enrichment))


def _in_turn(enrichment: Enrichment) -> Iterator[Text]:
    if enrichment.description is not None:
        yield Text("description", enrichment.description)
    for place, feature in enumerate(enrichment.features or ()):
        yield Text(f"features[{place}].feature", feature.feature)
        yield Text(f"features[{place}].category", feature.category)
        yield Text(f"features[{place}].appeal", feature.appeal)
    if enrichment.investment_analysis is not None:
        yield from _texts_of_analysis(enrichment.investment_analysis)


def numbers_of(analysis: InvestmentAnalysis) -> Iterator[tuple[str, str, float]]:
    """The numeric values among `figures` and the keys beyond ours, as (path, key, value)."""
    for path, key, value in _leaves_of_analysis(analysis, (int, float)):
        if not isinstance(value, bool):
            yield path, key, float(value)


def _texts_of_analysis(analysis: InvestmentAnalysis) -> Iterator[Text]:
    root = "investment_analysis"
    yield Text(f"{root}.recommendation", analysis.recommendation)
    yield Text(f"{root}.narrative", analysis.narrative)
    for name in ("risks", "opportunities"):
        for place, words in enumerate(getattr(analysis, name)):
            yield Text(f"{root}.{name}[{place}]", words)
    for path, key, value in _leaves_of_analysis(analysis, (str,)):
        yield Text(path, value, key.replace("_", " "))


def _leaves_of_analysis(
    analysis: InvestmentAnalysis, kinds: tuple[type, ...]
) -> Iterator[tuple[str, str, Any]]:
    yield from _leaves("investment_analysis.figures", "", analysis.figures, kinds)
    for key, value in (analysis.model_extra or {}).items():
        yield from _leaves(f"investment_analysis.{key}", key, value, kinds)


def _leaves(path: str, key: str, value: JsonValue, kinds: tuple[type, ...]) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, kinds):
        yield path, key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, (*kinds, dict, list, tuple)):
                yield from _leaves(f"{path}.{name}", name, inner, kinds)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}[{place}]", key, inner, kinds)
