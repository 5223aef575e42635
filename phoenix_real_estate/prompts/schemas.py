"""The shape of each answer: what the vendors enforce, and what we validate again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from phoenix_real_estate.models import Operation

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Category = Literal["interior", "exterior", "location", "financial", "systems", "community"]


def _written(value: object) -> object:
    """A number where a text was asked for."""
    return str(value) if isinstance(value, int | float) else value


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


class FieldAnswer(Answer):
    """One fact of a page: as the page writes it, the page's words it was read from, and how sure (0 to 1).

    Confidence has no bounds here: one that is out of them costs its field, not the whole answer.
    """

    value: Annotated[str, BeforeValidator(_written)]
    quote: str
    confidence: float


class PageAnswer(Answer):
    """What a model reads from a listing's page; null where the page does not say it."""

    address: FieldAnswer | None
    parcel_number: FieldAnswer | None
    property_type: FieldAnswer | None
    price: FieldAnswer | None
    bedrooms: FieldAnswer | None
    bathrooms: FieldAnswer | None
    square_feet: FieldAnswer | None
    lot_size: FieldAnswer | None
    year_built: FieldAnswer | None
    garage_spaces: FieldAnswer | None
    pool_type: FieldAnswer | None
    hoa_fee: FieldAnswer | None
    subdivision: FieldAnswer | None
    cooling_type: FieldAnswer | None
    roof_type: FieldAnswer | None

    @property
    def told(self) -> dict[str, FieldAnswer]:
        """The fields that are not null."""
        return {name: one for name in type(self).model_fields if (one := getattr(self, name)) is not None}


ANSWERS: dict[Operation, type[Answer]] = {
    Operation.DESCRIPTION: DescriptionAnswer,
    Operation.FEATURES: FeaturesAnswer,
    Operation.INVESTMENT_ANALYSIS: InvestmentAnswer,
}


def json_schema(answer: type[Answer]) -> dict[str, JsonValue]:
    """The answer's JSON schema in the subset that all vendors' strict modes take, free of references.

    Lengths are not among what they take; those are checked when the answer is read.
    """
    schema = answer.model_json_schema()
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
