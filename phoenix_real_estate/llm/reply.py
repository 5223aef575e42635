"""What vendors reply, read with care: the JSON object that a model wrote, and a list of models."""

from __future__ import annotations

import json

import json_repair
from pydantic import BaseModel, JsonValue, ValidationError, ValidatorFunctionWrapHandler

from phoenix_real_estate.llm.provider import UnusableAnswer, Usage


def json_object(text: str | None, usage: Usage | None, vendor: str) -> dict[str, JsonValue]:
    """The JSON object that a model wrote, its slips mended: fences, commas, a missing last bracket.

    Raises:
        UnusableAnswer: there is none. A text that breaks off inside a string is not mended: half a sentence
            would look like a whole one.
    """
    if not text or not text.strip():
        raise UnusableAnswer(f"{vendor} gave an empty answer.", usage)
    try:
        content = json.loads(text)
    except ValueError:
        content = _mended(text)
    if content is None:
        raise UnusableAnswer(f"{vendor} answered with broken JSON.", usage)
    if not isinstance(content, dict):
        raise UnusableAnswer(f"{vendor} answered with JSON that is not an object.", usage)
    return content


def listed_models(body: bytes) -> frozenset[str]:
    """The names in a list of models as OpenAI and Anthropic send it; none from anything else."""
    try:
        return frozenset(model.id for model in _Models.model_validate_json(body).data)
    except ValidationError:
        return frozenset()


def readable(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """For a part of a body that can be done without: None where it cannot be read."""
    try:
        return read(value)
    except ValidationError:
        return None


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


def _mended(text: str) -> JsonValue:
    if _breaks_off(text):
        return None
    mended: JsonValue = json_repair.loads(text, skip_json_loads=True)  # type: ignore[assignment]
    # What holds no JSON at all is mended to an empty text.
    return mended if mended != "" else None


def _breaks_off(text: str) -> bool:
    """Whether the last string of the text is open: an odd number of quotes that are not escaped."""
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    return unescaped.count('"') % 2 == 1
