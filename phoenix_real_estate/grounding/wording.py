"""A table's pattern, searched only where one of the words it cannot do without stands in the text.

Hundreds of patterns over dozens of short texts are slow one by one; most need a word that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")


class Lexicon(Generic[T]):
    """Entries with a case-insensitive pattern each, as the tables write them: of whole words, unless told."""

    def __init__(self, entries: Iterable[tuple[str, T]], *, whole: bool = True) -> None:
        known, compiled = list(entries), whole_words if whole else _as_it_stands
        self._entries = [(compiled(source), entry) for source, entry in known]
        self._always = {n for n, (source, _) in enumerate(known) if not (whole and needles_of(source))}
        self._by_gram: dict[str, dict[str, set[int]]] = {}
        for n, (source, _) in enumerate(known):
            for needle in needles_of(source) if n not in self._always else ():
                self._by_gram.setdefault(needle[:_GRAM], {}).setdefault(needle, set()).add(n)
        # Categories and appeals come again from feature to feature, and a text is read by several readers.
        self._found = lru_cache(maxsize=1024)(self._search)

    def matches(self, text: str) -> tuple[tuple[T, re.Match[str]], ...]:
        """The matches of every entry in a text, entry by entry."""
        return self._found(text)

    def _search(self, text: str) -> tuple[tuple[T, re.Match[str]], ...]:
        return tuple(self._in_turn(text))

    def _in_turn(self, text: str) -> Iterator[tuple[T, re.Match[str]]]:
        for n in sorted(self._possible(text.lower())):
            pattern, entry = self._entries[n]
            yield from ((entry, match) for match in pattern.finditer(text))

    def _possible(self, lowered: str) -> set[int]:
        possible = set(self._always)
        for gram in self._by_gram.keys() & _grams(lowered):
            for needle, entries in self._by_gram[gram].items():
                if needle in lowered:
                    possible |= entries
        return possible


_GRAM = 4


@lru_cache(maxsize=256)
def _grams(lowered: str) -> frozenset[str]:
    """Every piece of three and of four letters: needles are looked up by their beginning."""
    return frozenset(lowered[at : at + size] for size in (3, _GRAM) for at in range(len(lowered) - size + 1))


@cache
def _as_it_stands(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE | re.MULTILINE)


@cache
def whole_words(source: str) -> re.Pattern[str]:
    """A table's pattern as a regular expression that neither begins nor ends within a word."""
    return re.compile(rf"(?<![\w-])(?:{source})(?!\w)", re.IGNORECASE)


@cache
def needles_of(source: str) -> tuple[str, ...]:
    """Lower-case words of which every match holds at least one; empty when there are no such words.

    Of each alternative the longest literal run is taken, or those of a group that must be there.
    """
    needles: set[str] = set()
    for alternative in _alternatives(source):
        needed = _needed(alternative)
        if not needed:
            return ()
        needles |= needed
    return tuple(sorted(needles))


_SHORTEST = 3
_PIECE = re.compile(
    r"(?P<group>□(?P<place>\d+)□)(?P<optional>[?*]|\{0)?|\\.[?*+]?|\[[^\]]*\][?*+]?(?:\{[^}]*\})?"
    r"|(?P<run>(?:[A-Za-z0-9' -](?![?*{]))+)|."
)


def _alternatives(source: str) -> list[str]:
    depth, parts = 0, [""]
    for at, c in enumerate(source):
        if source[at - 1 : at] != "\\":
            depth += (c == "(") - (c == ")")
        if c == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def _needed(alternative: str) -> set[str]:
    """The best words of one alternative: the longest run or the group whose shortest word is longest."""
    flat, groups = _without_groups(alternative)
    choices = [set[str]()]
    for piece in _PIECE.finditer(flat):
        if piece["group"] and not piece["optional"]:
            choices.append(set(needles_of(groups[int(piece["place"])])))
        elif piece["run"] and len(piece["run"].strip()) >= _SHORTEST:
            choices.append({piece["run"].strip().lower()})
    return max(choices, key=lambda words: min(map(len, words), default=0))


def _without_groups(alternative: str) -> tuple[str, list[str]]:
    """The alternative with each outer group as a numbered mark, and the groups' insides."""
    flat, groups, depth, start = "", list[str](), 0, 0
    for at, c in enumerate(alternative):
        escaped = alternative[at - 1 : at] == "\\"
        if c == "(" and not escaped:
            start, depth = (at, 1) if not depth else (start, depth + 1)
        elif c == ")" and not escaped:
            depth -= 1
            if not depth:
                flat += f"□{len(groups)}□"
                groups.append(_inside(alternative[start : at + 1]))
        elif not depth:
            flat += c
    return flat, groups


def _inside(group: str) -> str:
    # A look-around matches nothing, so nothing inside it is needed.
    return "" if group.startswith(("(?!", "(?=", "(?<")) else re.sub(r"^\?(?:-i)?:", "", group[1:-1])
