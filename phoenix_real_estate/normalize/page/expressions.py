"""The regular expressions that read listing pages, by name (tables/expressions.json)."""

from __future__ import annotations

import json
import re
from importlib.resources import files

_TABLE = json.loads(
    files("phoenix_real_estate.normalize.page").joinpath("tables/expressions.json").read_text("utf-8")
)

NUMBER_WORDS: dict[str, int] = {word: number for number, word in enumerate(_TABLE["number_words"])}
_PARTS = {**_TABLE["parts"], "words": "|".join(word for word, number in NUMBER_WORDS.items() if number)}


def expression(name: str) -> re.Pattern[str]:
    """A named expression, its `{parts}` filled in."""
    written: str = _TABLE["expressions"][name]
    for part, words in _PARTS.items():
        written = written.replace("{" + part + "}", words)
    return re.compile(written)
