"""The words on both sides of a number: its clause, a period, a hedge, a sign, the part of a decade."""

from __future__ import annotations

import re


def clause_before(text: str, start: int, taken: int) -> str:
    """The clause in front of a number, without what belongs to the number before it."""
    window = text[max(0, taken, start - 90) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(window)]
    clause = window[ends[-1] if ends else 0 :]
    digits = [match.end() for match in _DIGIT.finditer(clause)]
    return clause[digits[-1] if digits else 0 :]


def period_of(before: str, after: str, dimension: str) -> str:
    """Month or year where the amount is one of either, else empty."""
    if dimension not in ("money", "number"):
        return ""
    match = _PERIOD_AFTER.match(after) or _PERIOD_BEFORE.search(_OTHER_PERIOD.sub("", before))
    return ("month" if match["unit"] and match["unit"][0] in "mM" else "year") if match else ""


_OTHER_PERIOD = re.compile(
    r"^[\s%)]*(?:(?:/|per|an?|each|every)?\s*(?:month|year)\b|"
    r"(?:monthly|yearly|annually)(?=,| (?:and|plus|with)\b))",
    re.IGNORECASE,
)
"""The period of the number before: "$2,070 a month against ..."."""


def is_monthly(text: str, start: int, end: int) -> bool:
    """Whether the sentence of an amount begins with "each month" and tells no year: all of it is monthly."""
    before = _SENTENCE_END.split(text[max(0, start - 160) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 80])[0]
    return _EACH_MONTH.match(before) is not None and _YEAR.search(before + after) is None


_SENTENCE_END = re.compile(r"[.;!?\n]+(?:\s|$)")
_EACH_MONTH = re.compile(
    r"\W*(?:(?:each|every|per) month\b|(?:total |fixed )?monthly (?:\w+ )?(?:costs?|bills?|outlays?|budget|"
    r"expenses|outgoings)\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:year|annual|yr|annum)", re.IGNORECASE)


def clause_after(text: str, end: int) -> str:
    """What follows a number in its line."""
    return _LINE_END.split(text[end : end + 80], maxsplit=1)[0]


_LINE_END = re.compile(r"\n|\s[|•·–—]\s|\s-\s")


def part_of(before: str) -> str:
    """Early, mid or late, as a word before a decade or a price band picks it."""
    match = _PART.search(before)
    return (match.lastgroup or "") if match else ""


def continues(between: str) -> bool:
    """Whether what stands between two numbers makes them a range."""
    return _CONTINUES.fullmatch(between) is not None


def hedge_of(before: str, after: str) -> str:
    """The words that make a number about right, or tell on which side of it the fact lies."""
    match = _HEDGE.search(before) or _HEDGE_AFTER.match(after)
    return match.group().strip() if match else ""


def sign_of(value: float, before: str, after: str) -> int:
    """-1 where the words tell of a loss, 1 where they tell of a gain, else 0."""
    near = before[-60:] + _PAUSE.split(after, maxsplit=1)[0]
    if value < 0 or _NEGATIVE.search(near) or (_OPENED.search(before) and after.startswith(")")):
        return -1
    return 1 if _POSITIVE.search(near) or _CASH_FLOW.search(near) else 0


_PAUSE = re.compile(r"[.;,!?]")
_OPENED = re.compile(r"(?:[:=]|\b(?:is|of|at|about|around|roughly|approximately))\s?\($", re.IGNORECASE)
"""Where accountants write a loss in brackets: "cash flow: ($370)"."""
_CASH_FLOW = re.compile(r"cash[\s-]flows?", re.IGNORECASE)


_CLAUSE_END = re.compile(r"[.;!?](?=\s|$)|\n|□|,\s+(?=(?:it|they|you|which|we|there)\b)", re.IGNORECASE)
_CONTINUES = re.compile(r"\s*(?:-|–|—|to|and|or|through)\s*(?:about\s+|up to\s+)?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_PERIOD_AFTER = re.compile(
    r"[\s-]*(?:/|per|an?|each|every|of|in)?[\s-]*(?P<unit>month|mo\b|year|yr\b|annum|annual|annually)|"
    r"\s+(?:over|across|every)\s+(?:the |an? )?(?:(?:full|whole|entire) )?"
    r"(?P<span>year\b|(?:twelve|12)\b(?! year))",
    re.IGNORECASE,
)
_PERIOD_BEFORE = re.compile(
    r"\b(?P<unit>month|annual|year)(?:ly\b|(?:s (?:of|to))?\b"
    r"(?!\s+(?:built|mortgage|fixed|old|and)))(?:[^\d,;]*)$",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:(?:just|right|well|comfortably|slightly|somewhere) )?(?:about|around|approximately|approx\.?|"
    r"roughly|nearly|"
    r"almost|approaching|nearing|bordering on|verging on|pushing|exceed(?:s|ing)?|surpass(?:es|ing)?|topping|"
    r"clear(?:s|ing)|beat(?:s|ing)|tops|miss(?:es|ing)|"
    r"(?:in )?excess of|no (?:more|less) than|at most|an? (?:minimum|maximum) of|over|under|just|"
    r"(?:more|less|larger|bigger|greater|smaller|higher|lower) than|close to|near|"
    r"some|call (?:it|that)|say,?|"
    r"upwards? of|above|below|at least|estimated at|"
    r"circa|ca\.|c\.|up to|north of|south of|shy of|short of|not quite|in the (?:neighborhood|vicinity|"
    r"ballpark|"
    r"range) of|an estimated|(?:an? )?(?:whisker|smidge|shade|notch|sliver|stone's throw|fraction) (?:over|"
    r"under|above|below|less than|more than|shy of)|"
    r"(?:a (?:touch|bit|hair|shade|little|tad)|slightly) (?:over|under|above|below|more than|less than))"
    r"(?: an?| the (?:usual|common|typical|customary|standard|stated))?"
    r"(?: (?:the |its )?break-?even(?: (?:mark|point|level|line|threshold|value|ratio))?(?: of)?)?"
    r"\s*[$~(]?\s*$|~\s*$",
    re.IGNORECASE,
)
_HEDGE_AFTER = re.compile(
    r"\s?\+|(?:\s(?:a|per|each|every) (?:month|year))?,?[\s-]"
    r"(?:some|odd|something|plus|or so|or thereabouts|ish|"
    r"and change|give or take|or more)\b|ish\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:(?P<early>early|low(?:er)?|beginning of the|start of the)|(?P<mid>mid(?:dle)?(?: of the)?)|"
    r"(?P<late>late|latter|upper|high|end of the))[\s-]*['’$]*\s*$",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:neg\b|negative\w*|hole|bleed\w*|drain\w*|behind|(?:put|puts|putting|pay|pays|paying|chip) in|"
    r"shortfalls?|deficits?|loss(?:es)?|los(?:es|ing)|short|below zero|minus|gap|in the red|"
    r"out[\s-]of[\s-]pocket|add(?:s|ed|ing)?|feed(?:s|ing)?|top(?:s|ping)? up|contribut\w+|lack(?:s|ing)?|"
    r"wanting|missing|subsid\w+|shy of|eaten (?:up )?(?:at|by)|che(?:ck|que)s? for|under ?water)\b",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"\b(?:positive\w*|surplus|profit\w*|gains?|leftover|left|lea(?:ves|ving)|remain\w*|keeps?(?! (?:it|"
    r"this|the (?:place|property|home|unit))\b)|earn\w*|"
    r"generat\w+|produc\w+|extra|cushion|throws? off)\b",
    re.IGNORECASE,
)
