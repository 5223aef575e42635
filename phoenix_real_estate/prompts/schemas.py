"""The shape of each operation's answer: what the vendors enforce, and what we validate again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from phoenix_real_estate.models import Operation

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Category = Literal["interior", "exterior", "location", "financial", "systems", "community"]


class Answer(BaseModel):
    """Keys beyond the schema are ignored: a model without strict schemas may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra={"additionalProperties": False})


class DescriptionAnswer(Answer):
    description: Text


class FeatureAnswer(Answer):
    feature: Text
    category: Category
    appeal: Text


class FeaturesAnswer(Answer):
    features: Annotated[list[FeatureAnswer], Field(min_length=1)]


class InvestmentAnswer(Answer):
    narrative: Text
    risks: Annotated[list[Text], Field(min_length=1)]
    opportunities: Annotated[list[Text], Field(min_length=1)]


ANSWERS: dict[Operation, type[Answer]] = {
    Operation.DESCRIPTION: DescriptionAnswer,
    Operation.FEATURES: FeaturesAnswer,
    Operation.INVESTMENT_ANALYSIS: InvestmentAnswer,
}


def json_schema(operation: Operation) -> dict[str, JsonValue]:
    """The answer's JSON schema in the subset that all vendors' strict modes take, free of references.

    Lengths are not among what they take; those are checked when the answer is read.
    """
    schema = ANSWERS[operation].model_json_schema()
    definitions = schema.pop("$defs", {})
    return {key: _plain(value, definitions) for key, value in schema.items() if not _is_extra(key, value)}


def _plain(node: JsonValue, definitions: dict[str, JsonValue]) -> JsonValue:
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[str(node["$ref"]).rsplit("/", 1)[-1]], definitions)
    return {key: _plain(value, definitions) for key, value in node.items() if not _is_extra(key, value)}


def _is_extra(key: str, value: JsonValue) -> bool:
    # An answer may have a field named `description`; then the value is a schema, not a text.
    return key in ("minLength", "minItems") or (key in ("title", "description") and isinstance(value, str))
