"""What every prompt is: a template file in one version, and a question that a model can be asked."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from typing import Annotated, Protocol, TypeVar

from pydantic import Field, JsonValue

from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.prompt_versions import template_text

Read = TypeVar("Read", covariant=True)
T = TypeVar("T", bound="Template")


class Question(Protocol[Read]):
    """A prompt rendered for one case: what is asked, on what the answer depends, how it is read."""

    @property
    def operation(self) -> str:
        """What the answer is for, as the invoice names it."""

    @property
    def version(self) -> str:
        """The version of the prompt, as it is stored beside the answer."""

    def request(self, model: str) -> Request:
        """The call of one model."""

    def seen(self) -> dict[str, JsonValue]:
        """All that the answer depends on but the model."""

    def read(self, content: Mapping[str, JsonValue]) -> Read:
        """What the answer says. Raises MalformedAnswer for one of another shape."""


class Template(Frozen):
    """One version of a prompt. `content_hash` changes with every letter and the schema."""

    operation: str
    version: str
    system: str
    user: str
    max_output_tokens: Annotated[int, Field(ge=1)]
    temperature: Annotated[float, Field(ge=0, le=2)]
    answer_schema: dict[str, JsonValue]
    content_hash: str

    def request(self, model: str, user: str) -> Request:
        """The call of one model with the user text filled in."""
        return Request(
            model=model,
            system=self.system,
            user=user,
            schema=self.answer_schema,
            schema_name=self.operation,
            max_output_tokens=self.max_output_tokens,
            temperature=self.temperature,
        )


def loaded(kind: type[T], operation: str, version: str, schema: dict[str, JsonValue]) -> T:
    """The template in `templates/<operation>/<version>.md`."""
    return parsed(kind, operation, version, schema, template_text(operation, version))


def parsed(kind: type[T], operation: str, version: str, schema: dict[str, JsonValue], text: str) -> T:
    """The template that a file's text stands for; the catalog's docstring tells the format."""
    _, front, system, user = text.split("+++\n")
    identity = text + json.dumps(schema, sort_keys=True)
    return kind(
        **tomllib.loads(front),
        operation=operation,
        version=version,
        system=system.strip(),
        user=user.strip(),
        answer_schema=schema,
        content_hash=hashlib.sha256(identity.encode()).hexdigest()[:16],
    )


def harmless(text: str) -> str:
    """A stranger's text that can neither close its fence nor pass for a placeholder."""
    return text.translate(_FENCE_CHARACTERS)


_FENCE_CHARACTERS = str.maketrans("<>{}", "()()")
