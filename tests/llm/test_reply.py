"""What a model writes where JSON was asked for."""

from __future__ import annotations

import pytest

from phoenix_real_estate.llm.provider import UnusableAnswer, Usage
from phoenix_real_estate.llm.reply import json_object

USAGE = Usage(10, 5)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "a \\"quoted\\" word"}',
        '```json\n{"a": "a \\"quoted\\" word"}\n```',
        '{"a": "a \\"quoted\\" word",}',
        '{"a": "a \\"quoted\\" word"',
        'Here it is: {"a": "a \\"quoted\\" word"} Done.',
    ],
)
def test_the_object_is_read_in_spite_of_slips(text: str) -> None:
    assert json_object(text, USAGE, "OpenAI") == {"a": 'a "quoted" word'}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "empty"),
        ("  \n", "empty"),
        ("I cannot help with that.", "broken JSON"),
        ("[1, 2]", "not an object"),
        ('{"a": "b"} {"c": "d"}', "not an object"),
        ('{"a": "half a senten', "broken JSON"),
        ('{"a": "it ends in a quote \\"', "broken JSON"),
        ('{"a": "whole", "b": "ha', "broken JSON"),
    ],
)
def test_what_is_no_object_or_breaks_off_within_a_text_is_unusable_and_paid(
    text: str | None, why: str
) -> None:
    with pytest.raises(UnusableAnswer, match=why) as raised:
        json_object(text, USAGE, "OpenAI")

    assert raised.value.usage == USAGE
