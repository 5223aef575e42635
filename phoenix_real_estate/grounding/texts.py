"""Every text of an enrichment with its path: what grounding and fair housing read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import JsonValue

from phoenix_real_estate.models import Enrichment, InvestmentAnalysis


class Text(NamedTuple):
    """One text. `field` is its path, `label` the words of the key it stands under, if that says something."""

    field: str
    words: str
    label: str = ""


def texts_of(enrichment: Enrichment) -> Iterator[Text]:
    """All texts of the parts that are there, in reading order; keys beyond ours are included."""
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
    for path, key, value in _leaves_of_analysis(analysis):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield path, key, float(value)


def _texts_of_analysis(analysis: InvestmentAnalysis) -> Iterator[Text]:
    root = "investment_analysis"
    yield Text(f"{root}.recommendation", analysis.recommendation)
    yield Text(f"{root}.narrative", analysis.narrative)
    for name in ("risks", "opportunities"):
        for place, words in enumerate(getattr(analysis, name)):
            yield Text(f"{root}.{name}[{place}]", words)
    for path, key, value in _leaves_of_analysis(analysis):
        if isinstance(value, str):
            yield Text(path, value, key.replace("_", " "))


def _leaves_of_analysis(analysis: InvestmentAnalysis) -> Iterator[tuple[str, str, JsonValue]]:
    yield from _leaves("investment_analysis.figures", "", analysis.figures)
    for key, value in (analysis.model_extra or {}).items():
        yield from _leaves(f"investment_analysis.{key}", key, value)


def _leaves(path: str, key: str, value: JsonValue) -> Iterator[tuple[str, str, JsonValue]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", name, inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}[{place}]", key, inner)
    else:
        yield path, key, value
