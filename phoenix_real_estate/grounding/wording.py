"""A table's pattern, searched only where one of the words it cannot do without stands in the text.

Hundreds of patterns over dozens of short texts are slow one by one; most need a word that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from phoenix_real_estate.grounding.needles import (
    alternatives,
    caseless,
    needed_by,
    register,
    shortest,
    standing_in,
)

T = TypeVar("T")


class Lexicon(Generic[T]):
    """Entries with a case-insensitive pattern each, as the tables write them: of whole words, unless told.

    Of a pattern only those alternatives are searched that a text can match.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], *, whole: bool = True) -> None:
        known = list(entries)
        self._whole, self._entries = whole, [entry for _, entry in known]
        self._alternatives = [tuple(alternatives(source)) for source, _ in known]
        self._always: dict[int, int] = {}
        self._places: dict[str, list[_Place]] = {}
        for n, parts in enumerate(self._alternatives):
            for at, alternative in enumerate(parts):
                self._note(n, at, needed_by(alternative))
        register(self._places)
        register(word for words in self._others() for word in words)
        # Categories and appeals come again from feature to feature, and a text is read by several readers.
        self._found = lru_cache(maxsize=1024)(self._search)
        self._pattern = lru_cache(maxsize=8192)(self._compiled)

    def matches(self, text: str) -> tuple[tuple[T, re.Match[str]], ...]:
        """The matches of every entry in a text, entry by entry."""
        return self._found(text)

    def _note(self, n: int, at: int, needed: list[frozenset[str]]) -> None:
        rarest = max(needed, key=shortest, default=frozenset())
        others = tuple(words for words in needed if words != rarest)
        for needle in rarest:
            self._places.setdefault(needle, []).append(_Place(n, at, others))
        if not rarest:
            self._always[n] = self._always.get(n, 0) | 1 << at

    def _others(self) -> Iterator[frozenset[str]]:
        for place in chain.from_iterable(self._places.values()):
            yield from place.others

    def _search(self, text: str) -> tuple[tuple[T, re.Match[str]], ...]:
        return tuple(self._in_turn(text))

    def _in_turn(self, text: str) -> Iterator[tuple[T, re.Match[str]]]:
        lowered = _in_small_letters(text)
        for n, parts in sorted(self._possible(text).items()):
            pattern, beginning = self._pattern(n, parts)
            if lowered is None or beginning is None:
                found: Iterator[re.Match[str]] = pattern.finditer(text)
            else:
                found = _matches(pattern, text, beginning, lowered)
            yield from ((self._entries[n], match) for match in found)

    def _compiled(self, n: int, parts: int) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
        """The alternatives of an entry whose bits are set, and where they may begin in small letters."""
        chosen = enumerate(self._alternatives[n])
        source = "|".join(alternative for at, alternative in chosen if parts >> at & 1)
        pattern = whole_words(source) if self._whole else _as_it_stands(source)
        return pattern, re.compile(source, re.MULTILINE) if _is_of_small_letters(source) else None

    def _possible(self, text: str) -> dict[int, int]:
        """By entry the alternatives whose words stand in the text and those that need none, a bit each."""
        possible, said = self._always.copy(), standing_in(text)
        for needle in self._places.keys() & said:
            for n, at, others in self._places[needle]:
                if not any(map(said.isdisjoint, others)):
                    possible[n] = possible.get(n, 0) | 1 << at
        return possible


def _matches(
    pattern: re.Pattern[str], text: str, beginning: re.Pattern[str], lowered: str
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, several times as fast: a search that heeds case skips ahead."""
    start = 0
    while possible := beginning.search(lowered, start):
        match = pattern.match(text, possible.start())
        start = possible.start() + 1
        if match:
            start = max(start, match.end())
            yield match


@lru_cache(maxsize=256)
def _in_small_letters(text: str) -> str | None:
    """The text letter by letter in small ones; None where it holds letters that case treats strangely."""
    lowered = text.lower()
    if text.isascii() or (lowered == caseless(text) and len(lowered) == len(text)):
        return lowered
    return None


def _is_of_small_letters(source: str) -> bool:
    """Whether a pattern says the same of a text in small letters as of the text in any case."""
    return "(?-i" not in source and not any(map(str.isupper, _ESCAPED.sub("", source)))


_ESCAPED = re.compile(r"\\.")


class _Place(NamedTuple):
    """Where an alternative stands, and of which words one each must be in the text besides its needle."""

    entry: int
    alternative: int
    others: tuple[frozenset[str], ...]


@cache
def _as_it_stands(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=8192)
def whole_words(source: str) -> re.Pattern[str]:
    """A table's pattern as a regular expression that neither begins nor ends within a word."""
    return re.compile(rf"(?<![\w-])(?:{source})(?!\w)", re.IGNORECASE)
