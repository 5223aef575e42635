"""A table's pattern, searched only where one of the words it cannot do without stands in the text.

Hundreds of patterns over dozens of short texts are slow one by one; most need a word that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache
from itertools import chain
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Lexicon(Generic[T]):
    """Entries with a case-insensitive pattern each, as the tables write them: of whole words, unless told.

    Of a pattern only those alternatives are searched that a text can match.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], *, whole: bool = True) -> None:
        known = list(entries)
        self._whole, self._entries = whole, [entry for _, entry in known]
        self._alternatives = [tuple(_alternatives(source)) for source, _ in known]
        self._always: dict[int, int] = {}
        self._places: dict[str, list[_Place]] = {}
        for n, parts in enumerate(self._alternatives):
            for at, alternative in enumerate(parts):
                self._note(n, at, _needed(alternative))
        _needles.add({*self._places, *(word for words in self._others() for word in words)})
        # Categories and appeals come again from feature to feature, and a text is read by several readers.
        self._found = lru_cache(maxsize=1024)(self._search)
        self._pattern = lru_cache(maxsize=8192)(self._compiled)

    def matches(self, text: str) -> tuple[tuple[T, re.Match[str]], ...]:
        """The matches of every entry in a text, entry by entry."""
        return self._found(text)

    def _note(self, n: int, at: int, needed: list[frozenset[str]]) -> None:
        rarest = max(needed, key=_shortest, default=frozenset())
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
        for n, parts in sorted(self._possible(text.lower()).items()):
            yield from ((self._entries[n], match) for match in self._pattern(n, parts).finditer(text))

    def _compiled(self, n: int, parts: int) -> re.Pattern[str]:
        """The alternatives of an entry whose bits are set."""
        alternatives = enumerate(self._alternatives[n])
        source = "|".join(alternative for at, alternative in alternatives if parts >> at & 1)
        return whole_words(source) if self._whole else _as_it_stands(source)

    def _possible(self, lowered: str) -> dict[int, int]:
        """By entry the alternatives whose words stand in the text and those that need none, a bit each."""
        possible, said = self._always.copy(), _needles.standing_in(lowered)
        for needle in self._places.keys() & said:
            for n, at, others in self._places[needle]:
                if not any(map(said.isdisjoint, others)):
                    possible[n] = possible.get(n, 0) | 1 << at
        return possible


class _Place(NamedTuple):
    """Where an alternative stands, and of which words one each must be in the text besides its needle."""

    entry: int
    alternative: int
    others: tuple[frozenset[str], ...]


class _Needles:
    """The needles of all lexicons: a text is looked through once for all of them."""

    def __init__(self) -> None:
        self._adding, self._reader = Lock(), _Reader(frozenset())

    def add(self, needles: Set[str]) -> None:
        # Who looked a text up before sees the needles that were known then, and nothing of that is kept.
        with self._adding:
            self._reader = _Reader(self._reader.needles | needles)

    def standing_in(self, lowered: str) -> frozenset[str]:
        return self._reader.standing_in(lowered)


_GRAM = 3


class _Reader:
    """Finds needles by the words of a text: most words were met before, and which needles they hold is known."""

    def __init__(self, needles: frozenset[str]) -> None:
        self.needles = needles
        self._several = frozenset(needle for needle in needles if len(needle.split()) > 1)
        self._by_gram: dict[str, list[tuple[str, str]]] = {}
        for needle in needles:
            longest = max(needle.split(), key=len)
            key = longest[: _GRAM if len(longest) >= _GRAM else 1]
            self._by_gram.setdefault(key, []).append((longest, needle))
        self._within = lru_cache(maxsize=16_384)(self._held_by)
        self.standing_in = lru_cache(maxsize=512)(self._standing_in)

    def _standing_in(self, lowered: str) -> frozenset[str]:
        held = frozenset[str]().union(*map(self._within, set(lowered.split())))
        return held.difference([needle for needle in held & self._several if needle not in lowered])

    def _held_by(self, word: str) -> frozenset[str]:
        """The needles that a word holds, and those of several words whose longest it holds."""
        return frozenset(
            needle
            for gram in self._by_gram.keys() & _grams(word)
            for longest, needle in self._by_gram[gram]
            if longest in word
        )


_needles = _Needles()


def _grams(word: str) -> set[str]:
    """Every piece of three letters, and each sign alone: needles are looked up by their beginning."""
    return {*map("".join, zip(word, word[1:], word[2:], strict=False)), *word}


@cache
def _as_it_stands(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=8192)
def whole_words(source: str) -> re.Pattern[str]:
    """A table's pattern as a regular expression that neither begins nor ends within a word."""
    return re.compile(rf"(?<![\w-])(?:{source})(?!\w)", re.IGNORECASE)


def needles_of(source: str) -> frozenset[str]:
    """Lower-case words of which every match holds at least one; empty when there are no such words."""
    needles: set[str] = set()
    for alternative in _alternatives(source):
        needed = _needed(alternative)
        if not needed:
            return frozenset()
        needles |= max(needed, key=_shortest)
    return frozenset(needles)


def _shortest(words: Set[str]) -> int:
    return min(map(len, words), default=0)


_SHORTEST = 2
_PIECE = re.compile(
    r"(?P<group>□(?P<place>\d+)□)(?P<optional>[?*]|\{0[^}]*\})?|\{[^}]*\}"
    r"|(?P<digit>\\d\+?)(?![?*]|\{0)|\\(?P<sign>[^\w\s])(?![?*{])|\\.[?*+]?|\[[^\]]*\][?*+]?(?:\{[^}]*\})?"
    r"|(?P<run>(?:[A-Za-z0-9'&/@ <>%\"#=:!`_-](?![?*{]))+)|."
)


def _alternatives(source: str) -> list[str]:
    """The source parted at each bar that stands in no group and in no class of signs."""
    depth, parts = 0, [""]
    for sign in _SIGN.findall(source):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
"""A sign of a pattern: escaped, a class in brackets, or as it stands."""


def _needed(alternative: str) -> list[frozenset[str]]:
    """What every match of one alternative holds: of each of these sets of words at least one."""
    flat, groups = _without_groups(alternative)
    needed = list[frozenset[str]]()
    for piece in _PIECE.finditer(flat):
        run = (piece["run"] or "").strip()
        if piece["group"] and not piece["optional"]:
            needed.append(needles_of(groups[int(piece["place"])]))
        elif piece["digit"]:
            needed.append(frozenset("0123456789"))
        elif piece["sign"]:
            needed.append(frozenset(piece["sign"]))
        elif len(run) >= _SHORTEST or (run and not run.isalpha()):
            needed.append(frozenset({run.lower()}))
    return [words for words in needed if words]


def _without_groups(alternative: str) -> tuple[str, list[str]]:
    """The alternative with each outer group as a numbered mark, and the groups' insides."""
    flat, groups, inside, depth = "", list[str](), "", 0
    for sign in _SIGN.findall(alternative):
        depth -= sign == ")"
        if depth:
            inside += sign
        elif sign == ")":
            flat += f"□{len(groups)}□"
            groups.append(_matched(inside))
            inside = ""
        elif sign != "(":
            flat += sign
        depth += sign == "("
    return flat, groups


def _matched(inside: str) -> str:
    # A look-around matches nothing, so nothing inside it is needed.
    return "" if inside.startswith(("?!", "?=", "?<")) else re.sub(r"^\?(?:-i)?:", "", inside)
