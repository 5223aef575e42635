"""What properties will ask, and of whom: the questions that a batch can answer in advance."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from phoenix_real_estate.answers import answer_key
from phoenix_real_estate.budget import CallLabel
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.vendor_batches import BatchEndpoint
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompts import prompt_for, prompt_seen

# Each holds a reservation in the day's document, which MongoDB bounds at 16 MB.
LARGEST_BATCH = 5_000


@dataclass(frozen=True)
class Wanted:
    """A question: the key of its answer, all that the answer depends on as JSON, and what it is for."""

    key: str
    seen: str
    label: CallLabel

    def request(self) -> Request | None:
        """The call that a live question would make; None when its prompt is no longer in use."""
        prompt = prompt_seen(json.loads(self.seen))
        return prompt.request(self.label.model) if prompt else None


def wanted_of(
    properties: Iterable[Property], panel: Panel, providers: Collection[str], flow_run_id: str | None
) -> dict[Candidate, list[Wanted]]:
    """The different questions of the properties, by the model that each goes to first.

    Where that is a free model, or one without batches, nothing is asked in advance: its answer would not be
    looked for.
    """
    found: dict[Candidate, dict[str, Wanted]] = {}
    for property in properties:
        first = panel.route(property).candidates[:1]
        for candidate in (one for one in first if one.provider in providers):
            questions = found.setdefault(candidate, {})
            for wanted in _questions(property, candidate, flow_run_id):
                questions.setdefault(wanted.key, wanted)
    return {candidate: list(questions.values()) for candidate, questions in found.items()}


def portions(wanted: Sequence[Wanted], endpoint: BatchEndpoint) -> Iterator[list[Wanted]]:
    """As the vendor takes them in one batch."""
    portion: list[Wanted] = []
    size = 0
    for one in wanted:
        request = one.request()
        more = endpoint.size(request) if request else 0
        full = len(portion) == min(LARGEST_BATCH, endpoint.limits.requests)
        if portion and (full or size + more > endpoint.limits.size):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += more
    if portion:
        yield portion


def _questions(property: Property, candidate: Candidate, flow_run_id: str | None) -> Iterator[Wanted]:
    for operation in Operation:
        if prompt := prompt_for(operation, property):
            label = CallLabel(
                operation=operation.value,
                provider=candidate.provider,
                model=candidate.model,
                property_id=property.property_id,
                flow_run_id=flow_run_id,
            )
            yield Wanted(answer_key(prompt, str(candidate)), json.dumps(prompt.seen()), label)
