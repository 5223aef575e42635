"""Whether a text can be read at all: its parts are there, it is finished, in English, and made of words.

Findings named `part...` tell of parts that are there but empty, findings named `text...` of words that no
reader could use. Both are found without a dictionary: by the shapes of words, by the small words that every
English text needs, and by what machines leave behind. What is merely hard to read is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Enrichment, Feature, Finding, InvestmentAnalysis, Severity

READABLE_GRADE = 12.0
UNREADABLE_GRADE = 20.0
PROSE = 12
"""Words from which a text is prose and must have what prose has."""


def check(enrichment: Enrichment) -> list[Finding]:
    """The empty parts of an enrichment and the texts that cannot be read."""
    found = [*empty_parts(enrichment)]
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

    Numbers count as one word of two syllables, a line's end as a sentence's; without words it is 0.
    """
    words = _READ.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text.strip())))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """The syllables of an English word by its vowel groups; two for a number."""
    letters = "".join(c for c in word.lower() if "a" <= c <= "z")
    if not letters:
        return 2
    groups = len(_VOWELS.findall(letters))
    silent = _SILENT.search(letters)
    hiatus = len(_HIATUS.findall(letters))
    return max(1, groups + hiatus - (1 if silent else 0))


_READ = re.compile(r"[A-Za-z][A-Za-z']*|\$?\d[\d,.]*%?")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|(?<![.!?\s])\s*\n|(?<=[^.!?\s])$")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouy]les$|[^aeiouyscxzgh]es$")
_HIATUS = re.compile(r"ia(?!n?l|g)|io(?!n|u)|eo(?!u)|ua(?!r|g)|uou|ying|iet|[rd]ea$|crea")


@lru_cache(maxsize=4096)
def _unreadable(text: str) -> tuple[Finding, ...]:
    """The first thing that makes a text unreadable, and every leftover of the machine that wrote it."""
    leftovers = tuple(_leftovers(text))
    if leftovers:
        return leftovers
    words = _WORD.findall(text)
    read = _Read(text, words)
    found = (_finding(rule, text, why) for rule, why, is_so in _CHECKS if is_so(read))
    first = next(found, None)
    if first is not None:
        return (first,)
    if len(words) >= PROSE and grade(text) > UNREADABLE_GRADE:
        why = f"its Flesch-Kincaid grade is {grade(text):.0f}; {READABLE_GRADE:.0f} is wanted"
        return (_finding("text.hard", text, why, Severity.WARNING),)
    return ()


def _leftovers(text: str) -> Iterator[Finding]:
    for (rule, why), match in _machine_words().matches(text):
        yield _finding(rule, match.group(), why)


@cache
def _machine_words() -> Lexicon[tuple[str, str]]:
    return Lexicon(
        ((row["pattern"], (row["rule"], row["why"])) for row in rows_of("lexicon_machine.csv")), whole=False
    )


@cache
def _small(kind: str) -> frozenset[str]:
    return frozenset(
        next(row["words"] for row in rows_of("lexicon_small_words.csv") if row["kind"] == kind).split()
    )


class _Read(NamedTuple):
    """A text with its words."""

    text: str
    words: list[str]


_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.,]*")


def _is_garbled(read: _Read) -> bool:
    """Letters of no word: the marks of a wrong encoding, and scripts that are not ours."""
    if _OTHER_SCRIPT.search(read.text):
        return True
    strange = 0 if read.text.isascii() else len(_STRANGE.findall(read.text))
    return (
        "\ufffd" in read.text or strange > 0.15 * max(1, len(read.text)) or bool(_MOJIBAKE.search(read.text))
    )


_STRANGE = re.compile(r"[^\x00-\x7F–—‘’“”…•·°²³½¼¾×é ñ®™©€£■●▪✓✔−′″]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff\uf900-\ufaff\ufe70-\ufeff]{2}")
"""Two letters that are neither Latin nor signs: Greek, Cyrillic, Arabic, Chinese, ..."""
_MOJIBAKE = re.compile(r"â€|Ã[\x80-\xBF©¼¶¤±¨]|Â[\xA0-\xBF]|ï»¿|&#\d+;|\\u[0-9a-f]{4}")


def _is_gibberish(read: _Read) -> bool:
    """Too many words that nobody could say."""
    letters = [word for word in read.words if word[0].isalpha()]
    odd = [word for word in letters if _is_odd(word)]
    single = sum(len(word) == 1 and word not in "aIASNEWX" for word in letters)
    return (
        len(odd) > max(1, 0.15 * len(letters))
        or single > max(4, 0.3 * len(letters))
        or any(map(_is_mostly_mute, (_WORD.findall(one) for one in _SENTENCES.split(read.text))))
        or _has_endless(letters)
    )


def _is_mostly_mute(words: list[str]) -> bool:
    """A sentence whose vowels are lost, among others or alone."""
    letters = [word for word in words if word[0].isalpha()]
    return len(letters) >= _FEWEST and sum(map(_is_mute, letters)) > 0.35 * len(letters)


_FEWEST = 4


def _is_mute(word: str) -> bool:
    """A word in small letters without a vowel, as where all of them were lost; "sqft" is none."""
    plain = word.lower()
    return (
        not word.isupper()
        and len(plain) > 1
        and not _VOWELS.search(plain)
        and plain not in _small("vowelless")
    )


def _has_endless(words: list[str]) -> bool:
    long = (word for word in words if len(word) > _LONGEST_WORD)
    return any(len(piece) > _LONGEST_WORD for word in long for piece in re.split(r"[-_/.']", word))


_LONGEST_WORD = 28


_MIXED = re.compile(r"[a-z]\d+[a-z]")
_ABBREVIATED = re.compile(r"\d(?:br|ba|bd|x|st|nd|rd|th)")


@lru_cache(maxsize=8192)
def _is_odd(word: str) -> bool:
    plain = word.lower()
    if len(plain) < 4 or word.isupper():
        return False
    if _MIXED.search(plain) and not _ABBREVIATED.search(plain):
        return True
    return (not _VOWELS.search(plain) and plain.isalpha() and plain not in _small("vowelless")) or bool(
        _UNSAYABLE.search(plain)
    )


_UNSAYABLE = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6}|q(?!u|s)[a-z]|[jvq]{2}|zx|xz|wq|qz|jx|vq|kq|asdf|qwer|hjkl|uiop|(.)\1\1"
)


def _is_repetitive(read: _Read) -> bool:
    """The same words over and over: a model that ran in circles."""
    if len(read.words) < PROSE:
        return False
    said = [" ".join(sentence.lower().split()) for sentence in _SENTENCES.split(read.text)]
    if any(
        one == following and len(one.split()) >= _SENTENCE
        for one, following in zip(said, said[1:], strict=False)
    ):
        return True
    lowered = [word.lower() for word in read.words]
    runs = Counter(zip(lowered, lowered[1:], lowered[2:], strict=False))
    return max(runs.values()) >= 4 and max(runs.values()) * 3 > 0.25 * len(read.words)


_SENTENCE = 5


def _is_jumbled(read: _Read) -> bool:
    """English words in no English order: an article is never followed by these."""
    return len(_IMPOSSIBLE.findall(read.text)) > max(1, len(read.words) / 25)


_IMPOSSIBLE = re.compile(
    r"\b(?:an?|the) (?:an?|the|of|is|are|was|and|or|in|at|for|with|from|has|have|it|to)\b"
    r"|\b(?:of|at|from|with) (?:is|are|was|and|has|have|of|to)\b"
    r"|\b(?:is|are|was|has) (?:of|and|is|are|was|has)\b"
    r"|\b(?:and|or) (?:of|and|or)\b",
    re.IGNORECASE,
)


def _is_foreign(read: _Read) -> bool:
    """Prose with the small words of another language and few of ours."""
    lowered = [word.lower() for word in read.words]
    foreign, ours = (
        sum(map(_small("foreign").__contains__, lowered)),
        sum(map(_small("english").__contains__, lowered)),
    )
    whole = len(read.words) >= 6 and foreign > 0.12 * len(read.words) and foreign > ours
    return whole or any(map(_is_foreign_sentence, _SENTENCES.split(read.text)))


_SENTENCES = re.compile(r"[.!?;:]+(?=\s|$)|\n")
_FOREIGN_SENTENCE = 4


def _is_foreign_sentence(sentence: str) -> bool:
    """A sentence of another language among English ones; a name in it ("Casa de la Luna") is none."""
    words = [word for word in _WORD.findall(sentence) if word[0].isalpha()]
    common = [word.lower() for place, word in enumerate(words) if word[0].islower() or not place]
    foreign = {word for word in common if word in _small("foreign") or word in _small("of homes abroad")}
    if len(words) < _FOREIGN_SENTENCE or any(map(_small("english").__contains__, common)):
        return False
    return len(foreign) >= max(2, 0.4 * len(words)) and bool(foreign & _small("of homes abroad"))


def _is_wordless(read: _Read) -> bool:
    """Long prose without any of the words that English cannot do without, and no list of facts either."""
    lowered = [word.lower() for word in read.words]
    digits = sum(word[0].isdigit() for word in read.words)
    return len(read.words) >= PROSE and not digits and not any(map(_small("english").__contains__, lowered))


def _is_cut_off(read: _Read) -> bool:
    """Prose that ends on a word that needs another."""
    plain = read.text.rstrip()
    return len(read.words) >= PROSE and (
        bool(re.search(r"[,(–-]$", plain))
        or (plain[-1:].isalpha() and read.words[-1].lower() in _small("leading"))
    )


_CHECKS: tuple[tuple[str, str, Callable[[_Read], bool]], ...] = (
    ("text.garbled", "letters of a wrong encoding or of another script", _is_garbled),
    ("text.gibberish", "words that are none", _is_gibberish),
    ("text.repeated", "the same words over and over", _is_repetitive),
    ("text.foreign", "it is not English", _is_foreign),
    ("text.jumbled", "words in no order", _is_jumbled),
    ("text.jumbled", "words without a sentence", _is_wordless),
    ("text.cut_off", "it ends in the middle of a sentence", _is_cut_off),
)


def _finding(rule: str, span: str, why: str, severity: Severity = Severity.CRITICAL) -> Finding:
    shown = span if len(span) <= _SHOWN else f"{span[:_SHOWN]}..."
    return Finding(rule=rule, severity=severity, field="", span=shown, why=why)


_SHOWN = 120


def _missing(field: str, why: str, severity: Severity) -> Finding:
    return Finding(rule="part.empty", severity=severity, field=field, why=why)


def is_blank(text: str) -> bool:
    """Whether a text says nothing: no letter, or a word that stands for nothing."""
    said = text.strip(" .-\n").casefold()
    return not re.search(r"[^\W\d_]", said) or said in _small("nothing") | _NO_TEXTS


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
