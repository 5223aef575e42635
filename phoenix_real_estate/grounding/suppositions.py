"""What a clause only supposes, compares with or has in view: it says nothing of the house as it stands."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.known import Known

_OF_THE_DEAL = frozenset(
    {
        "positive cash flow",
        "negative cash flow",
        "rent above the mortgage",
        "rent below the mortgage",
        "cap rate above the mortgage rate",
        "cap rate below the mortgage rate",
        "sale circumstances",
        "seller terms",
        "terms",
    }
)
"""Claims that another price, loan or rent would change; a pool stays where it is under any terms."""
_ROOMS = frozenset({"rooms", "special rooms"})
_GREEN = frozenset({"lawn", "trees and garden", "plants"})


def is_supposed(before: str, after: str, name: str, known: Known | None) -> bool:
    """Whether a claim of this name is only supposed, by the words of its clause before and behind it."""
    if any(pattern.search(before) for pattern in (_COMPARED, _WERE, _CALLED_FOR, _NOT_YET)):
        return True
    if _INDEFINITE.search(before) and _FITS.match(after):
        return True
    if _WANTED.search(before) and _ELSEWHERE.search(after):
        return True
    if name in _GREEN:
        is_irrigated = known is not None and known.circumstances["irrigation"]
        return (_GROWN if is_irrigated else _PURPOSE).search(before) is not None
    if name in ("pool", "private pool") and known is not None and _shares_a_pool(known):
        # Who shares a pool swims "without pool chores"; of an own one that would be false.
        return bool(_SPARED.search(before) and _WORK.match(after)) or bool(_NOT_OWN.search(before))
    if name in _ROOMS:
        return _USED_AS.search(before) is not None
    return name in _OF_THE_DEAL and _is_on_other_terms(before, after)


def _shares_a_pool(known: Known) -> bool:
    return known.property.pool_type == "community"


def _is_on_other_terms(before: str, after: str) -> bool:
    """Whether another price, loan or rent than the facts' would bring it about."""
    if _OTHER_TERMS.search(before) or _BARRED.search(before) or _TAKES.match(after):
        return True
    if _ANY.search(before) and _DOES.match(after):
        return True
    is_wished = _INDEFINITE.search(before) and _WOULD.match(after)
    return bool(is_wished or (_MODAL.search(before) and _ON_TERMS.search(after)))


_NOUNS = r"(?:[\s/-]+(?!(?:the|this|its|with|that|is|are|has|have|and|or)\b)[\w'’-]+){0,4}?[\s/-]*$"
_COMPARED = re.compile(
    r"(?:(?<!more )(?<!other )(?<!less )(?<!rather )(?<![\w-])"
    r"than(?! average| expected| usual| ever| most)(?= )|\bcompared (?:to|with)|"
    r"\b(?:versus|vs\.?|as opposed to|unlike)|"
    r"\b(?:sav(?:es?|ing|ings)|cut\w*|advantages?|edge)\b[^,;]{0,30} over)"
    r"(?: (?:an?|one|any) ?(?:home|house|property|place|townhouse|condo)? (?:with|that has))?"
    rf"(?: (?:an?|any|most|many|typical|traditional|full|regular))*{_NOUNS}",
    re.IGNORECASE,
)
"""The other side of a comparison: "less thirsty than a lawn", but "more than a pool" has one."""
_LISTED = (
    r"(?:(?:,| and| or|,? and|,? or)?[\s/-]+(?!(?:the|this|its|your|with|that|is|are|has|have|mature|lush|"
    r"established|existing|manicured)\b)[\w'’-]+){0,4}?[\s,/-]*$"
)
_SERVES = r"(?:for|keeps?|supports?|sustains?|feeds?|nourish\w*|suits?|benefits?|helps?|grows?)"
_PURPOSE = re.compile(rf"\b(?:irrigat\w+|water\w*)\b[^,;]{{0,40}}?\b{_SERVES}{_LISTED}", re.IGNORECASE)
"""What water is for: rights to irrigation are good "for trees and lawn" where none grow yet."""
_GROWN = re.compile(rf"\b{_SERVES}{_LISTED}", re.IGNORECASE)
"""The same of a home with such rights, where the feature tells of them and its appeal of what they serve."""
_WERE = re.compile(
    rf"^\s*(?:were|had|should)(?: there(?: be)?| it (?:have|had))? (?:an?|any){_NOUNS}",
    re.IGNORECASE,
)
"""A condition without an if: "were a garage essential"."""
_NOT_YET = re.compile(
    r"\bbefore (?:you|anyone|one|an? \w+|the \w+)(?:['’]ve|['’]d| have| has| had| ever)?\b[^.;]*"
    r"\b(?:fix|repair|replac|paint|buy|bought|patch|mend)\w* (?:an?|any|one|so much as an?)(?: [\w-]+)? $",
    re.IGNORECASE,
)
"""What somebody may have to mend one day: "before you've fixed a faucet"."""
_SPARED = re.compile(
    r"\b(?:without|no|free (?:of|from)|spar(?:es?|ed)|skips?|avoids?|none of)(?: (?!is\b|are\b)\w+){0,3} $",
    re.IGNORECASE,
)
_NOT_OWN = re.compile(
    r"\bwithout (?:(?:the )?(?:need|having|responsibility|expense|cost) (?:to|of) )?"
    r"(?:own|hav|maintain|keep|build|buy|car|clean|pay)\w*(?: for)? (?:an?|your own|one of)(?: private)? $",
    re.IGNORECASE,
)
_USED_AS = re.compile(
    r"\b(?:can|could|may|might|would|if|whether)\b[^.;]*\b(?:as|for|into) (?:an? )?(?:[\w-]+ )?$",
    re.IGNORECASE,
)
"""What a room that is there could serve as: "use one for guests, another as a home office"."""
_WORK = re.compile(
    r"(?:['’]s)?[\s-](?:chores?|up-?keep|maintenance|cleaning|care|costs?|bills?|work|service|duties|"
    r"chemicals)\b",
    re.IGNORECASE,
)
_CALLED_FOR = re.compile(
    rf"\b(?:could (?:use|do with)|cr(?:y|ies) out for|begs for|leaves room for)(?: (?:an?|some))?{_NOUNS}",
    re.IGNORECASE,
)
_FITS = re.compile(r" (?:would|could|might) (?:fit|go|be welcome|find room)\b", re.IGNORECASE)
"""What is not there: "it could use solar", "a pool would fit"."""
_WANTED = re.compile(
    rf"\b(?:who|that|for whom)(?: \w+)? (?:want|wish|need|like|prefer|desire|require|insist|must have)\w*"
    rf"(?: for| on)? (?:an?|any){_NOUNS}",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:add|build|install|elsewhere|have to|need to|must|will need|none|not|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_CHANGE = (
    r"(?:larger|bigger|higher|lower|reduced|smaller|cheaper|deeper|refinanc\w+|(?:re)?negotiat\w+|cuts?|"
    r"drops?|concessions?|rebates?|"
    r"raises?|gains?|reduction|discount|declines?|rise|increase|growth|falling|rising|if|unless|were|"
    r"putting (?:down )?more|paying (?:down )?less|self-manag\w+|"
    r"(?:better|different|improved|other) (?:price|terms|rates?|rents?|loan|financing|mortgage))"
)
_MODAL = re.compile(r"\b(?:would|could|might|may|can|should)\b[^.;]*$", re.IGNORECASE)
_OTHER_TERMS = re.compile(
    rf"\b{_CHANGE}\b[^.;]*\b(?:would|could|might|may|should|"
    r"need(?:s|ed)? to|(?:is|are|be) (?:needed|required) to)\b[^.;]*$",
    re.IGNORECASE,
)
"""Terms other than those of the facts, and what they would do: "a lower price could bring ..."."""
_ON_TERMS = re.compile(
    rf"^[^.;]*\b(?:if|with|at|under|after|on|through|by|only|unless)\b[^.;]*\b{_CHANGE}\b"
    r"|^[^.;]*\b(?:if|unless|once) ",
    re.IGNORECASE,
)
_BARRED = re.compile(
    r"\b(?:without|absent|barring|short of|until|unless)(?: there is)? (?:an?|any|some|further)"
    r"(?: [\w-]+){0,2} $",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"(?: \w+){0,2}? (?:would|could|might|may|will)(?: only)? (?:need|require|take|depend|call|ask|"
    r"hinge|come only|follow|arrive)\b|(?: \w+)? (?:needs|requires|takes|depends on|calls for|hinges on)\b",
    re.IGNORECASE,
)
"""What has yet to be brought about: "positive cash flow would need a lower price"."""
_INDEFINITE = re.compile(r"(?<![\w-])(?:an?|any|some)(?: [\w-]+){0,2} (?:or (?:an? )?)?$", re.IGNORECASE)
_ANY = re.compile(r"(?<![\w-])(?:any|every|each|a further)(?: [\w-]+){0,2} $", re.IGNORECASE)
_DOES = re.compile(
    r"(?: (?!that\b|which\b|last\b|made\b|was\b|is\b|has\b)[\w$,.%-]+){0,5}? "
    r"(?:improves?|lifts?|raises?|helps?|eases?|narrows?|shrinks?|trims?|adds?|lowers?|reduces?|changes?|brings?|"
    r"pushes|tips?|moves?|widens?|boosts?|works?|counts?|flows?|goes|feeds?)\b",
    re.IGNORECASE,
)
"""What an event brings whenever it happens: "any price cut improves the cap rate"."""
_WOULD = re.compile(
    r"(?: (?!that\b|which\b|last\b|made\b)[\w$,.%-]+){0,5}? "
    r"(?:would|could|might|may|(?:is|remains) (?:one|an?|another|the) (?:way|path|route|remedy|lever))\b",
    re.IGNORECASE,
)
"""What an event that has not happened would do: "a price reduction would help"."""
