"""What a property costs in tokens and money, over our sample records; run with `make bench`.

Input is counted with the models' own tokenizer: both texts, the schema where the model is sent one, and the
messages' frame; for Anthropic, which publishes none, with OpenAI's. Output is the composer's text in the
shape that the model is asked for: about as long as a model's, which writes the same facts as placeholders.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean
from typing import Any

import pytest

from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.llm import pricing, tokens
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.llm.dialect import answer_format
from phoenix_real_estate.llm.provider import Request, Usage
from phoenix_real_estate.llm.routing import Candidate, chains, tier_of
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.money import MICRO
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings
from tests.benchmarks.test_speed import normalized

pytestmark = [pytest.mark.slow]

FRAME_TOKENS = 11
A_DAY_USD = Decimal("0.63")
SHAPES: dict[Operation, Callable[[Any], dict[str, Any]]] = {
    Operation.DESCRIPTION: lambda part: {"description": part},
    Operation.FEATURES: lambda part: {"features": [feature.model_dump() for feature in part]},
    Operation.INVESTMENT_ANALYSIS: lambda part: part.model_dump(
        include={"narrative", "risks", "opportunities"}
    ),
}


@dataclass(frozen=True)
class Cost:
    """Of one call, or of all of a property; money in micro-USD."""

    input_tokens: float
    output_tokens: float
    cost: float
    worst: float

    def __add__(self, other: Cost) -> Cost:
        mine, theirs = vars(self).values(), vars(other).values()
        return Cost(*(a + b for a, b in zip(mine, theirs, strict=True)))

    @property
    def a_day(self) -> str:
        return f"{A_DAY_USD * MICRO / Decimal(self.cost):,.0f}" if self.cost else "any number"


NOTHING = Cost(0, 0, 0, 0)


def test_what_a_property_costs_by_operation_and_tier() -> None:
    properties = normalized([one for one in read_records(samples_dir()) if not isinstance(one, Refusal)])
    settings = Settings(_env_file=None)
    tiers = {tier: chain[0] for tier, chain in chains(settings).items()}
    spare = Candidate("anthropic", settings.anthropic_model, "ANTHROPIC_MODEL")
    print(f"\n{len(properties)} sample properties; mean of a call\n")
    print("| tier | model | operation | tokens in | tokens out | USD | worst case USD |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: |")
    for tier, candidate in [*tiers.items(), ("last fallback", spare)]:
        for operation in Operation:
            one = average([cost_of(operation, property, candidate) for property in properties])
            print(f"| {tier} | `{candidate.model}` | {operation.value} | {_row(one)} |")
    print(
        "\n| tier | model | tokens in | tokens out | USD a property | worst case USD | properties for $0.63 |"
    )
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for tier, candidate in [*tiers.items(), ("last fallback", spare)]:
        one = average([whole(property, candidate) for property in properties])
        print(f"| {tier} | `{candidate.model}` | {_row(one)} | {one.a_day} |")
    routed = average([whole(property, tiers[tier_of(property)[0]]) for property in properties])
    print(f"| each by its own | | {_row(routed)} | {routed.a_day} |")
    assert routed.cost <= routed.worst


def whole(property: Property, candidate: Candidate) -> Cost:
    return sum((cost_of(operation, property, candidate) for operation in Operation), NOTHING)


def cost_of(operation: Operation, property: Property, candidate: Candidate) -> Cost:
    """Nothing where there is nothing to ask."""
    prompt = prompt_for(operation, property)
    if prompt is None:
        return NOTHING
    request = prompt.request(candidate.model)
    answer = json.dumps(SHAPES[operation](compose(operation, property)))
    usage = Usage(_sent(request), tokens.count(answer, "gpt-4o-mini"))
    worst = pricing.worst_case(candidate, request)
    return Cost(usage.input_tokens, usage.output_tokens, pricing.actual(candidate, usage), worst)


def average(costs: Sequence[Cost]) -> Cost:
    return Cost(*(mean(column) for column in zip(*(vars(cost).values() for cost in costs), strict=True)))


def _sent(request: Request) -> int:
    enforced = answer_format(request.model) == "json_schema"
    schema = tokens.count(json.dumps(request.schema), "gpt-4o-mini") if enforced else 0
    return FRAME_TOKENS + tokens.estimate(request) + schema


def _row(one: Cost) -> str:
    money = (f"{amount / MICRO:.6f}" for amount in (one.cost, one.worst))
    return " | ".join([f"{one.input_tokens:.0f}", f"{one.output_tokens:.0f}", *money])
