"""What OpenAI's models can be asked for; the vendor has no way to ask for it.

Source: https://platform.openai.com/docs/guides/structured-outputs and the pages of the models. A model that
is not in these lists, one to come or one behind a gateway, is taken to know everything.
"""

from __future__ import annotations

import re
from typing import Literal

Format = Literal["json_schema", "json_object", "text"]


def answer_format(model: str) -> Format:
    """How the answer's shape can be enforced; where it cannot, the prompt's words ask for it alone."""
    name = _base(model)
    if _TEXT_ONLY.fullmatch(name):
        return "text"
    return "json_object" if _JSON_MODE_ONLY.match(name) else "json_schema"


def takes_temperature(model: str) -> bool:
    """Reasoning models refuse any temperature but their own."""
    return not _REASONING.match(_base(model))


# Before November 2023 there was no JSON mode; gpt-4 stayed at its version of June 2023.
_TEXT_ONLY = re.compile(r"gpt-4(-32k)?(-0314|-0613)?|gpt-3\.5-turbo(-16k)?-0(301|613)")
# Strict schemas came with gpt-4o-mini and gpt-4o-2024-08-06.
_JSON_MODE_ONLY = re.compile(r"gpt-3\.5|gpt-4-|gpt-4o-2024-05-13|chatgpt-4o")
_REASONING = re.compile(r"o\d|gpt-5")


def _base(model: str) -> str:
    """The model itself, or the one that a fine-tuned one was made of: ft:gpt-3.5-turbo:acme::id."""
    return model.removeprefix("ft:").split(":", 1)[0]
