"""The words that a pattern cannot do without, and which of them stand in a text.

Hundreds of patterns over dozens of short texts are slow one by one; most need a word that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache
from threading import Lock


def standing_in(text: str) -> frozenset[str]:
    """Those of all known needles that stand in a text, in whatever case: looked for once for all patterns."""
    return _NEEDLES.standing_in(text.lower() if text.isascii() else caseless(text))


def caseless(text: str) -> str:
    """The text without case, as patterns compare it: the dotless i and the long s are letters, too."""
    return text.casefold().replace("ı", "i")


def register(needles: Iterable[str]) -> None:
    """Have these looked for in every text from now on; they are in lower case."""
    _NEEDLES.add(needles)


class _Needles:
    """The needles of all patterns. Adding some makes what was found before void, not wrong."""

    def __init__(self) -> None:
        self._lock, self._added, self._reader = Lock(), set[str](), _Reader(frozenset())

    def add(self, needles: Iterable[str]) -> None:
        with self._lock:
            self._added.update(needles)

    def standing_in(self, lowered: str) -> frozenset[str]:
        if self._added:
            self._take_up()
        return self._reader.standing_in(lowered)

    def _take_up(self) -> None:
        with self._lock:
            # Whoever needs the added ones has added them before it looks a text up, and comes by here.
            self._reader = _Reader(self._reader.needles | self._added)
            self._added.clear()


_GRAM = 3


class _Reader:
    """Finds needles by the words of a text: of most words it is known which needles they hold."""

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


_NEEDLES = _Needles()


def _grams(word: str) -> set[str]:
    """Every piece of three letters, and each sign alone: needles are looked up by their beginning."""
    return {*map("".join, zip(word, word[1:], word[2:], strict=False)), *word}


def needles_of(source: str) -> frozenset[str]:
    """Lower-case words of which every match holds at least one; empty when there are no such words."""
    needles: set[str] = set()
    for alternative in alternatives(source):
        needed = needed_by(alternative)
        if not needed:
            return frozenset()
        needles |= max(needed, key=shortest)
    return frozenset(needles)


def shortest(words: Set[str]) -> int:
    return min(map(len, words), default=0)


_SHORTEST = 2
_PIECE = re.compile(
    r"(?P<group>□(?P<place>\d+)□)(?P<optional>[?*]|\{0[^}]*\})?|\{[^}]*\}"
    r"|(?P<digit>\\d\+?)(?![?*]|\{0)|\\(?P<sign>[^\w\s])(?![?*{])|\\.[?*+]?"
    r"|\[(?P<either>[^\]\\^\w\s-]+)\](?![?*{])|\[[^\]]*\][?*+]?(?:\{[^}]*\})?"
    r"|(?P<run>(?:[A-Za-z0-9'&/@ <>%\"#=:!`_-](?![?*{]))+)|."
)


def alternatives(source: str) -> list[str]:
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


def needed_by(alternative: str) -> list[frozenset[str]]:
    """What every match of one alternative holds: of each of these sets of words at least one."""
    flat, groups = _without_groups(alternative)
    needed = list[frozenset[str]]()
    for piece in _PIECE.finditer(flat):
        run = (piece["run"] or "").strip()
        if piece["group"] and not piece["optional"]:
            needed.append(needles_of(groups[int(piece["place"])]))
        elif piece["digit"]:
            needed.append(frozenset("0123456789"))
        elif piece["either"]:
            needed.append(frozenset(piece["either"]))
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
    return "" if inside.startswith(("?!", "?=", "?<")) else re.sub(r"^\?(?:(?:-i)?:|P<\w+>)", "", inside)
