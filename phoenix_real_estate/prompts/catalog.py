"""The prompts that write about a property: one file per operation and version, rendered for its facts.

A template file is TOML between `+++` lines, then the system text, a `+++` line and the user text.
The system text is the same for every case and comes first, so that vendors' prompt caching can work.
`max_output_tokens` and `temperature` are the call's. What is filled into the user text:

| operation  | file                                       | TOML table | user text            |
|------------|--------------------------------------------|------------|----------------------|
| any other  | templates/<operation>/<version>.md         | `[facts]`  | `$facts`, `$remarks` |
| extraction | templates/extraction/<source>/<version>.md | `[fields]` | `$fields`, `$page`   |

Extraction reads pages instead of writing and has its own module, `pages.py`; what is asked when an answer
was rejected stands in `templates/rewrite/<version>.md` and in `rewrite.py`.
`[facts]` names the facts this prompt sees, each with the words around its placeholder; `[fields]` names the
fields that may be asked for, each with what is meant by it.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.figures import Figures, figures_of
from phoenix_real_estate.investment import analyze
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.models import Frozen, Operation, Property
from phoenix_real_estate.prompt_versions import DEFAULT, version_for
from phoenix_real_estate.prompts.question import Template, harmless, loaded
from phoenix_real_estate.prompts.reading import Part, read
from phoenix_real_estate.prompts.schemas import ANSWERS, json_schema
from phoenix_real_estate.settings import load_settings

REMARKS_CHARACTERS = 1500


def prompt_for(operation: Operation, property: Property) -> Prompt | None:
    """The operation's prompt about this property; None when there is nothing a model could work with.

    That is an investment analysis without computable figures, or a property without a fact to show.
    """
    template = template_of(operation, _version(operation, property))
    figures = analyze(property) if operation is Operation.INVESTMENT_ANALYSIS else None
    if operation is Operation.INVESTMENT_ANALYSIS and figures is None:
        return None
    known = facts_of(property) | (figures_of(figures) if figures else {})
    shown = {name: known[name] for name in template.facts if name in known}
    remarks = _shown(property.remarks) if template.remarks else None
    return Prompt(template, shown, remarks, figures) if shown or remarks else None


def prompt_seen(seen: Mapping[str, JsonValue]) -> Prompt | None:
    """The prompt that once told `seen`, without its figures: to ask again, or to try an answer on.

    None when its template is no longer the one in use.
    """
    told = _Seen.model_validate(seen)
    try:
        template = template_of(told.operation, told.version)
    except FileNotFoundError:
        return None
    return Prompt(template, told.facts, told.remarks) if told.template == template.content_hash else None


def catalog_fingerprint() -> str:
    """Changes whenever any prompt in use does, and with the shares of their versions."""
    trials = load_settings().prompt_versions
    used = [(operation, version) for operation in Operation for version in trials.get(operation) or [DEFAULT]]
    hashes = "-".join(template_of(*one).content_hash for one in used)
    return f"{hashes} {json.dumps(trials, sort_keys=True)}" if trials else hashes


class TextTemplate(Template):
    """The prompt of an operation that writes: the facts it sees, and whether it sees the remarks."""

    facts: dict[str, str]
    remarks: bool


@dataclass(frozen=True)
class Prompt:
    """A template rendered for one property: what is asked, what it shows, how the answer is read."""

    template: TextTemplate
    facts: Mapping[str, str]
    remarks: str | None = None
    figures: Figures | None = None

    @property
    def operation(self) -> str:
        return self.template.operation

    @property
    def version(self) -> str:
        return self.template.version

    def request(self, model: str) -> Request:
        """The call of one model."""
        return self.template.request(model, self._user())

    def seen(self) -> dict[str, JsonValue]:
        """All that the answer depends on but the model: operation, version, template and shown facts."""
        return {
            "operation": self.template.operation,
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
        return read(Operation(self.template.operation), content, self.facts, self.figures)

    def _user(self) -> str:
        lines = (f"{self.template.facts[name]} = {words}" for name, words in self.facts.items())
        fenced = f"<remarks>\n{self.remarks}\n</remarks>" if self.remarks else ""
        user = string.Template(self.template.user)
        return user.substitute(facts="\n".join(lines), remarks=fenced).strip()


@cache
def template_of(operation: Operation, version: str = DEFAULT) -> TextTemplate:
    """A version of the operation's template."""
    return loaded(TextTemplate, operation.value, version, json_schema(ANSWERS[operation]))


def _version(operation: Operation, property: Property) -> str:
    return version_for(
        operation, property.property_id, load_settings().prompt_versions.get(operation.value, {})
    )


class _Seen(Frozen):
    operation: Operation
    version: str
    template: str
    facts: dict[str, str]
    remarks: str | None


def _shown(remarks: str | None) -> str | None:
    """Remarks on one line, harmless and cut at a bounded length."""
    return " ".join(harmless(remarks or "").split())[:REMARKS_CHARACTERS] or None
