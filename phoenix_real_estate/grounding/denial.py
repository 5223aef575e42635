"""What a text denies ("no pool", "pool: none"), asks, or leaves open ("whether there is a pool")."""

from __future__ import annotations

import re
from functools import lru_cache


def is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether the words are denied, before them or behind them; what is denied twice stands."""
    before = _before(text, match)
    if _NOT_DENIED.search(before):
        return False
    answer = _answer(text, match)
    if answer:
        return _DENYING.match(answer) is not None
    after, negated = _after(text, match), is_negated(text, match)
    if _MISSING.match(after):
        return not negated
    return negated or any(pattern.match(after) for pattern in _DENIED_AFTER)


def is_negated(text: str, match: re.Match[str]) -> bool:
    """Whether a "no", "without" or "not" before the words denies them; "not without" does not."""
    before = _TWICE_DENIED.sub("", _before(text, match))
    if (listed := _LISTED_AFTER_NO.search(before)) and not _ALTERNATIVE.search(
        listed.group() + _after(text, match)
    ):
        return False
    return any(pattern.search(before) for pattern in _DENIED_BEFORE)


_LISTED_AFTER_NO = re.compile(r"\b(?:no|zero)\b[^,]*,(?!.*\b(?:no|not|without|nor)\b).*$", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\bn?or\b", re.IGNORECASE)
"""Behind a comma "no" denies only what "or" joins: "no pool, spa or fence", but "no HOA, central air"."""


def is_open(text: str, match: re.Match[str]) -> bool:
    """Whether the text only wishes for the words, asks for them or leaves them open.

    Who affirms the question or the wish claims them: "Pool? Yes."
    """
    answer = _answer(text, match)
    if answer is not None:
        return not (_AFFIRMING.match(answer) or _DENYING.match(answer))
    before, after = _before(text, match), _after(text, match)
    if _MISSING.match(after):
        return _UNTOLD.search(before) is not None
    if (_WHETHER.search(before) and _UNDECIDED.match(after)) or (_ANY.search(before) and _WOULD.match(after)):
        return True
    return any(pattern.search(before) for pattern in _OPEN_BEFORE) or bool(_OPEN_AFTER.search(after))


def clause_around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before and behind the words in their clause."""
    return _before(text, match), _after(text, match)


def _answer(text: str, match: re.Match[str]) -> str | None:
    """What follows the question or the wish that the words stand in; None where they stand in neither."""
    asked = _ASKED.match(text, match.end())
    wished = _WISHED.search(_before(text, match)) and _THEN.match(text, match.end())
    end = asked or wished
    return text[end.end() : end.end() + 90] if end else None


_ASKED = re.compile(r"(?:[ -][\w'’-]+){0,6}\?\s*", re.IGNORECASE)
"""A claim in a question is none; its answer may deny or affirm it."""
_WISHED = re.compile(
    r"\b(?:if|whether|should|when|in case) (?:you|one|(?:an? |the )?(?:buyers?|owners?))"
    r"(?:['’]re| are| is)?(?: ever| really)? "
    r"(?:want|wish|need|like|prefer|desire|dream|long|look|hop|plan)\w*\b[^,;]*$",
    re.IGNORECASE,
)
_THEN = re.compile(r"[^,;.!?]{0,40}, ?(?:then )?", re.IGNORECASE)
_HOME = r"(?:it|we|they|this|that|here|(?:this|the) (?:\w+ )?(?:home|house|property|place|one|listing|yard))"
_SILENCE = (
    r"(?! (?:records?|word|mention|telling|information|data|way|one (?:knows|says)|matter|problem|doubt|say|"
    r"tell|specify|mention|state|record|indicate|reveal|show|list|disclose|give|note|clarify)\b)"
)
"""What follows a "no" that denies nothing: "no record tells", "does not say"."""
_DENYING = re.compile(
    rf"(?:(?:sorry|alas|well|unfortunately|actually)\W+)*(?:(?:no|none|nope|nada)\b{_SILENCE}|"
    r"not (?:here|this|at all)\b|never\b|keep looking\b)"
    rf"|{_HOME} (?:(?:does|do)(?: not|n['’]t){_SILENCE}|(?:has|have|offers) (?:none|no\b{_SILENCE})|lacks\b|"
    r"is(?: not|n['’]t) (?:here|there|part|included)\b)"
    rf"|there(?: is|['’]s| are)? ?(?:none|isn['’]t|aren['’]t|not|no\b{_SILENCE})",
    re.IGNORECASE,
)
_AFFIRMING = re.compile(
    r"(?:(?:oh|well|why|and|but|then|most)\W+)*"
    r"(?:(?:yes|yep|yeah|yup|sure|certainly|absolutely|definitely|indeed|naturally|check|done|granted|"
    r"of course|you bet|you got it|you['’]ve (?:got|found)|you have (?:it|one|found)|look no further|"
    r"search no more|no problem|right here|here (?:it|you)|included|out back|"
    r"you(?:['’]ll| will) (?:have|find|get|love|enjoy))\b"
    rf"|{_HOME} (?:(?:does(?! not|n['’]t)|delivers?|obliges|has you covered)\b|"
    r"(?:has|have|offers?|provides?|comes with|includes?|boasts?|features?) "
    r"(?:it|one|that|them|both|all|just|exactly|the|yours?|an? [\w-]+ one)\b)"
    r"|there(?: is|['’]s| are) (?:one|it|several|two|plenty)\b)",
    re.IGNORECASE,
)
_WORDS = (
    r"(?:[\s,/-]+(?!but\b|with\b|and\b|plus\b|yet\b|although\b|has\b|have\b|only\b|an?\b|the\b)"
    r"[\w'$.-]+){0,5}"
)
_ACCESS = (
    r"(?:\s+(?:(?:an?|any|the)\s+)?(?:\w+\s+)?(?:access|entry|admission|use|rights?|membership|connection) "
    r"(?:to|of|in))?"
)
_EQUIPPED = (
    r"(?: \w+)? ?(?:(?:equipped|fitted|outfitted|furnished|supplied|provided|served|blessed|paired|complete|"
    r"built|designed|set up|offered|sold|listed|topped|roofed|covered|cooled|heated|powered|comes?|came|"
    r"coming|graced|shaded|bound|governed|burdened|run|managed|affiliated) (?:with|by)|"
    r"(?:part|member|under the rules|within the bounds) of|"
    r"(?:subject|connected|tied|attached|belong|owed|bound|adjacent) to)\b"
)
_BURDEN = (
    r"(?:up-?keep|costs?|expenses?|burdens?|work|maintenance|hassles?|chores?|bother|worr(?:y|ies)|trouble|"
    r"cleaning|care|price|bills?|headaches?|responsibilit(?:y|ies)|demands|fuss)"
)
_DENIED_BEFORE = (
    re.compile(
        r"(?:(?:(?<!\w)\$0|\b(?:no|zero|without|not(?! (?:every|all|each|many|just|only)\b)|lacks?|lacking|"
        r"absence of|free of|devoid of|bare of|neither|nor|never|none of|nothing|"
        r"minus an?|"
        r"in place of|instead of|rather than|forgoes|skips|omits|excludes))|n['’]t|n['’]t have|not have|"
        r"not include|never (?:had|has|have))"
        rf"(?:(?<=without) (?:having to \w+|[a-z]{{3,}}ing))?"
        rf"{_ACCESS}(?:\s+(?:an?|any|the))?(?:\s+(?:kind|sort|type) of)?{_WORDS}(?:\s+n?or\s+an?)?[\s,/-]*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:\b(?:not|never|nor)(?! only)|n['’]t){_EQUIPPED}{_ACCESS}(?:\s+(?:an?|any))?"
        rf"(?:\s+(?:kind|sort|type) of)?{_WORDS}[\s,/-]*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:\b(?:cannot|can not|may not|must not|never|not)|n['’]t)(?: \w+)? "
        r"(?:(?:use|access|enter)(?: the)?|offer|include|"
        rf"feature|own|contain|provide|possess)(?: (?:an?|any))?{_WORDS}[\s-]*$",
        re.IGNORECASE,
    ),
    # "Swim without the upkeep of a private pool": there is none to keep up.
    re.compile(
        rf"\b(?:without|no|none of|free of|free from|spared?|spares?|avoid\w*|skips?|minus)(?: you)?"
        rf"(?: (?:all|any|of|the|extra|added|ongoing|usual|regular|constant|daily|weekly))*"
        rf" {_BURDEN}(?:,? (?:and|or) (?:the )?{_BURDEN})?"
        rf" (?:of|for|that comes? with)(?: (?:owning|running|keeping|maintaining|having))?"
        rf"(?: (?:an?|your own|one['’]s own|any))?{_WORDS}[\s-]*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:nothing|no|without|never|not|nobody|nor)\b[^,;]*\b(?:pay\w*|paid|owed?|owing|due|dues|goes|"
        r"going|"
        r"answer\w*|report\w*|sent|obligations?|duty) (?:to|for)(?: (?:an?|any|the))? $",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:nobody|no one)\b[^,;]*$", re.IGNORECASE),
    re.compile(rf"\beverything (?:but|except)(?: for)?(?: (?:an?|any|the))?{_WORDS}[\s-]*$", re.IGNORECASE),
    re.compile(
        r"\bno(?:thing| (?:records?|word|mention|sign|trace|facts?)) (?:[^,;]* )?(?:speaks?|tells?|"
        r"says?|mentions?|"
        r"shows?|points?|hints?|suggests?|of|about)\b[^,;]*$",
        re.IGNORECASE,
    ),
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
        r"part of|here|there|installed|required|found|in place|among|something|one of|attached|"
        r"in sight|in reach|within reach|to be had|to be expected|the case)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"{_FEW}\s+(?:does|do|did)(?:\s+not|n['’]t)\s+(?:exist|come|convey|apply)\b", re.IGNORECASE),
    re.compile(rf"{_FEW}\s+(?:has|have)(?:\s+not|n['’]t|\s+never|\s+yet to)\s+be(?:en)?\b", re.IGNORECASE),
    re.compile(rf"{_FEW}\s+(?:is|are|was|were)\s+never\b", re.IGNORECASE),
    re.compile(rf"{_FEW}\s+not included\b", re.IGNORECASE),
    re.compile(r"\s+(?:is|are|was|were)(?:\s+not|n['’]t)\s*$", re.IGNORECASE),
    re.compile(
        r"(?:\s+[\w'-]+){0,6}?\s+(?:at|of|is|are|equals?|stays?|remains?|comes? to)"
        r"\s+(?:zero|nil|\$?0)(?![\w,.]*\d)\b",
        re.IGNORECASE,
    ),
)
_MISSING = re.compile(rf"{_FEW}\s+(?:is|are)\s+(?:absent|missing|excluded|nowhere)\b", re.IGNORECASE)
_UNTOLD = re.compile(
    r"\b(?:details?|information|data|dates?|ages?|records?|word|mention|number|figures?|year|type|size|"
    r"condition)s? (?:of|on|about|for)\b[^;]*$",
    re.IGNORECASE,
)
_LACKING = r"(?:without|lack(?:s|ing)?|missing|absen(?:t|ce)|devoid|free of|minus|forgo\w*|skip\w*)"
_TWICE_DENIED = re.compile(
    rf"(?:\b(?:no|not|never|cannot|nothing|nobody|hardly|nor)\b|n['’]t\b)(?:\s+(?!nor\b|or\b|"
    rf"and\b)\w+){{0,3}}?"
    rf"\s+{_LACKING}\b(?: of\b)?"
    r"|(?:\b(?:not|never)\b|n['’]t\b)(?:\s+(?:have|had|has|be|come with|with))?\s+no\b",
    re.IGNORECASE,
)
"""Of an even number of denials nothing is left: "not without", "does not have no"."""
_NOT_IN_OBJECT = (
    r"(?!(?:the|this|that|these|those|its|your|our|my|in|on|at|by|with|to|from|for|of|up|out|is|are|was|were|"
    r"has|have|had|will|can|and|you|we|they|it|enjoy\w*|use|using|see|swim\w*|relax\w*|love|visit\w*)\b)"
)
_OBJECT = rf"(?:(?:[\s/-]+|(?:,| and|, and|, or)\s+(?=an? )){_NOT_IN_OBJECT}[\w'$-]+){{0,7}}[\s/-]*$"
"""What may stand between a wish and what is wished for: "add a large or small ..."; "add the ..." has it."""
_LISTED = (
    rf"(?:\W+(?:(?:the|its|and|any|of|for) )*{_NOT_IN_OBJECT}[\w'$-]+){{0,6}}"
    r"\W*(?:(?:and|or|the|its|of|any|for)\W+)*$"
)
"""What may stand between "verify" and one of the things to be verified: "the roof, the fence and the ..."."""
_HAVING = (
    r"(?:\s+(?!(?:you|we|they|morning|day|night)\b)[\w'-]+){0,5}?\s+(?:has|have|had|includes?|features?|"
    r"offers?|"
    r"comes? with|contains?)"
)
_OPEN_BEFORE = (
    _WISHED,
    re.compile(
        r"\b(?:room|space|potential) (?:for|to add)\b[^.;:]*\bor (?:an? )?(?:[\w-]+ )?$", re.IGNORECASE
    ),
    re.compile(r"\b(?:if|when) you(?: have|['’]ve) ever\b[^,;]*$", re.IGNORECASE),
    re.compile(
        r"\b(?:before|excluding|ex|net of|apart from|aside from|not counting|besides) any (?:\w+ )?$",
        re.IGNORECASE,
    ),
    re.compile(r"\bwhether\b[^.;]*\bor (?:an? |the )?(?:[\w-]+ )?$", re.IGNORECASE),
    re.compile(
        rf"\b(?:whether|if|unless)(?: or not)?(?:\s+there(?: is| are| was| were|['’]s)|{_HAVING})?"
        rf"(?:\s+(?:an?|any|the|its))?{_OBJECT}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!-)(?<!\bnew )\b(?:(?<!^)(?<!^\s)add|adding|install(?:ing)?|build(?:ing)?|consider(?:ing)?|"
        r"(?:room|space|potential) (?:for|to add)|potential to|"
        r"(?:could|can|may|might|would|should|to) (?:be )?(?:add\w*|install\w*|buil\w+|"
        r"renovat\w*|remodel\w*)|"
        r"(?:could|may|might|should) be|(?<!out )(?<!happens )(?<!known )(?<!appears )(?<!proves )to be)"
        rf"\b{_OBJECT}",
        re.IGNORECASE,
    ),
    # "Add a garage, a tile roof, an RV gate, and ..." counts up what is there.
    re.compile(rf"^\s?add\b(?:[\s/-]+{_NOT_IN_OBJECT}[\w'$-]+){{0,6}}[\s/-]*$", re.IGNORECASE),
    re.compile(
        r"\b(?:could|can|may|might|would|should|to) (?:be )?(?:convert\w*|becom\w+|turn\w*|transform\w*|used)"
        rf"(?:\s+[\w'-]+){{0,5}}?(?:\s+(?:in)?to|\s+as)?\s+an?\b{_OBJECT}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:verify(?:ing)?|confirm(?:ing)?|inspect(?:ing)?|check(?:ing)?|"
        rf"ask(?:ing)? (?:about|whether)|unknown)\b{_LISTED}",
        re.IGNORECASE,
    ),
)
_WHETHER = re.compile(r"\b(?:whether|if) (?!you\b|we\b|they\b|one\b)[^;]*$", re.IGNORECASE)
_UNDECIDED = re.compile(
    r"(?:,? (?:an? |the )?[\w-]+){0,3},? or\b(?! not\b)|[^,;]* (?:is|are|remains?) (?:worth|unclear|"
    r"unsaid|an? (?:open )?"
    r"(?:question|matter)|up to|for (?:you|the|a|buyers?)|left|something|to be|open|anyone)\b",
    re.IGNORECASE,
)
"""What leaves a "whether" open: an alternative, or that somebody else decides or finds out."""
_ANY = re.compile(r"\bany (?:[\w-]+ )?$", re.IGNORECASE)
_WOULD = re.compile(
    r"(?: [\w-]+){0,2}? (?:would|could|might|may|(?:must|should|will|has to|have to) be (?:\w+ )"
    r"?(?:verified|confirmed|"
    r"checked|added|found))\b",
    re.IGNORECASE,
)
"""What there may or may not be: "any HOA dues would come on top"."""
_OPEN_AFTER = re.compile(
    r"^(?:\W+[\w'-]+){0,3}?\W+if (?:you|one|they|any|needed|desired|wanted|so|that)\b"
    r"|^(?:\W+(?!and\s+(?:an?|the|its)\b)[\w'-]+){0,6}?\W+(?:unknown|not (?:specified|given|provided|"
    r"indicated|disclosed|mentioned|"
    r"described|documented|noted|clear)|unspecified|undisclosed|not known|not recorded|not on record|"
    r"unverified|unconfirmed|"
    r"not confirmed|not verified|(?:to|should|must) be (?:checked|verified|confirmed|inspected)|not stated|"
    r"not available|not reported|not listed|(?:could|can|may|might) (?:\w+ )?be (?:added|installed|built))\b",
    re.IGNORECASE,
)
_CLAUSE = r"[\n•●▪■|]|\b(?:(?<!everything )but|while|though|although|however|yet(?! to\b)|whereas)\b"

_CLAUSES_BEFORE = re.compile(rf"[.;!?](?=\s)|{_CLAUSE}")
_CLAUSES_AFTER = re.compile(rf"[.;!?](?=\s|$)|{_CLAUSE}")


def _before(text: str, match: re.Match[str]) -> str:
    return _clause_until(text, match.start())


def _after(text: str, match: re.Match[str]) -> str:
    return _clause_from(text, match.end())


# Of the same words many readers ask for the clause around them.
@lru_cache(maxsize=64)
def _clause_until(text: str, end: int) -> str:
    return _CLAUSES_BEFORE.split(text[max(0, end - 90) : end])[-1]


@lru_cache(maxsize=64)
def _clause_from(text: str, start: int) -> str:
    return _CLAUSES_AFTER.split(text[start : start + 90], maxsplit=1)[0]
