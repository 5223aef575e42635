"""From a model's JSON to the part of an enrichment, with the facts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from phoenix_real_estate.errors import MalformedAnswer
from phoenix_real_estate.facts import fill
from phoenix_real_estate.figures import Figures, comparison_of
from phoenix_real_estate.models import Feature, InvestmentAnalysis, Operation
from phoenix_real_estate.prompts.schemas import (
    Answer,
    DescriptionAnswer,
    FeaturesAnswer,
    InvestmentAnswer,
)

A = TypeVar("A", bound=Answer)
Part = str | tuple[Feature, ...] | InvestmentAnalysis


def read(
    operation: Operation, content: Mapping[str, JsonValue], facts: Mapping[str, str], figures: Figures | None
) -> Part:
    """The part that `content` stands for.

    Raises:
        MalformedAnswer: not the schema's shape, or a placeholder that is not among `facts`.
    """
    if operation is Operation.DESCRIPTION:
        return _filled(validated(operation, DescriptionAnswer, content).description, facts)
    if operation is Operation.FEATURES:
        return _features(validated(operation, FeaturesAnswer, content), facts)
    return _analysis(validated(operation, InvestmentAnswer, content), facts, figures)


def validated(operation: str, shape: type[A], content: Mapping[str, JsonValue]) -> A:
    try:
        return shape.model_validate(content)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise MalformedAnswer(
            f"The answer to {operation} is not of the asked shape: {where}: {first['msg']}."
        ) from None


def _features(answer: FeaturesAnswer, facts: Mapping[str, str]) -> tuple[Feature, ...]:
    return tuple(
        Feature(feature=_filled(f.feature, facts), category=f.category, appeal=_filled(f.appeal, facts))
        for f in answer.features
    )


def _analysis(
    answer: InvestmentAnswer, facts: Mapping[str, str], figures: Figures | None
) -> InvestmentAnalysis:
    """The narrative is the model's; recommendation, figures and what others cost are the computed ones."""
    computed = figures.model_dump(mode="json") if figures else {}
    return InvestmentAnalysis(
        recommendation=str(computed.get("recommendation", "")),
        narrative=f"{_filled(answer.narrative, facts)} {comparison_of(figures)}".strip(),
        risks=tuple(_filled(text, facts) for text in answer.risks),
        opportunities=tuple(_filled(text, facts) for text in answer.opportunities),
        figures=computed,
    )


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """Common nouns among the facts are in lower case, also where a text begins with one."""
    filled = fill(text, facts)
    return filled[:1].upper() + filled[1:]
