"""What has no business in a text about a property: contacts, orders, secrets, persons, offers, other tongues.

Remarks and pages are strangers' words, and a model may do what they say. Whatever it was made to write, it
is no fact of the property: so it is found by what it is, not by where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from phoenix_real_estate.grounding.names import MASK
from phoenix_real_estate.grounding.tables import rows_of, small_words
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Finding, Severity

_Entry = tuple[str, str]


def findings_in(text: str, field: str, city: str | None = None) -> Iterator[Finding]:
    """The outsiders in a text whose property's own names are masked already, its city is not."""
    for lexicon in (_lexicon("yes"), _lexicon("no")):
        for (rule, why), match in lexicon.matches(text):
            yield _finding(rule, field, match, why)
    # The long pattern is slow at each letter, and hardly a text holds a given name.
    for match in _persons().finditer(text) if _may_name(text) else ():
        yield _finding("person.named", field, match, "it names a person")
    yield from _strangers(text.replace(city, MASK * len(city)) if city else text, field)


def _finding(rule: str, field: str, match: re.Match[str], why: str) -> Finding:
    return Finding(rule=rule, severity=Severity.CRITICAL, field=field, span=match.group(), why=why)


@cache
def _lexicon(whole: str) -> Lexicon[_Entry]:
    rows = [row for row in rows_of("lexicon_outsiders.csv") if row["whole"] == whole]
    return Lexicon(((row["pattern"], (row["rule"], row["why"])) for row in rows), whole=whole == "yes")


def _may_name(text: str) -> bool:
    return not _given_names().isdisjoint(_CAPITALIZED.findall(text))


_CAPITALIZED = re.compile(r"[A-Z]\w*")


@cache
def _given_names() -> frozenset[str]:
    """The first words of the names; none has a letter that begins no word."""
    return frozenset(_CAPITALIZED.findall(" ".join(row["name"] for row in rows_of("given_names.csv"))))


@cache
def _persons() -> re.Pattern[str]:
    """A given name before another capitalized word that no street, place or building ends on."""
    names = "|".join(re.escape(row["name"]) for row in rows_of("given_names.csv"))
    return re.compile(rf"(?<![\w'-])(?:{names})\s(?:[A-Z]\.?\s)?(?!(?:{_NO_SURNAMES})\b)[A-Z][a-z]+(?![\w'])")


_NO_SURNAMES = (
    "Ave|Avenue|St|Street|Rd|Road|Dr|Drive|Ln|Lane|Way|Ct|Court|Pl|Place|Blvd|Boulevard|Cir|Circle|Ter|"
    "Terrace|Trl|Trail|Park|Parks|Ranch|Estates?|Village|Heights|Hills?|School|High|Elementary|Academy|"
    "Unified|Union|District|Manor|Square|Plaza|Crossing|Creek|Canyon|Villas?|Homes?|Property|Built|House"
)


def _strangers(text: str, field: str) -> Iterator[Finding]:
    """Sentences of prose that speak of nothing a property has."""
    if not _PROSE.match(field):
        return
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        words = re.findall(r"[a-z][a-z'-]*", sentence.lower())
        if len(words) < _FEWEST or not sentence[:1].isupper() or _is_about_a_property(sentence, words):
            continue
        if not _is_small_talk(words):
            why = "it speaks of nothing that a property has"
            yield Finding(
                rule="text.off_topic", severity=Severity.WARNING, field=field, span=sentence, why=why
            )


def _is_about_a_property(sentence: str, words: list[str]) -> bool:
    beginnings, whole = _property_words()
    return any(char.isdigit() or char == MASK for char in sentence) or any(
        word in whole or word.startswith(beginnings) for word in words
    )


def _is_small_talk(words: list[str]) -> bool:
    """Whether a sentence only greets, invites or weighs: "Get in touch and we'll find out together."."""
    return small_words("small talk").issuperset(piece for word in words for piece in re.split("['-]", word))


@cache
def _property_words() -> tuple[tuple[str, ...], frozenset[str]]:
    """Beginnings of words, and words that count as they are: "it" is one, "item" is another."""
    rows = {row["about"]: row["words"].split() for row in rows_of("lexicon_property_words.csv")}
    whole = frozenset(rows.pop("reference") + rows.pop("shorthand"))
    return tuple(word for words in rows.values() for word in words), whole


_FEWEST = 4
_PROSE = re.compile(
    r"description$|features\[\d+\]\.feature$|investment_analysis\.(?:narrative$|risks|opport)"
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
