"""From a model's JSON to the part of an enrichment, with the facts filled in."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue, ValidationError

from phoenix_real_estate.errors import MalformedAnswer
from phoenix_real_estate.facts import fill
from phoenix_real_estate.investment import Figures
from phoenix_real_estate.models import Feature, InvestmentAnalysis, Operation
from phoenix_real_estate.prompts.schemas import (
    ANSWERS,
    Answer,
    DescriptionAnswer,
    FeaturesAnswer,
    InvestmentAnswer,
)

Part = str | tuple[Feature, ...] | InvestmentAnalysis


def read(
    operation: Operation, content: Mapping[str, JsonValue], facts: Mapping[str, str], figures: Figures | None
) -> Part:
    """The part that `content` stands for.

    Raises:
        MalformedAnswer: not the schema's shape, or a placeholder that is not among `facts`.
    """
    match _validated(operation, content):
        case DescriptionAnswer(description=text):
            return fill(text, facts)
        case FeaturesAnswer(features=features):
            return tuple(
                Feature(feature=fill(f.feature, facts), category=f.category, appeal=fill(f.appeal, facts))
                for f in features
            )
        case InvestmentAnswer() as answer:
            return _analysis(answer, facts, figures)
    raise MalformedAnswer(f"No part is read from an answer to {operation}.")


def _validated(operation: Operation, content: Mapping[str, JsonValue]) -> Answer:
    try:
        return ANSWERS[operation].model_validate(content)
    except ValidationError as invalid:
        where = ".".join(str(step) for step in invalid.errors()[0]["loc"])
        raise MalformedAnswer(
            f"The answer to {operation.value} is not of the asked shape: {where}: {invalid.errors()[0]['msg']}."
        ) from None


def _analysis(
    answer: InvestmentAnswer, facts: Mapping[str, str], figures: Figures | None
) -> InvestmentAnalysis:
    """The narrative is the model's; recommendation and figures are the computed ones."""
    computed = figures.model_dump(mode="json") if figures else {}
    return InvestmentAnalysis(
        recommendation=str(computed.get("recommendation", "")),
        narrative=fill(answer.narrative, facts),
        risks=tuple(fill(text, facts) for text in answer.risks),
        opportunities=tuple(fill(text, facts) for text in answer.opportunities),
        figures=computed,
    )
