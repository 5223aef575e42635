"""What a text denies in a roundabout way: over a list, in an answer, by a turn of phrase.

What stands right beside the words, "no pool" or "pool: none", is read in `denial`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from phoenix_real_estate.grounding.denial import clause_around


def is_absent(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence, and not only the words beside them, says that a thing is not there."""
    before, after = clause_around(text, match)
    return bool(
        _NONE.match(said_of_list(text, match))
        or any(pattern.search(before) for pattern in _ABSENT_BEFORE)
        or any(pattern.match(after) for pattern in _ABSENT_AFTER)
        or (_ASKED_FOR_GAPS.search(text[: match.start()]) and not _GOES_ON.match(after))
        or _IS_NOT_THERE.match(text, match.end())
    )


def said_of_list(text: str, match: re.Match[str]) -> str:
    """What is said of the bare list that begins its clause and holds the words; empty where there is none."""
    begins = _beginnings_of(text)
    things, said = _list_at(text, begins[bisect_right(begins, match.start()) - 1])
    return said if match.start() in things else ""


@lru_cache(maxsize=64)
def _beginnings_of(text: str) -> list[int]:
    """Where its clauses begin, as a list may."""
    return [boundary.end() for boundary in _BOUNDARIES.finditer(text)]


@lru_cache(maxsize=64)
def _list_at(text: str, start: int) -> tuple[range, str]:
    """Where the things of a list that begins here stand, and what is said of them."""
    listed = _LIST.match(text, start)
    if listed is None:
        return range(0), ""
    return range(*listed.span("things")), _SENTENCE_END.split(
        text[listed.end() : listed.end() + 90], maxsplit=1
    )[0]


_BOUNDARIES = re.compile(r"^|[.!?;](?=\s)|[\n•·|]|\s[–—-]\s|\b(?:but|while|whereas|though|although)\b")
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")
_THING = (
    r"(?:swimming pool|pool|garage|carport|covered parking|parking|h\.?o\.?a\.?|homeowners['’]? "
    r"association|association|"
    r"dues|fees?|spa|hot tub|solar(?: panels?| equipment)?|panels?|tax(?: bill| figure)?|taxes|price|roof|"
    r"cooling|"
    r"heating|lot|living area|square footage|footage|floor area|size|age|year(?: built)?|condition|"
    r"bedrooms?|beds|"
    r"bathrooms?|baths|rooms?|views?|fireplace|flood zone|school district|schools?|irrigation(?: rights)?|"
    r"subdivision|landscaping|desert landscaping|rent|basement|patio|gate|fence|lawn|yard|appliances)"
    r"(?: (?:status|type|size|count|fees?|dues|spaces?|rights|age|district|details?|information))?"
)
_ARTICLE = r"(?:(?:the|an?|any|its|as for|as to|regarding|concerning|on|both|neither) )*"
_LIST = re.compile(
    rf"\W*(?P<things>{_ARTICLE}{_THING}(?:(?:\s*[,/&]\s*(?:and |or |nor )?|\s+(?:and|or|nor) ){_ARTICLE}"
    rf"{_THING})*)"
    rf"(?:\s*[:=,?–—-]+\s*|\s+(?=(?:is|are|was|were|remain|stay|not|nowhere|un|missing|absent|blank|none|no)"
    rf"))",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?:none|nil|nada|no|not any|n/?a|not applicable|zero|0|absent)\b(?! (?:[a-z]|[\d$]))"
    r"|(?:none|nil|no) (?:here|at all|whatsoever|of (?:them|these|it))\b"
    r"|(?:is|are) (?:all |both )?(?:absent|nowhere|none|missing)\b"
    r"|(?:all |both )?absent\b",
    re.IGNORECASE,
)
_ONE = r"(?:one|any|such|that)\b(?! (?:like|better|finer|nicer|as|more|to|of|so|place))"
_HOME = (
    r"(?:it|we|they|this|that|here|you|(?:this|the) (?:\w+ )?"
    r"(?:home|house|property|place|unit|lot|land|yard))"
)
_GETS = r"(?:find|get|have|see|need|pay|come across|expect|meet)"
_NOT = (
    r"(?:(?:wo|do|does|ca|is|are|has|have|would|could)n['’]t|(?:will|do|does|can|is|are|has|have) ?not|never)"
)
_THINGS = r"(?:\s+(?!(?:has|have|is|are|with|and)\b)[\w'’-]+){0,3}?"
_ABSENT_BEFORE = (
    re.compile(
        r"\b(?:nor|neither) (?:is|are|was|were|does|do|did|has|have|will|can|should)(?: ever)?"
        rf" (?:there|you|{_HOME}|the \w+)(?: (?:be|been|have|come with|include|offer|find|see|get|need|pay|"
        rf"own|possess|"
        rf"provide|feature|expect|owe|count on)(?: to)?)?(?: (?:an?|any))(?:\s+[\w'’-]+){{0,2}}?\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:missing|lack(?:s|ing)?|absent|goes without|does without|will not find|won['’]t find|"
        r"do(?:es)?(?: not|n['’]t) (?:have|get|include|come with)|not included)(?: here| from \w+ \w+)? "
        r"(?:is|are)"
        r"(?: (?:an?|any|the))?(?: [\w'’-]+)?\s*$",
        re.IGNORECASE,
    ),
    re.compile(r"\bin vain for (?:an?|any|the)?(?:\s+[\w'’-]+){0,2}?\s*$", re.IGNORECASE),
    re.compile(
        r"\b(?:(?:do|would|should) ?(?:not|n['’]t)|never) (?:expect|count on|look for|plan on|go looking "
        r"for|picture|"
        r"imagine) (?:an?|any|the)(?:\s+[\w'’-]+){0,2}?\s*$",
        re.IGNORECASE,
    ),
    re.compile(r"\bthere (?:has|have) never been (?:an?|any)(?:\s+[\w'’-]+){0,2}?\s*$", re.IGNORECASE),
    re.compile(
        r"^(?!.*\b(?:rent|income|revenue|price|yield|return|figure)s?\b)(?!.*[\d$]).*\b(?:minus|sans|less) "
        r"(?:the|an?)?"
        r"(?:\s+[\w'’-]+)?\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w.,$])0(?:\.0)? ?(?:%|percent)?(?: (?:of|in))?(?: the)?(?:\s+[\w'’-]+)?\s*$", re.IGNORECASE
    ),
)
_ABSENT_AFTER = (
    re.compile(
        rf"{_THINGS}\s+(?:is|are)(?: just| simply)? (?:(?:the |a )?(?:one|only|another|single)?\s?(?:thing|"
        rf"item|feature|"
        rf"expense|cost|line|amenity)s? |something |what |one of the things )(?:that |which )?"
        rf"(?:(?:you|we|it|{_HOME})(?:['’]ll| will)? )?(?:{_NOT} {_GETS}|lacks?|goes? without|does without|"
        rf"is without)"
        r"(?: (?:here|on (?:site|file)|at this \w+|in this \w+|anywhere here))?\W*$",
        re.IGNORECASE,
    ),
    re.compile(r"\s+there (?:is not|isn['’]t|are not|aren['’]t)\W*$", re.IGNORECASE),
    re.compile(
        rf"{_THINGS}\s+(?:is|are|was|were|stands?)(?: (?:recorded|listed|given|shown|put|entered|carried))?"
        r"(?: (?:at|as|with))? (?:(?:0|zero|nil)(?:\.0)? ?(?:%|percent|per cent)|nil|nought|zero)"
        r"(?![\w.,]*\d)",
        re.IGNORECASE,
    ),
    re.compile(r"[\s-]less\b", re.IGNORECASE),
    re.compile(
        rf"{_THINGS}\s*,\s*(?:none|nil|n/a|not any)\b(?! (?:like|better|finer|of|as|so))", re.IGNORECASE
    ),
)
_ASKED_FOR_GAPS = re.compile(
    r"(?:\b(?:what|which)\b[^.?!]*(?:n['’]t|\bnot\b|\bnever\b)[^.?!]*\b(?:get|find|have|see|pay|include|"
    r"included|offer|"
    r"come with|here|there)(?: for| here| with it)?|\bwhat (?:does|do|would) [\w ]{1,24}(?:lack|miss|go "
    r"without|do without)"
    r"|\b(?:what(?:['’]s| is| are))? ?(?:missing|absent|lacking|not (?:here|there|included)))(?: here| "
    r"from \w+ \w+)?\?"
    r"\s*(?:(?:only|just|well|mainly|chiefly),? )?(?:(?:an?|any|the)\s+)?(?:[\w'’-]+(?:,| and| or|,? and|"
    r",? or)\s+"
    r"(?:an?\s+)?){0,3}(?:[\w'’-]+\s+)?$",
    re.IGNORECASE,
)
"""A question for what is not there, and its answer up to the words: "What don't you get? An HOA."."""
_GOES_ON = re.compile(r"[\w\s'’-]*\b(?:is|are|has|have|completes?|makes?|waits?|invites?)\b", re.IGNORECASE)
_IS_NOT_THERE = re.compile(
    rf"{_THINGS}\s*[,;:–—-]+\s*(?:\w+ )?(?:there (?:isn['’]t|aren['’]t|is not|are not) {_ONE}"
    r"|there(?: is| are|['’]s) none\b(?! (?:like|better|finer|of|as|so|to))"
    rf"|{_HOME} (?:has none|(?:does|do)(?: not|n['’]t) (?:have|come with|offer|include) {_ONE}))",
    re.IGNORECASE,
)
