"""Reads what phrases say without a figure: no HOA, a private pool, owned solar (tables/phrases.json)."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from pydantic import JsonValue

from phoenix_real_estate.normalize import vocabulary

_TABLE = json.loads(
    files("phoenix_real_estate.normalize.page").joinpath("tables/phrases.json").read_text("utf-8")
)
_PHRASES = [(field, value, re.compile(words, re.IGNORECASE)) for field, value, words in _TABLE["phrases"]]
_NOT, _COMMUNITY_POOL, _PRIVATE_POOL = (
    re.compile(_TABLE[name], re.IGNORECASE) for name in ("not", "community_pool", "private_pool")
)
_TOPICS = re.compile(r"pool|solar|roof|cool|air|a/?c|hoa|irrigat|split|pump", re.IGNORECASE)
_SHARED_POOL = re.compile(r"\b(?:hoa|association|community|complex)\b[^.]*\bpool", re.IGNORECASE)


def facts_in_phrases(line: str) -> dict[str, JsonValue]:
    """Facts by field; wishes and neighbours (room for a pool, near the city pool) are none."""
    told: dict[str, JsonValue] = {}
    if _TOPICS.search(line):
        sure = _NOT.sub(" ", line)
        for field, value, words in _PHRASES:
            if field not in told and words.search(sure):
                told[field] = value
        if "pool_type" not in told and (kind := _pool(sure)):
            told["pool_type"] = kind
    return told


def _pool(line: str) -> JsonValue:
    community = bool(_COMMUNITY_POOL.search(line))
    if not community and _SHARED_POOL.search(line):
        return "community"
    private = bool(_PRIVATE_POOL.search(_COMMUNITY_POOL.sub(" ", line)))
    return vocabulary.pool_of(private=private, community=community, known=False)
