"""Whether a text can be read at all: its parts are there, it is finished, in English, and made of words.

Findings named `part...` tell of parts that are there but empty, findings named `text...` of words that no
reader could use. Both are found without a dictionary: by the shapes of words, by the small words that every
English text needs, and by what machines leave behind. What is merely hard to read is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from phoenix_real_estate.grounding.tables import rows_of, small_words
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Enrichment, Feature, Finding, InvestmentAnalysis, Severity
from phoenix_real_estate.unreadable import CHECKS, PROSE, VOWELS, Read

READABLE_GRADE = 12.0
UNREADABLE_GRADE = 20.0


def check(enrichment: Enrichment) -> list[Finding]:
    """The empty parts of an enrichment and the texts that cannot be read."""
    found = [*empty_parts(enrichment), *_repeated(enrichment)]
    for text in texts_of(enrichment):
        found += (finding.model_copy(update={"field": text.field}) for finding in _unreadable(text.words))
    return found


def empty_parts(enrichment: Enrichment) -> list[Finding]:
    """A part, or a piece of one, that is there but empty: a defect, where what is not there is none."""
    parts = [part.value for part in enrichment.parts]
    empty = [part for part in parts if _is_empty(getattr(enrichment, part))]
    pieces = [
        *blank_pieces_of(enrichment.features or ()),
        *_blank_pieces(enrichment.investment_analysis),
    ]
    whole = [_missing(part, f"{part} is there but empty", Severity.CRITICAL) for part in empty]
    return whole + [
        _missing(piece, f"{piece} is there but empty", Severity.WARNING)
        for piece in pieces
        if piece.split(".")[0].split("[")[0] not in empty
    ]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59 (1975).

    Numbers count as one word of two syllables, the end of a line or of an item as a sentence's; without words
    it is 0.
    """
    words = _READ.findall(text)
    if not words:
        return 0.0
    sentences = max(1, _sentences_in(text.strip()))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def _sentences_in(text: str) -> int:
    items = len(_ITEM_END.findall(text)) if _ITEM_SIGN.search(text) else 0
    return len(_STOP.findall(text)) + items + (text[-1:] not in ".!?")


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """The syllables of an English word by its vowel groups; two for a number."""
    letters = "".join(c for c in word.lower() if "a" <= c <= "z")
    if not letters:
        return 2
    groups = len(VOWELS.findall(letters))
    silent = _SILENT.search(letters)
    hiatus = len(_HIATUS.findall(letters))
    return max(1, groups + hiatus - (1 if silent else 0))


_READ = re.compile(r"[A-Za-z][A-Za-z']*|\$?\d[\d,.]*%?")
_STOP = re.compile(r"[.!?]+(?=\s|$)")
_ITEM_SIGN = re.compile(r"[\n•●▪■|]")
_ITEM_END = re.compile(r"(?<![.!?\s])\s*[\n•●▪■|]")
_SILENT = re.compile(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouy]les$|[^aeiouyscxzgh]es$")
_HIATUS = re.compile(r"ia(?!n?l|g)|io(?!n|u)|eo(?!u)|ua(?!r|g)|uou|ying|iet|[rd]ea$|crea")


@lru_cache(maxsize=4096)
def _unreadable(text: str) -> tuple[Finding, ...]:
    """The first thing that makes a text unreadable, and every leftover of the machine that wrote it."""
    leftovers = tuple(_leftovers(text))
    if leftovers:
        return leftovers
    read = Read(text)
    words = read.words
    found = (_finding(rule, text, why) for rule, why, is_so in CHECKS if is_so(read))
    first = next(found, None)
    if first is not None:
        return (first,)
    if len(words) >= PROSE and _is_unended(text):
        return (_finding("text.cut_off", text, "its last sentence has no end", Severity.WARNING),)
    if len(words) >= PROSE and (graded := grade(text)) > UNREADABLE_GRADE:
        why = f"its Flesch-Kincaid grade is {graded:.0f}; {READABLE_GRADE:.0f} is wanted"
        return (_finding("text.hard", text, why, Severity.WARNING),)
    return ()


def _is_unended(text: str) -> bool:
    """Whether behind whole sentences the last one ends on a letter, as where the words ran out."""
    *whole, last = _SENTENCE_BREAK.split(text.rstrip().splitlines()[-1])
    return bool(whole) and last[-1:].isalpha() and len(last.split()) >= _CLAUSE and ":" not in last


_SENTENCE_BREAK = re.compile(r"[.!?]\s+")
_CLAUSE = 4
"""Words from which what follows is a sentence and no signature or tag."""


def _leftovers(text: str) -> Iterator[Finding]:
    for (rule, why), match in _machine_words().matches(text):
        yield _finding(rule, match.group(), why)


@cache
def _machine_words() -> Lexicon[tuple[str, str]]:
    return Lexicon(
        ((row["pattern"], (row["rule"], row["why"])) for row in rows_of("lexicon_machine.csv")), whole=False
    )


def _finding(rule: str, span: str, why: str, severity: Severity = Severity.CRITICAL) -> Finding:
    shown = span if len(span) <= _SHOWN else f"{span[:_SHOWN]}..."
    return Finding(rule=rule, severity=severity, field="", span=shown, why=why)


_SHOWN = 120


def _repeated(enrichment: Enrichment) -> Iterator[Finding]:
    """Selling points that were told before, and risks and opportunities; a flood zone may well be both."""
    told = set[tuple[str, str]]()
    for text in texts_of(enrichment):
        said = " ".join(text.words.casefold().split())
        if _LISTED.match(text.field) and not is_blank(said):
            part = text.field.partition("[")[0].partition(".")[0]
            if (part, said) in told:
                found = _finding("text.repeated", text.words, "the same is told before")
                yield found.model_copy(update={"field": text.field})
            told.add((part, said))


_LISTED = re.compile(r"features\[\d+\]\.feature$|investment_analysis\.(?:risks|opportunities)\[")


def _missing(field: str, why: str, severity: Severity) -> Finding:
    return Finding(rule="part.empty", severity=severity, field=field, why=why)


def is_blank(text: str) -> bool:
    """Whether a text says nothing: neither a letter nor a number, or a word that stands for nothing."""
    said = text.strip(" .-\n").casefold()
    return not re.search(r"[^\W\d_]|\d{2}", said) or said in small_words("nothing") | _NO_TEXTS


_NO_TEXTS = frozenset(
    {"not available", "no description", "not applicable", "coming soon", "no data"}
    | {"no description available", "description not available"}
)


def _is_empty(part: str | tuple[Feature, ...] | InvestmentAnalysis) -> bool:
    if isinstance(part, str):
        return is_blank(part)
    if isinstance(part, InvestmentAnalysis):
        texts = (part.narrative, part.recommendation, *part.risks, *part.opportunities)
        return not (part.model_extra or part.figures) and all(map(is_blank, texts))
    return all(is_blank(feature.feature) for feature in part)


def blank_pieces_of(features: tuple[Feature, ...]) -> Iterator[str]:
    """The paths of what features name and leave blank."""
    for place, feature in enumerate(features):
        if is_blank(feature.feature):
            yield f"features[{place}].feature"
        yield from (
            f"features[{place}].{name}"
            for name in ("category", "appeal")
            if name in feature.model_fields_set and not getattr(feature, name).strip()
        )


def _blank_pieces(analysis: InvestmentAnalysis | None) -> Iterator[str]:
    """Pieces that the analysis names and leaves blank."""
    for name in sorted(analysis.model_fields_set & _PIECES) if analysis else ():
        value = getattr(analysis, name)
        texts = (value,) if isinstance(value, str) else value
        if all(map(is_blank, texts)):
            yield f"investment_analysis.{name}"


_PIECES = frozenset({"recommendation", "narrative", "risks", "opportunities"})
