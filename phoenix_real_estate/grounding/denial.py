"""What a text denies ("no pool", "pool: none"), asks, or leaves open ("whether there is a pool")."""

from __future__ import annotations

import re


def is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether the words are denied, before them or behind them."""
    before = _before(text, match)
    if _NOT_DENIED.search(before):
        return False
    asked = _ASKED.match(text, match.end())
    if asked and asked["no"]:
        return True
    after = _after(text, match)
    return is_negated(text, match) or any(pattern.match(after) for pattern in _DENIED_AFTER)


def is_negated(text: str, match: re.Match[str]) -> bool:
    """Whether a "no", "without" or "not" before the words denies them."""
    before = _before(text, match)
    return any(pattern.search(before) for pattern in _DENIED_BEFORE)


def is_open(text: str, match: re.Match[str]) -> bool:
    """Whether the text only wishes for the words, asks for them or leaves them open."""
    asked = _ASKED.match(text, match.end())
    if asked:
        return not asked["no"]
    return bool(_OPEN_BEFORE.search(_before(text, match)) or _OPEN_AFTER.search(_after(text, match)))


_ASKED = re.compile(
    r"(?:[ -][\w'-]+){0,3}\?\s*(?P<no>(?:no|none|nope|nada|not (?:here|this))\b)?", re.IGNORECASE
)
"""A claim in a question is none; its answer may deny it: "Pool? No."."""
_WORDS = (
    r"(?:[\s,/-]+(?!but\b|with\b|and\b|plus\b|yet\b|although\b|has\b|have\b|only\b|an?\b|the\b)"
    r"[\w'$.-]+){0,5}"
)
_DENIED_BEFORE = (
    re.compile(
        r"(?:\b(?:no|zero|without|not|lacks?|lacking|absence of|free of|neither|nor|never|none of|nothing|"
        r"minus an?|"
        r"in place of|instead of|rather than|forgoes|skips)|n['’]t|n['’]t have|not have|not include)"
        rf"(?:\s+(?:an?|any|the))?(?:\s+(?:kind|sort|type) of)?{_WORDS}[\s,/-]*$",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:nobody|no one)\b[^,;]*$", re.IGNORECASE),
    re.compile(
        r"n['’]t (?:get|find|have|see|need|pay|come with|include|offer|feature)\b[^;]*$", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:missing|absent|absences?|excluded|not included|does without|do without)(?: (?:here|is|are))?"
        r"\s*[:–-][^;]*$",
        re.IGNORECASE,
    ),
)
_NOT_DENIED = re.compile(r"\b(?:not only|not just|no shortage of|nothing but)\b[^,;]*$", re.IGNORECASE)
_FEW = r"(?:\s+[\w'/-]+){0,3}?"
_DENIED_AFTER = (
    re.compile(r"[\s-]free\b|:?\s+(?:none|no)\b", re.IGNORECASE),
    re.compile(
        rf"{_FEW}\s*[:=–-]\s*(?:none|no|n/?a|not applicable|zero|\$?0)(?![\w,.]*\d|-)\b", re.IGNORECASE
    ),
    re.compile(
        rf"{_FEW}\s+(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?(?:present|included|available|"
        rf"offered|provided|"
        r"part of|here|there|installed|required|found|in place|among|something|one of|attached)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"{_FEW}\s+(?:does|do|did)(?:\s+not|n['’]t)\s+(?:exist|come|convey|apply)\b", re.IGNORECASE),
    re.compile(rf"{_FEW}\s+(?:has|have)(?:\s+not|n['’]t|\s+never)\s+been\b", re.IGNORECASE),
    re.compile(
        rf"{_FEW}\s+(?:(?:is|are)\s+(?:absent|missing|excluded|nowhere)|not included)\b", re.IGNORECASE
    ),
)
_OPEN_BEFORE = re.compile(
    r"\b(?:whether|if (?:an?|the|there|it)|unless|verify(?:ing)?|confirm(?:ing)?|inspect(?:ing)?|"
    r"check(?:ing)?|ask(?:ing)? (?:about|for|whether)|"
    r"add(?:ing)?|install(?:ing)?|build(?:ing)?|room for|space for|potential (?:for|to)|"
    r"unknown|(?:could|can|may|might|would|should|to) (?:be )?"
    r"(?:add\w*|install\w*|buil\w+|convert\w*|becom\w+|renovat\w*|remodel\w*)|"
    r"(?:could|may|might|should|to) be)\b"
    r"(?:\W+[\w'$-]+){0,6}\W*$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^(?:\W+[\w'-]+){0,6}?\W+(?:unknown|not (?:specified|given|provided|indicated|disclosed|mentioned|"
    r"described|documented|noted|clear)|unspecified|undisclosed|not known|not recorded|not on record|"
    r"unverified|unconfirmed|"
    r"not confirmed|not verified|(?:to|should|must) be (?:checked|verified|confirmed|inspected)|not stated|"
    r"not available|not reported|not listed|(?:is|are) missing)\b",
    re.IGNORECASE,
)
_CLAUSE = r"\n|\b(?:but|while|though|although|however|yet|whereas)\b"


def _before(text: str, match: re.Match[str]) -> str:
    return re.split(rf"[.;!?](?=\s)|{_CLAUSE}", text[max(0, match.start() - 90) : match.start()])[-1]


def _after(text: str, match: re.Match[str]) -> str:
    return re.split(rf"[.;!?](?=\s|$)|{_CLAUSE}", text[match.end() : match.end() + 90])[0]
