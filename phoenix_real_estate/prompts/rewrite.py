"""The prompt that asks for a rejected part once more: the first prompt, then what is wrong with its answer.

What a model wrote is a stranger's text, like remarks: it may repeat orders that it was given by them. So it
stands in a fence, harmless and of bounded length, as do the words of it that the findings quote.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pydantic import JsonValue

from phoenix_real_estate.figures import comparison_of
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.models import Enrichment, Finding
from phoenix_real_estate.prompt_versions import template_text
from phoenix_real_estate.prompts.catalog import Prompt
from phoenix_real_estate.prompts.question import harmless
from phoenix_real_estate.prompts.reading import Part

REWRITE = "rewrite"
VERSION = "v1"
REJECTED_CHARACTERS = 2500
FINDINGS = 10
"""Told at most: what goes wrong ten times goes wrong in the same way."""
FINDING_CHARACTERS = 300


def rewrite_prompt(prompt: Prompt, rejected: Enrichment, findings: Sequence[Finding]) -> RewritePrompt:
    """The prompt that was answered with the part in `rejected`, and what was found against that."""
    # What code has put behind the model's words is no answer of its.
    by_code = comparison_of(prompt.figures)
    shown = "\n".join(
        f"{text.field}: {_one_line(text.words.removesuffix(by_code))}"
        for text in texts_of(rejected)
        if _written(text.field)
    )
    told = tuple(dict.fromkeys(map(_told, findings)))[:FINDINGS]
    return RewritePrompt(prompt, harmless(shown)[:REJECTED_CHARACTERS], told)


@dataclass(frozen=True)
class RewritePrompt:
    """A second attempt at a prompt's answer; it is read like the first."""

    prompt: Prompt
    rejected: str
    findings: tuple[str, ...]

    @property
    def operation(self) -> str:
        return self.prompt.operation

    @property
    def version(self) -> str:
        return f"{self.prompt.version}, {REWRITE} {VERSION}"

    def request(self, model: str) -> Request:
        """The first call, with what was wrong behind it: what vendors cache of it stays the same."""
        first = self.prompt.request(model)
        again = string.Template(template_text(REWRITE, VERSION)).substitute(
            rejected=self.rejected, findings="\n".join(self.findings)
        )
        return replace(first, user=f"{first.user}\n\n{again.strip()}")

    def seen(self) -> dict[str, JsonValue]:
        """What the first answer depended on, and that answer with what was found."""
        again: dict[str, JsonValue] = {
            "template": _content_hash(),
            "rejected": self.rejected,
            "findings": list(self.findings),
        }
        return {**self.prompt.seen(), REWRITE: again}

    def read(self, content: Mapping[str, JsonValue]) -> Part:
        """The part anew. Raises MalformedAnswer like the first prompt."""
        return self.prompt.read(content)


def _written(field: str) -> bool:
    """Figures and recommendation are computed: they are none of the model's words."""
    return not field.startswith(("investment_analysis.figures", "investment_analysis.recommendation"))


def _told(finding: Finding) -> str:
    span = f' "{_one_line(finding.span)}"' if finding.span else ""
    return harmless(f"- {finding.field}{span}: {_one_line(finding.why)}")[:FINDING_CHARACTERS]


def _one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def _content_hash() -> str:
    return hashlib.sha256(template_text(REWRITE, VERSION).encode()).hexdigest()[:16]
