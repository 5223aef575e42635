from __future__ import annotations

import pytest

from phoenix_real_estate.llm.dialect import answer_format, takes_temperature


@pytest.mark.parametrize(
    ("model", "form"),
    [
        ("gpt-3.5-turbo", "json_object"),
        ("gpt-3.5-turbo-1106", "json_object"),
        ("gpt-3.5-turbo-0613", "text"),
        ("gpt-4", "text"),
        ("gpt-4-0613", "text"),
        ("gpt-4-turbo", "json_object"),
        ("gpt-4-1106-preview", "json_object"),
        ("gpt-4o-2024-05-13", "json_object"),
        ("chatgpt-4o-latest", "json_object"),
        ("gpt-4o", "json_schema"),
        ("gpt-4o-mini-2024-07-18", "json_schema"),
        ("gpt-4.1-mini", "json_schema"),
        ("gpt-5-mini", "json_schema"),
        ("ft:gpt-3.5-turbo-0125:acme::x1", "json_object"),
        ("ft:gpt-4o-mini-2024-07-18:acme::x1", "json_schema"),
        ("a-model-behind-a-gateway", "json_schema"),
    ],
)
def test_each_model_is_asked_for_the_most_that_it_can_keep_to(model: str, form: str) -> None:
    assert answer_format(model) == form


@pytest.mark.parametrize(
    ("model", "takes"),
    [("gpt-4o-mini", True), ("o3-mini", False), ("gpt-5-mini", False), ("ft:o4-mini:acme::x", False)],
)
def test_reasoning_models_take_no_temperature(model: str, takes: bool) -> None:
    assert takes_temperature(model) is takes
