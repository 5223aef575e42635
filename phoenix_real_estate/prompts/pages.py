"""The prompts that read a listing's page, one for each source whose pages are read.

The page's text is a stranger's: fenced, harmless, without the persons it names, and cut to the template's
`page_characters`.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, JsonValue

from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.models import Source
from phoenix_real_estate.normalize.contacts import without_persons
from phoenix_real_estate.prompts.question import Template, harmless, loaded
from phoenix_real_estate.prompts.reading import validated
from phoenix_real_estate.prompts.schemas import PageAnswer, json_schema

EXTRACTION = "extraction"
VERSIONS: Mapping[str, str] = MappingProxyType({Source.MLS.value: "v1"})
PROSE_CHARACTERS = 160
"""A longer line is prose: a listing's remarks, a site's fine print."""
LABEL_CHARACTERS = 40
"""A line this short beside one with a number may say what the number is."""


def page_prompt(source: str, wanted: Collection[str], text: str) -> PagePrompt:
    """The prompt that asks a page for the wanted fields. The source is one of VERSIONS."""
    template = template_of(source)
    fields = tuple(name for name in template.fields if name in wanted)
    return PagePrompt(
        template, fields, informative(harmless(without_persons(text)), template.page_characters)
    )


class PageTemplate(Template):
    """The prompt for the pages of one source: the fields it may ask for, each with what is meant."""

    fields: dict[str, str]
    page_characters: Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class PagePrompt:
    """A template rendered for one page and what is to be found on it."""

    template: PageTemplate
    fields: tuple[str, ...]
    text: str

    @property
    def operation(self) -> str:
        return EXTRACTION

    @property
    def version(self) -> str:
        return self.template.version

    def request(self, model: str) -> Request:
        """The call of one model."""
        lines = (f"- {name}: {self.template.fields[name]}" for name in self.fields)
        user = string.Template(self.template.user).substitute(fields="\n".join(lines), page=self.text)
        return self.template.request(model, user)

    def seen(self) -> dict[str, JsonValue]:
        """All that the answer depends on but the model: version, template, wanted fields, shown text."""
        return {
            "operation": self.operation,
            "version": self.version,
            "template": self.template.content_hash,
            "fields": list(self.fields),
            "page": self.text,
        }

    def read(self, content: Mapping[str, JsonValue]) -> PageAnswer:
        """What the model says it has read. Nothing of it is believed yet.

        Raises:
            MalformedAnswer: not the schema's shape.
        """
        return validated(self.operation, PageAnswer, content)


@cache
def template_of(source: str) -> PageTemplate:
    """The source's template in the version in use."""
    version = f"{source}/{VERSIONS[source]}"
    return loaded(PageTemplate, EXTRACTION, version, json_schema(PageAnswer))


def informative(text: str, characters: int) -> str:
    """At most so many characters of a text, in its own order: what has no number goes first, prose next.

    Lines with numbers and those that may label them are kept before prose, and prose before the rest
    (menus, footers); prose that does not fit is cut at a word.
    """
    lines = [line for raw in text.splitlines() if (line := " ".join(raw.split()))]
    left, kept = characters, dict[int, str]()
    for place in sorted(range(len(lines)), key=lambda place: _rank(lines, place)):
        line = lines[place]
        if len(line) >= left and len(line) > PROSE_CHARACTERS:
            line = line[: max(left - 1, 0)].rpartition(" ")[0]
        if line and len(line) < left:
            kept[place] = line
            left -= len(line) + 1
    return "\n".join(kept[place] for place in sorted(kept))


def _rank(lines: list[str], place: int) -> int:
    line = lines[place]
    if len(line) > PROSE_CHARACTERS:
        return 1
    beside = lines[max(place - 1, 0) : place + 2] if len(line) <= LABEL_CHARACTERS else [line]
    return 0 if any(_has_number(one) for one in beside) else 2


def _has_number(line: str) -> bool:
    return len(line) <= PROSE_CHARACTERS and any(character.isdigit() for character in line)
