"""What a text says that nothing is known of: it claims neither that a thing is there nor that it is not."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.absence import said_of_list
from phoenix_real_estate.grounding.denial import clause_around, is_negated


def is_untold(text: str, match: re.Match[str]) -> bool:
    """Whether the words are told to be on no record, or what they name is told to be only a word."""
    before, after = clause_around(text, match)
    if _NEXT_CLAUSE.search(before) and _VERB.match(after):
        return False
    if any(pattern.search(before) for pattern in _UNTOLD_BEFORE) or _UNTOLD_AFTER.match(after):
        return True
    if _SUM.search(match.group() + after) and _is_awaited(before, after):
        return True
    return is_listed_as_untold(text, match) or bool(_OF_RECORDS.match(after) and is_negated(text, match))


def _is_awaited(before: str, after: str) -> bool:
    if _LEFT_OUT.search(before):
        return _UNSURE.match(after) is not None
    return _AWAITED.search(before) is not None or _IS_MISSING.match(after) is not None


def is_listed_as_untold(text: str, match: re.Match[str]) -> bool:
    """Whether a bare list of which nothing is known holds the words: "Pool, garage, HOA: not in our data".

    It says of a thing on record that it is on none.
    """
    return _UNTOLD.match(said_of_list(text, match)) is not None


def is_of_its_papers(text: str, match: re.Match[str]) -> bool:
    """Whether what is on no record is something about a thing: "no HOA documents on file" denies no HOA."""
    return _PAPERS.match(text, match.end()) is not None


_PAPERS = re.compile(
    r"(?:['’]s)?\s+(?:documents?|rules?|details?|bylaws|restrictions?|paperwork|history|terms|policy|"
    r"coverage|contact|"
    r"condition|equipment|dimensions?)\b",
    re.IGNORECASE,
)


def tells_of_silence(sentence: str) -> bool:
    """Whether a sentence says no more than how little is known."""
    return _LITTLE_KNOWN.search(sentence) is not None or _LABELLED.match(sentence) is not None


def says_unknown(text: str) -> bool:
    """Whether a few words say of what they name that it is on no record: "Size and age unknown"."""
    return _UNKNOWN.search(text) is not None


_RECORD = (
    r"(?:(?:our|the|this|that|any|its|these|those|of|county|public|available|source|property|tax|city|"
    r"assessor['’]?s?|"
    r"listing|sales?) )*(?:records?|files?|data|database|facts?|sources?|listing|sheet|filings?|documents?|"
    r"paperwork|information|notes|roll|county|assessor|model|analysis|estimate|figures)\b"
)
_TOLD = (
    r"(?:known|given|stated|told|recorded|reported|listed|provided|supplied|specified|disclosed|mentioned|"
    r"noted|"
    r"documented|available|described|established|determined|confirmed|verified|shown|indicated|entered|"
    r"published|"
    r"on (?:file|record|hand)|filled in|covered|addressed|named)\b"
)
_UNTOLD = re.compile(
    r"(?:(?:is|are|was|were|remains?|stays?|all|both|each|also|simply|likewise|still|currently|left|marked|"
    r"as|"
    r"an?|the|listed|shown)(?:n['’]t)?[ :]+)*?"
    rf"(?:(?:(?:not|nowhere|never)\b|absent|missing|omitted|left (?:out|off)|lacking|(?<=n['’]t )|"
    rf"(?<=n['’]t))"
    rf"(?: ?\w+){{0,2}}? ?(?:in|on|from|of|by|to|within|among) {_RECORD}"
    rf"|(?:not|(?<=n['’]t )) ?(?:\w+ )?{_TOLD}"
    rf"|(?:that |which )?(?:nobody|no one|no (?:record|source|document)) (?:has |have |had )?{_TOLD}"
    r"|(?:blanks?|unknowns?|open questions?|open|question marks?|gaps?|(?:a )?myster(?:y|ies)|anyone['’]s "
    r"guess|"
    r"unspecified|unstated|undisclosed|unrecorded|unreported|undocumented|unlisted|unconfirmed|unverified|"
    r"undetermined|unavailable|tbd|awaited|pending|outstanding|to (?:follow|come)|"
    r"(?:to|will) be (?:confirmed|"
    r"determined|verified|checked|added|supplied|advised|announced|learned|gathered|found out)"
    r"|(?:we|i) (?:do not|don['’]t|can(?:no|['’])t) (?:yet )?(?:know|say|tell)|your guess|"
    r"(?:no one|nobody)(?: here)? knows)\b"
    r"|no (?:data|information|entr(?:y|ies)|word|details?|records?|figures?|answer|mention)\b)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    rf"(?:^|[\s:,(–—-]){_UNTOLD.pattern}|\bno [\w ,/]+ (?:in|on|from) {_RECORD}"
    rf"|\b(?:no|not any) [\w ,/]+ {_TOLD}"
    r"|\b(?:un(?:known|recorded|stated|confirmed|listed|disclosed|reported|specified|verified)|missing)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"\W*[\w ,/&'’-]{{3,40}}[:=?–—] ?(?:{_UNTOLD.pattern}"
    r"|(?:up)?on (?:request|application|enquiry|inquiry)\b)",
    re.IGNORECASE,
)
"""A sentence that is a label with nothing behind it: "Bedrooms: pending"."""
_ATTRIBUTE = (
    r"(?:['’]s)?(?:,? if any,?)?(?:\s+(?:status|fees?|dues|costs?|amount|information|details?|data|count|"
    r"figures?|"
    r"size|type|charges?|payments?|membership|spaces?|rights|question))?"
)
_UNTOLD_AFTER = re.compile(
    rf"{_ATTRIBUTE}(?:\s*[:,=–—-]+\s*|\s+)(?:(?:is|are|was|were|remains?|stays?)(?:n['’]t)?\s+)?"
    rf"(?:also |simply |likewise |still |both |all |either |an? )*{_UNTOLD.pattern}",
    re.IGNORECASE,
)
"""Right behind the words, or behind what belongs to them: "HOA fee missing from the record"."""
_ON = (
    r"(?:\W+(?!(?:has|have|had|is|are|was|were|offers?|comes?|includes?|features?|boasts?|enjoys?|"
    r"provides?|there|"
    r"you|your|with|it|this|that|adds?|sits?|waits?|invites?|cools?|serves?|holds?|then|so|because|since)\b)"
    r"[\w'’$%-]+){0,9}\W*$"
)
"""What may stand between a silence and one of the things that it is about."""
_UNTOLD_BEFORE = (
    re.compile(
        r"\bno(?:thing| (?:records?|word|mention|facts?)) (?:[^,;.]* )?"
        rf"(?:speaks?|tells?|says?|mentions?|shows?|of|about)\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_RECORD}[^,;.]* (?:mentions?|shows?|tells? of|speaks? of|lists?|names?|notes?|gives?|has|"
        rf"have|holds?|"
        rf"carr(?:y|ies)|contains?|offers?|states?|provides?|includes?|records?) (?:no|neither)\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_RECORD}[^,;.]* (?:(?:do|does|did)(?: not|n['’]t)|fails? to|cannot|can['’]t|never) (?:\w+ )"
        rf"?(?:mention|"
        r"show|tell|say|list|name|note|specify|state|give|record|disclose|indicate|reveal|report|describe|"
        r"cover|"
        rf"address|include|contain|confirm|settle|establish|hold|speak)s?\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:we|i) (?:(?:do|did|would|could|will|are|can|should)(?: not|n['’]t)|can(?:not|['’]t)|won['’]t) "
        r"(?:\w+ )?(?:say|tell|confirm|know|verify|presume|assume|infer|claim|vouch|promise|suggest|"
        r"describe|speak|fill in|pin down|price|supply|put|source|work out|account for|quantify|determine|"
        rf"mean|suppose|guess|imply|conclude|find|see)\b(?! (?:enough|how (?!many|old|big|large|much of)))"
        rf"{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:\b(?:not|never|no one should|nobody should|(?:wrong|rash|mistake|unsafe|premature|stretch|"
        r"guess\w*|hasty|unwise) to)"
        r"|n['’]t) (?:be )?(?:presume[ds]?|assume[ds]?|infer(?:red)?|"
        rf"conclude[ds]?|supposed?|read as|(?:taken?|understood) (?:to (?:mean|imply)|for|as))\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:we|the (?:sub)?(?:name|text|word|division|street)|that|which) (?:describes?|claims?|"
        r"suggests?|"
        rf"implies|imply|promises?|asserts?|means?|reports?|states?|makes?) (?:no|neither)|we (?:can |"
        rf"could )?"
        rf"(?:find|see|hold|found|saw) (?:no|neither))\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:silent|quiet|mum|blank|in the dark|nothing|empty|unclear)(?: (?:\w+ ){0,3}?)?"
        rf"(?:on|about|as to|of|regarding|for)\b{_ON}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:\bnot |\bnothing |n['’]t |\bun)(?:\w+ )?(?:known|stated|recorded|given|reported|told|listed|"
        r"specified|"
        rf"disclosed|available|documented|on (?:file|record)|in (?:the|our) (?:records?|files?|data))"
        rf"\s*:{_ON}"
        rf"|\b(?:missing|absent|omitted|left) (?:from|out of|off) {_RECORD}\s*:{_ON}",
        re.IGNORECASE,
    ),
)
_SUM = re.compile(r"^(?:\S+ )*(?:fees?|dues|figures?|amounts?|charges?|bills?|costs?)\b", re.IGNORECASE)
_AWAITED = re.compile(
    r"\b(?:pending|awaiting|until|once|without knowing|depends? on|hinges? on|"
    r"(?:ask|wait|call|press)(?:ing)? "
    r"for|(?:request|obtain|find|look|pin|track|nail|clear|clarify|establish|determin|confirm|learn|seek|know|"
    r"settl|secur|inquir|enquir)(?:e|ing|y)?(?: (?:out|up|down|about|as to|into))?)(?: \w+){0,2} "
    r"(?:the|an?|any|its) (?:\w+ )?$",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(r"\bwithout (?:the|an?|any|its) $", re.IGNORECASE)
_UNSURE = re.compile(
    r"[^.;]*\b(?:may|might|can(?:no|['’])t|cannot|incomplete|unfinished|provisional|uncertain|too early|"
    r"guess\w*|unknown)\b",
    re.IGNORECASE,
)
_IS_MISSING = re.compile(r"\s+(?:(?:is|are) (?:\w+ )?)?missing\b", re.IGNORECASE)
"""A sum to be found out yet: "pending the HOA figure", "HOA dues are missing", "without the dues it may"."""
_NEXT_CLAUSE = re.compile(r",\s*and (?:an?|the|its|your)\b[^,]*$", re.IGNORECASE)
_VERB = re.compile(r"\s+(?!(?:on|in|for|from|or|and|nor|at|as|is|are|that|if)\b)[a-z]+\b", re.IGNORECASE)
"""Where the sentence goes on with something else: "silent on taxes, and the pool waits"."""
_OF_RECORDS = re.compile(
    r"\s+(?:\w+ )?(?:information|data|details?|figures?|status|amount|entr(?:y|ies)|records?|documents?)\b"
    rf"|{_ATTRIBUTE}\s+(?:\w+ )?(?:(?:is|are|was|were|has been|have been) )?(?:\w+ )?"
    r"(?:(?:included|counted|built|assumed|factored|carried|figured|entered|modell?ed|used|added|reflected|"
    r"priced|"
    rf"baked|found|deducted|charged) )(?:in|into|on|to) {_RECORD}"
    r"|(?:,?\s+[\w'’-]+){0,8}?\s+(?:(?:is|are|was|were|appears?) )?(?:on (?:record|file)|known|counted|"
    r"supplied|recorded|listed|"
    r"noted|"
    r"mentioned|shown|documented|reported|stated|claimed|asserted|implied|promised|represented|suggested|"
    r"advertised|warranted|assumed|presumed|in the records)\b",
    re.IGNORECASE,
)
"""Behind a denied thing: "no HOA information", "no HOA cost is included in the model"."""
_LITTLE_KNOWN = re.compile(
    rf"\b(?:(?:all|everything|as much as|what(?:ever)? little|the whole of what|the extent of what) "
    rf"(?:that )?"
    rf"(?:{_RECORD}|we|i|can be|there is|is known)"
    rf"|(?:nothing|no|little) (?:\w+ ){{0,3}}?(?:is|are|was|were|has been|have been)(?: \w+)? {_TOLD}"
    rf"|{_RECORD}(?: \w+){{0,3}}? (?:is|are|runs?|stays?|goes|remains?) (?:otherwise )?(?:silent|empty|"
    rf"quiet|thin|"
    r"short|bare|sparse|blank)"
    rf"|(?:we|it|{_RECORD}) (?:\w+ )?(?:has|have|holds?|gives?|tells?|shows?|lists?|offers?) (?:us )?"
    r"(?:no|nothing|neither|little|only)|(?:can(?:no|['’])t|cannot|do(?:es)?(?: not|n['’]t)) (?:\w+ )"
    r"?(?:say|know|tell|"
    r"confirm)|(?:not|nowhere|n['’]t) (?:\w+ )?(?:stated|given|known|recorded|reported|provided|on (?:file|"
    r"record)|"
    r"in (?:our|the) (?:data|records?|files?))|(?:verify|confirm|check|inspect|ask (?:for|about|the))\b)"
    r"|^\W*(?:no|not|neither)\b(?:[\s,-]+(?!(?:is|are|has|have|but)\b)[\w'’-]+){1,14}\W*$",
    re.IGNORECASE,
)
