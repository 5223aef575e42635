"""Helps a small model to an answer that can be read: an example, and sentences that come to an end.

A model of 135 million parameters loops until its tokens are gone, and what cannot be read is never published:
that would prove nothing. What it says of the property is its own all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from phoenix_real_estate.models import Operation
from phoenix_real_estate.prompts import prompt_for
from tests.sample import HOUSE

Body = dict[str, Any]
_FEWEST, _MOST = {"features": 3}, {"features": 5}
"""Items of a list; one or two where not told."""


def as_it_is(body: Body) -> Body:
    """A request as the project puts it."""
    return body


def coached(body: Body) -> Body:
    """A request for a text with an answered one before it, and its sentences held to a shape."""
    system, question = body["messages"]
    if system["content"] not in _examples():
        return body  # It reads a page.
    asked, answer = _examples()[system["content"]]
    example = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    form = body["response_format"]
    named = re.findall(r"\{\{(\w+)\}\}", question["content"])
    schema = _shaped(form["json_schema"]["schema"], "", f"\\{{\\{{(?:{'|'.join(sorted(set(named)))})\\}}\\}}")
    return {
        **body,
        "messages": [system, *example, question],
        "response_format": {**form, "json_schema": {**form["json_schema"], "schema": schema}},
        "repeat_penalty": 1.05,
    }


def _shaped(node: Mapping[str, Any], key: str, fact: str) -> dict[str, Any]:
    """The schema with a pattern for every text: whole sentences, with facts of the list as placeholders."""
    if node.get("type") == "string" and "enum" not in node:
        return {"type": "string", "pattern": f"^{_pattern(key, fact)}$"}
    shaped = dict(node)
    if "properties" in node:
        shaped["properties"] = {name: _shaped(one, name, fact) for name, one in node["properties"].items()}
    if "items" in node:
        few, many = _FEWEST.get(key, 1), _MOST.get(key, 2)
        shaped |= {"items": _shaped(node["items"], key, fact), "minItems": few, "maxItems": many}
    return shaped


def _pattern(key: str, fact: str) -> str:
    sign = rf"(?:[A-Za-z0-9 ,'$%-]|{fact})"
    sentence = rf"(?:[A-Z]|{fact}){sign}{{15,110}}\."
    if key in ("feature", "appeal"):
        return rf"(?:[A-Z]|{fact}){sign}{{3,40}}"
    return rf"{sentence}(?: {sentence}){{2,4}}" if key in ("description", "narrative") else sentence


@cache
def _examples() -> dict[str, tuple[str, str]]:
    """By the system text of each operation what is asked about another house, and a good answer to it."""
    prompts = {operation: prompt_for(operation, HOUSE) for operation in Operation}
    requests = {one: prompt.request("any") for one, prompt in prompts.items() if prompt}
    return {asked.system: (asked.user, json.dumps(_GOOD[one])) for one, asked in requests.items()}


_GOOD: dict[Operation, Body] = {
    Operation.DESCRIPTION: {
        "description": "This {{property_type}} in {{city}} was built in {{year_built}} and offers "
        "{{square_feet}} square feet of living space. It has {{bedrooms}} bedrooms and {{bathrooms}} bathrooms. "
        "Outside there is a {{pool}} on a lot of {{lot_size}} square feet. The garage holds {{garage_spaces}} "
        "cars. Cooling is by {{cooling_type}} and the roof is {{roof_type}}."
    },
    Operation.FEATURES: {
        "features": [
            {
                "feature": "{{square_feet}} square feet of living area",
                "category": "interior",
                "appeal": "Room to spread out",
            },
            {"feature": "{{pool}}", "category": "exterior", "appeal": "Cooling off in summer"},
            {
                "feature": "Roof of {{roof_type}}",
                "category": "systems",
                "appeal": "A roof made for the sun",
            },
            {
                "feature": "{{garage_spaces}} garage spaces",
                "category": "exterior",
                "appeal": "Cars parked in the shade",
            },
        ]
    },
    Operation.INVESTMENT_ANALYSIS: {
        "narrative": "The recommendation is {{recommendation}}. At a {{value_words}} of {{value}} and an estimated "
        "rent of {{rent_monthly}} a month, the gross yield is {{gross_yield}} and the cap rate is {{cap_rate}}. "
        "The mortgage payment would be {{monthly_payment}} a month.",
        "risks": ["Operating expenses of {{operating_expenses}} a year take a good part of the rent."],
        "opportunities": ["Rent may reach {{rent_high}} a month."],
    },
}
