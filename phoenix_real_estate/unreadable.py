"""What makes a text unreadable: a wrong encoding, no words, another language, no order, no end.

Found without a dictionary: by the shapes of words and by the small words that every English text needs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import eq

from phoenix_real_estate.grounding.tables import small_words

PROSE = 12
"""Words from which a text is prose and must have what prose has."""
VOWELS = re.compile(r"[aeiouy]+")


class Read:
    """A text with its words, split once for all the checks."""

    def __init__(self, text: str) -> None:
        self.text, self.words = text, WORD.findall(text)
        self.lowered = [word.lower() for word in self.words]
        self.letters = [word for word in self.words if word[0].isalpha()]

    @cached_property
    def sentences(self) -> list[str]:
        return _SENTENCES.split(self.text)


WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.,]*")


def _is_garbled(read: Read) -> bool:
    """Letters of no word: the marks of a wrong encoding, and scripts that are not ours."""
    if read.text.isascii():
        return _ESCAPED.search(read.text) is not None
    strange = len(_STRANGE.findall(read.text))
    return (
        _OTHER_SCRIPT.search(read.text) is not None
        or "\ufffd" in read.text
        or strange > 0.15 * len(read.text)
        or any(pattern.search(read.text) for pattern in (_MOJIBAKE, _ESCAPED))
    )


_STRANGE = re.compile(r"[^\x00-\x7F–—‘’“”…•·°²³½¼¾×é ñ®™©€£■●▪✓✔−′″]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff\uf900-\ufaff\ufe70-\ufeff]{2}")
"""Two letters that are neither Latin nor signs: Greek, Cyrillic, Arabic, Chinese, ..."""
_MOJIBAKE = re.compile(r"â€|Ã[\x80-\xBF©¼¶¤±¨]|Â[\xA0-\xBF]|ï»¿")
_ESCAPED = re.compile(r"&#\d+;|\\u[0-9a-f]{4}")


def _is_gibberish(read: Read) -> bool:
    """Too many words that nobody could say."""
    letters = read.letters
    odd = [word for word in letters if _is_odd(word)]
    single = sum(len(word) == 1 and word not in "aIASNEWX" for word in letters)
    return (
        len(odd) > max(1, 0.15 * len(letters))
        or single > max(4, 0.3 * len(letters))
        or (any(map(_is_mute, letters)) and any(map(_is_mostly_mute, read.sentences)))
        or _has_endless(letters)
    )


def _is_mostly_mute(sentence: str) -> bool:
    """A sentence whose vowels are lost, among others or alone."""
    letters = [word for word in WORD.findall(sentence) if word[0].isalpha()]
    return len(letters) >= _FEWEST and sum(map(_is_mute, letters)) > 0.35 * len(letters)


_FEWEST = 4


@lru_cache(maxsize=8192)
def _is_mute(word: str) -> bool:
    """A word in small letters without a vowel, as where all of them were lost; "sqft" is none."""
    plain = word.lower()
    return (
        not word.isupper()
        and plain not in _LETTERS
        and not VOWELS.search(plain)
        and plain not in small_words("vowelless")
    )


_LETTERS = frozenset("bcmswx")
"""Letters that stand alone in listings: "3 b 2 b", "2 c garage", "w/", "x"."""


def _has_endless(words: list[str]) -> bool:
    long = (word for word in words if len(word) > _LONGEST_WORD)
    return any(len(piece) > _LONGEST_WORD for word in long for piece in re.split(r"[-_/.']", word))


_LONGEST_WORD = 28


_MIXED = re.compile(r"[a-z]\d+[a-z]")
_ABBREVIATED = re.compile(r"\d(?:br|ba|bd|x|st|nd|rd|th)")


@lru_cache(maxsize=8192)
def _is_odd(word: str) -> bool:
    plain = word.lower()
    if len(plain) < 4 or word.isupper() or plain in small_words("vowelless"):
        return False
    if _MIXED.search(plain) and not _ABBREVIATED.search(plain):
        return True
    return (not VOWELS.search(plain) and plain.isalpha() and plain not in small_words("vowelless")) or bool(
        _UNSAYABLE.search(plain)
    )


_UNSAYABLE = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6}|q(?!u|s)[a-z]|[jvq]{2}|zx|xz|wq|qz|jx|vq|kq|asdf|qwer|hjkl|uiop|(.)\1\1"
)


def _is_repetitive(read: Read) -> bool:
    """The same words over and over: a model that ran in circles."""
    if _is_doubled(read):
        return True
    if len(read.words) < PROSE:
        return False
    said = [" ".join(sentence.lower().split()) for sentence in read.sentences]
    if any(one == following and len(one.split()) >= _SENTENCE for one, following in pairwise(said)):
        return True
    triples = list(zip(read.lowered, read.lowered[1:], read.lowered[2:], strict=False))
    if len(triples) - len(set(triples)) < _AGAIN:
        return False
    runs = Counter(triples)
    return max(runs.values()) > _AGAIN and max(runs.values()) * 3 > 0.25 * len(read.words)


_SENTENCE = 5
_AGAIN = 3
"""How often a run of three words may come again."""


def _is_doubled(read: Read) -> bool:
    """A word or two told twice in a row: "pool pool", as where a fact was put behind its own name."""
    said = read.lowered
    is_near = any(map(eq, said, said[1:])) or any(map(eq, said, said[2:]))
    return is_near and _DOUBLED.search(read.text) is not None


_DOUBLED = re.compile(r"\b(?!(?:that|had|very|the) )([a-z]{3,}(?: [a-z]{3,})?) \1\b", re.IGNORECASE)


def _is_jumbled(read: Read) -> bool:
    """English words in no English order: an article is never followed by these."""
    return len(_IMPOSSIBLE.findall(read.text)) > max(1, len(read.words) / 25)


_IMPOSSIBLE = re.compile(
    r"\b(?:an?|the) (?:an?|the|of|is|are|was|and|or|in|at|for|with|from|has|have|it|to)\b"
    r"|\b(?:of|at|from|with) (?:is|are|was|and|has|have|of|to)\b"
    r"|\b(?:is|are|was|has) (?:of|and|is|are|was|has)\b"
    r"|\b(?:and|or) (?:of|and|or)\b",
    re.IGNORECASE,
)


def _is_foreign(read: Read) -> bool:
    """Prose with the small words of another language and few of ours."""
    foreign, ours = (
        sum(map(small_words("foreign").__contains__, read.lowered)),
        sum(map(small_words("english").__contains__, read.lowered)),
    )
    if len(read.words) >= 6 and foreign > 0.12 * len(read.words) and foreign > ours:
        return True
    is_of_homes = not small_words("of homes abroad").isdisjoint(read.lowered)
    return is_of_homes and any(map(_is_foreign_sentence, read.sentences))


_SENTENCES = re.compile(r"[.!?;:]+(?=\s|$)|\n")
_FOREIGN_SENTENCE = 4


def _is_foreign_sentence(sentence: str) -> bool:
    """A sentence of another language among English ones; a name in it ("Casa de la Luna") is none."""
    words = [word for word in WORD.findall(sentence) if word[0].isalpha()]
    common = [word.lower() for place, word in enumerate(words) if word[0].islower() or not place]
    foreign = {
        word for word in common if word in small_words("foreign") or word in small_words("of homes abroad")
    }
    if len(words) < _FOREIGN_SENTENCE or any(map(small_words("english").__contains__, common)):
        return False
    return len(foreign) >= max(2, 0.4 * len(words)) and bool(foreign & small_words("of homes abroad"))


def _is_wordless(read: Read) -> bool:
    """Long prose without any of the words that English cannot do without, and no list of facts either."""
    return (
        len(read.words) >= PROSE
        and not any(word[0].isdigit() for word in read.words)
        and small_words("english").isdisjoint(read.lowered)
    )


def _is_cut_off(read: Read) -> bool:
    """Prose that ends on a word that needs another."""
    plain = read.text.rstrip()
    return len(read.words) >= PROSE and (
        bool(re.search(r"[,(–-]$", plain))
        or (plain[-1:].isalpha() and read.words[-1].lower() in small_words("leading"))
    )


CHECKS: tuple[tuple[str, str, Callable[[Read], bool]], ...] = (
    ("text.garbled", "letters of a wrong encoding or of another script", _is_garbled),
    ("text.gibberish", "words that are none", _is_gibberish),
    ("text.repeated", "the same words over and over", _is_repetitive),
    ("text.foreign", "it is not English", _is_foreign),
    ("text.jumbled", "words in no order", _is_jumbled),
    ("text.jumbled", "words without a sentence", _is_wordless),
    ("text.cut_off", "it ends in the middle of a sentence", _is_cut_off),
)
