"""The prompts: one file per operation and version, rendered for a property.

A template file is TOML between `+++` lines, then the system text, a `+++` line and the user text.
The system text is the same for every property and comes first, so that vendors' prompt caching can
work. `[facts]` names the facts this prompt sees, each with the words around its placeholder.
"""

from __future__ import annotations

import hashlib
import json
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, JsonValue

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.figures import Figures, figures_of
from phoenix_real_estate.investment import analyze
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.models import Frozen, Operation, Property
from phoenix_real_estate.prompts.reading import Part, read
from phoenix_real_estate.prompts.schemas import json_schema

VERSIONS: Mapping[Operation, str] = dict.fromkeys(Operation, "v1")
REMARKS_CHARACTERS = 1500


def prompt_for(operation: Operation, property: Property) -> Prompt | None:
    """The operation's prompt about this property; None when there is nothing a model could work with.

    That is an investment analysis without computable figures, or a property without a fact to show.
    """
    template = template_of(operation)
    figures = analyze(property) if operation is Operation.INVESTMENT_ANALYSIS else None
    if operation is Operation.INVESTMENT_ANALYSIS and figures is None:
        return None
    known = facts_of(property) | (figures_of(figures) if figures else {})
    shown = {name: known[name] for name in template.facts if name in known}
    remarks = _harmless(property.remarks) if template.remarks else None
    return Prompt(template, shown, remarks, figures) if shown or remarks else None


def catalog_fingerprint() -> str:
    """Changes whenever any prompt in use does."""
    return "-".join(template_of(operation).content_hash for operation in Operation)


class Template(Frozen):
    """One version of one operation's prompt. `content_hash` changes with every letter and the schema."""

    operation: Operation
    version: str
    system: str
    user: str
    facts: dict[str, str]
    remarks: bool
    max_output_tokens: Annotated[int, Field(ge=1)]
    temperature: Annotated[float, Field(ge=0, le=2)]
    answer_schema: dict[str, JsonValue]
    content_hash: str


@dataclass(frozen=True)
class Prompt:
    """A template rendered for one property: what is asked, what it shows, how the answer is read."""

    template: Template
    facts: Mapping[str, str]
    remarks: str | None = None
    figures: Figures | None = None

    def request(self, model: str) -> Request:
        """The call of one model."""
        return Request(
            model=model,
            system=self.template.system,
            user=self._user(),
            schema=self.template.answer_schema,
            schema_name=self.template.operation.value,
            max_output_tokens=self.template.max_output_tokens,
            temperature=self.template.temperature,
        )

    def seen(self) -> dict[str, JsonValue]:
        """All that the answer depends on but the model: operation, version, template and shown facts."""
        return {
            "operation": self.template.operation.value,
            "version": self.template.version,
            "template": self.template.content_hash,
            "facts": dict(self.facts),
            "remarks": self.remarks,
        }

    def read(self, content: Mapping[str, JsonValue]) -> Part:
        """The operation's part of the enrichment, every placeholder filled with its fact.

        Raises:
            MalformedAnswer: not the schema's shape, or a placeholder that was not listed.
        """
        return read(self.template.operation, content, self.facts, self.figures)

    def _user(self) -> str:
        lines = (f"{self.template.facts[name]} = {words}" for name, words in self.facts.items())
        fenced = f"<remarks>\n{self.remarks}\n</remarks>" if self.remarks else ""
        user = string.Template(self.template.user)
        return user.substitute(facts="\n".join(lines), remarks=fenced).strip()


@cache
def template_of(operation: Operation) -> Template:
    """The operation's template in the version in use."""
    version = VERSIONS[operation]
    source = files(__package__) / "templates" / operation.value / f"{version}.md"
    return _parsed(operation, version, source.read_text(encoding="utf-8"))


def _parsed(operation: Operation, version: str, text: str) -> Template:
    _, front, system, user = text.split("+++\n")
    schema = json_schema(operation)
    identity = text + json.dumps(schema, sort_keys=True)
    return Template(
        **tomllib.loads(front),
        operation=operation,
        version=version,
        system=system.strip(),
        user=user.strip(),
        answer_schema=schema,
        content_hash=hashlib.sha256(identity.encode()).hexdigest()[:16],
    )


def _harmless(remarks: str | None) -> str | None:
    """Remarks that can close neither their fence nor pass for a placeholder, cut at a bounded length."""
    text = " ".join((remarks or "").translate(_FENCE_CHARACTERS).split())
    return text[:REMARKS_CHARACTERS] or None


_FENCE_CHARACTERS = str.maketrans("<>{}", "()()")
