"""What became of every text of a run: what the model wrote, what the gate found, what was published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.models import Enrichment, Operation, Property
from phoenix_real_estate.prompts import prompt_for
from tests.truth.real_model.witness import Said, Witness


class Outcome(StrEnum):
    """Whose text it is in the end."""

    AS_WRITTEN = "as the model wrote it"
    REWRITTEN = "the model's second try"
    REPLACED = "composer's: both tries rejected"
    REPLACED_AT_ONCE = "composer's: rejected, no second answer"
    UNANSWERED = "composer's: no answer to be read"
    NOT_ASKED = "composer's: facts do not allow more"

    @property
    def is_the_model_s(self) -> bool:
        return self in (Outcome.AS_WRITTEN, Outcome.REWRITTEN)


@dataclass(frozen=True)
class Text:
    """One operation of one property, from the facts to the words in the store.

    `rejected` are the texts that gave way, with their findings; `doubts` what the gate finds in the last one.
    """

    property: Property
    operation: Operation
    outcome: Outcome
    status: str
    said: tuple[Said, ...]
    rejected: tuple[dict[str, Any], ...]
    doubts: tuple[dict[str, Any], ...]
    words: tuple[str, ...]

    @property
    def is_published_by_the_model(self) -> bool:
        return self.outcome.is_the_model_s and self.status == "published"


def texts_in(document: dict[str, Any], witness: Witness) -> Iterator[Text]:
    """The texts of one processed property."""
    facts = Property.model_validate(document["property"])
    told = facts.model_copy(update={"remarks": _remarks(document)})
    for operation in Operation:
        rejected = [one for one in document["rejected_parts"] if one["operation"] == operation]
        prompt = prompt_for(operation, told)
        asked = prompt.request("any") if prompt else None
        yield Text(
            property=told,
            operation=operation,
            outcome=_outcome(document["metadata"]["operations"][operation], rejected),
            status=document["status"],
            said=tuple(witness.answers_to(asked.system, asked.user)) if asked else (),
            rejected=tuple(rejected),
            doubts=tuple(_doubts(document, operation)),
            words=tuple(_words(document["llm_enrichment"], operation)),
        )


def table(texts: Sequence[Text]) -> str:
    """How many texts of each operation came to which end, and of which properties."""
    counts = Counter((one.outcome, one.status) for one in texts)
    by_operation = Counter((one.outcome, one.status, one.operation) for one in texts)
    heads = "".join(f"{operation.value:>21}" for operation in Operation)
    rows = [f"{'whose text, and where it went':<52}{'texts':>6}{heads}"]
    for outcome in Outcome:
        for status in ("published", "needs_review"):
            if count := counts[outcome, status]:
                each = "".join(f"{by_operation[outcome, status, one]:>21}" for one in Operation)
                rows.append(f"{f'{outcome.value}, {status}':<52}{count:>6}{each}")
    return "\n".join([*rows, f"{'together':<52}{len(texts):>6}"])


def rules(texts: Sequence[Text]) -> str:
    """How often each rule has rejected one of the model's texts."""
    broken = Counter(
        rule
        for text in texts
        for part in text.rejected
        for rule in {one["rule"] for one in part["findings"] if one["severity"] == "critical"}
    )
    return "\n".join(f"{rule:<52}{count:>6}" for rule, count in broken.most_common())


def page(texts: Sequence[Text]) -> str:
    """All texts to be read by hand, in Markdown: those first that a model wrote and that are published."""
    first = sorted(texts, key=lambda one: not one.is_published_by_the_model)
    return "\n\n".join(_entry(number, text) for number, text in enumerate(first, 1)) + "\n"


def _entry(number: int, text: Text) -> str:
    where = text.property.address.one_line
    return "\n\n".join(
        [
            f"## {number}. {where}: {text.operation}: {text.outcome}, {text.status}",
            _lines("Facts", (f"- {name}: {value}" for name, value in _facts(text))),
            *(_lines(f"The model wrote ({one.finish})", ["```", one.words, "```"]) for one in text.said),
            *(
                _lines(f"Gave way to the {part['gave_way_to']}", map(_finding, part["findings"]))
                for part in text.rejected
            ),
            _lines("Found in what is stored", map(_finding, text.doubts)),
            _lines("Stored", (f"> {words}" for words in text.words)),
        ]
    )


def _lines(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"### {head}", *lines])


def _outcome(operation: dict[str, Any], rejected: Sequence[dict[str, Any]]) -> Outcome:
    if operation["provider"] != "composer":
        return Outcome.REWRITTEN if rejected else Outcome.AS_WRITTEN
    if rejected:
        return Outcome.REPLACED if len(rejected) > 1 else Outcome.REPLACED_AT_ONCE
    not_asked = any("facts do not allow" in note for note in operation["notes"])
    return Outcome.NOT_ASKED if not_asked else Outcome.UNANSWERED


def _remarks(document: dict[str, Any]) -> str | None:
    by_source = document["facts_by_source"].values()
    return next((known["remarks"] for known in by_source if known.get("remarks")), None)


def _doubts(document: dict[str, Any], operation: Operation) -> Iterator[dict[str, Any]]:
    for one in document["quality"]["review_reasons"]:
        if one["field"].removeprefix("llm_enrichment.").startswith(operation.value):
            yield one


def _words(enrichment: dict[str, Any], operation: Operation) -> Iterator[str]:
    for text in texts_of(Enrichment.model_validate({operation.value: enrichment[operation.value]})):
        if not text.field.startswith("investment_analysis.figures"):
            yield f"{text.field}: {text.words}"


def _facts(text: Text) -> Iterator[tuple[str, str]]:
    prompt = prompt_for(text.operation, text.property)
    yield from (prompt.facts if prompt else facts_of(text.property)).items()
    if prompt and prompt.remarks:
        yield "remarks", json.dumps(prompt.remarks)


def _finding(one: dict[str, Any]) -> str:
    return f"- {one['severity']} {one['rule']} in {one['field']}: {one['span']!r}: {one['why']}"
