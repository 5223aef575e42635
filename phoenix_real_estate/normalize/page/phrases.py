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
_NOT, _COMMUNITY_POOL, _PRIVATE_POOL, _DENIAL, _DENIAL_OF_ANOTHER_TIME = (
    re.compile(_TABLE[name], re.IGNORECASE)
    for name in ("not", "community_pool", "private_pool", "denial", "denial_of_another_time")
)
_TOPICS = re.compile(r"pool|solar|roof|cool|air|a/?c|hoa|irrigat|split|pump", re.IGNORECASE)
_SHARED_POOL = re.compile(r"\b(?:hoa|association|community|complex)\b[^.]*\bpool", re.IGNORECASE)
_POOL_WORD = re.compile(r"\bpools?\b", re.IGNORECASE)
# A comma ends what a word is about, unless what follows goes on about it.
_CLAUSE_END = re.compile(
    r"[;!?|•·\t]|\.(?=\s|$)|,(?!\s(?:which|that|not|no longer|now|next|has|have|was|were|is|are|but|since"
    r"|until|removed|filled|sold|built|constructed)\b)|\s[-–—]\s",
    re.IGNORECASE,
)


def facts_in_phrases(line: str) -> dict[str, JsonValue]:
    """Facts by field; wishes, denials and neighbours (room for a pool, near the city pool) are none."""
    told: dict[str, JsonValue] = {}
    if not _TOPICS.search(line):
        return told
    sure = _NOT.sub(" ", line)
    for field, value, words in _PHRASES:
        if field not in told and (found := words.search(sure)):
            told[field] = None if _is_doubtful(value, sure, found) else value
    if "pool_type" not in told and not any(is_denied(clause_at(line, w)) for w in _POOL_WORD.finditer(line)):
        told["pool_type"] = _pool(sure)
    return {field: value for field, value in told.items() if value is not None}


def clause_at(line: str, match: re.Match[str]) -> str:
    """The part of a sentence in which something was found."""
    ends = [end.end() for end in _CLAUSE_END.finditer(line) if end.end() <= match.start()]
    end = _CLAUSE_END.search(line, match.end())
    return line[ends[-1] if ends else 0 : end.start() if end else len(line)]


def is_denied(clause: str) -> bool:
    """Something that is not there, not there any more, not yet, or not here."""
    return bool(_DENIAL.search(clause))


def _is_doubtful(value: JsonValue, line: str, found: re.Match[str]) -> bool:
    """A phrase within a denial; one that is the denial itself, of another time or place."""
    clause = clause_at(line, found)
    if value in (None, False, "none"):
        return bool(_DENIAL_OF_ANOTHER_TIME.search(clause))
    return is_denied(clause)


def _pool(line: str) -> JsonValue:
    community = bool(_COMMUNITY_POOL.search(line))
    if not community and _SHARED_POOL.search(line):
        return "community"
    private = bool(_PRIVATE_POOL.search(_COMMUNITY_POOL.sub(" ", line)))
    return vocabulary.pool_of(private=private, community=community, known=False)
