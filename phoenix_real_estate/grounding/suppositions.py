"""What a clause only supposes, compares with or has in view: it says nothing of the house as it stands."""

from __future__ import annotations

import re

OF_THE_DEAL = frozenset(
    {
        "positive cash flow",
        "negative cash flow",
        "rent above the mortgage",
        "rent below the mortgage",
        "cap rate above the mortgage rate",
        "cap rate below the mortgage rate",
        "sale circumstances",
    }
)
"""Claims that another price, loan or rent would change; a pool stays where it is under any terms."""


def is_supposed(before: str, after: str, name: str) -> bool:
    """Whether a claim of this name is only supposed, by the words of its clause before and behind it."""
    if _COMPARED.search(before) or _PURPOSE.search(before):
        return True
    return name in OF_THE_DEAL and (
        bool(_OTHER_TERMS.search(before) or _WISHED_FOR.search(before) and _WOULD.match(after))
        or bool(_MODAL.search(before) and _ON_TERMS.search(after))
    )


_NOUNS = (
    r"(?:[\s/-]+(?!(?:the|this|its|with|that|is|are|has|have|and|or)\b)[\w'’-]+){0,4}?[\s/-]*$"
)
_COMPARED = re.compile(
    r"(?:(?<!more )(?<!other )(?<!less )\bthan|\bless \w+ than|\bmore \w+ than|\bcompared (?:to|with)|"
    r"\b(?:versus|vs\.?|as opposed to|unlike)|"
    r"\b(?:sav(?:es?|ing|ings)|cut\w*|advantages?|edge)\b[^,;]{0,30} over)"
    rf"(?: (?:an?|any|most|many|typical|traditional|full|regular))+{_NOUNS}",
    re.IGNORECASE,
)
"""The other side of a comparison: "less thirsty than a lawn", but "more than a pool" has one."""
_PURPOSE = re.compile(
    r"\b(?:irrigat\w+|water\w*)\b[^,;]{0,40}?\b(?:for|keeps?|supports?|sustains?|feeds?|nourish\w*|suits?|"
    r"benefits?|helps?|grows?)"
    r"(?:(?:,| and| or|,? and|,? or)?[\s/-]+(?!(?:the|this|its|your|an?|with|that|is|are|has|have)\b)"
    r"[\w'’-]+){0,4}?[\s,/-]*$",
    re.IGNORECASE,
)
"""What water is for: rights to irrigation are good "for trees and lawn" where none grow yet."""
_CHANGE = (
    r"(?:larger|bigger|higher|lower|reduced|smaller|cheaper|better|different|improved|deeper|modest|small|"
    r"refinanc\w+|negotiat\w+|renegotiat\w+|cuts?|drops?|raises?|reduction|discount|declines?|rise|increase|"
    r"if|unless|were|putting (?:down )?more|paying (?:down )?less|self-manag\w+|falling|rising)"
)
_MODAL = re.compile(r"\b(?:would|could|might|may|can|should)\b[^.;]*$", re.IGNORECASE)
_OTHER_TERMS = re.compile(
    rf"\b{_CHANGE}\b[^.;]*\b(?:would|could|might|may|can|should|need(?:s|ed)? to|be required to|is "
    r"needed to|are needed to)\b[^.;]*$",
    re.IGNORECASE,
)
"""Terms other than those of the facts, and what they would do: "a lower price could bring ..."."""
_ON_TERMS = re.compile(
    rf"^[^.;]*\b(?:if|with|at|under|after|on|through|by|only|unless)\b[^.;]*\b{_CHANGE}\b"
    r"|^[^.;]*\b(?:if|unless|once) ",
    re.IGNORECASE,
)
_WISHED_FOR = re.compile(r"(?:^|[,;:] |\b)(?:an?|any|some|without an?|absent an?)(?: [\w-]+){0,2} $", re.IGNORECASE)
_WOULD = re.compile(r"(?: [\w$,.%-]+){0,5}? (?:would|could|might|may)\b", re.IGNORECASE)
"""What an event that has not happened would do: "a price reduction would help"."""
