"""A number of a text with the figures around it that a reader would do a sum with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.sums.operands import MOST, FactOf, Operand, operand_of, operands_in

Figure = tuple[Operand, ...]
"""One figure of the property in all the places near a number where it stands, in reading order."""


class Nearby:
    """What stands in the sentence of a number and in the one before it."""

    def __init__(
        self, readings: Sequence[Reading], place: int, text: str, known: Known, fact_of: FactOf
    ) -> None:
        self.readings, self.reading, self.text, self.known = readings, readings[place], text, known
        self.start, self.end = self.reading.quantity.start, self.reading.quantity.end
        self._others = [one for one in readings if one is not self.reading]
        self.fact_of = fact_of
        self._earlier, self._before, self._sentence = _sentences_at(text, self.start)

    @cached_property
    def before(self) -> str:
        """The sentence up to the number."""
        return self.text[self._sentence.start : self.start]

    @cached_property
    def after(self) -> str:
        """The sentence behind the number."""
        return self.text[self.end : self._sentence.stop]

    @cached_property
    def told(self) -> tuple[Operand, ...]:
        """What the sentence before and that of the number tell or name besides it."""
        return (*self._operands_in(self._before), *self.same)

    @cached_property
    def same(self) -> tuple[Operand, ...]:
        """What the sentence of the number names or tells besides it."""
        found = self._operands_in(self._sentence)
        return tuple(one for one in found if not (one.start < self.end and self.start < one.end))

    def told_in_sentence(self) -> list[Reading]:
        """The other numbers of the sentence."""
        return [one for one in self._others if one.quantity.start in self._sentence]

    def told_before(self) -> list[Reading]:
        """The numbers of the sentence that stand before the number."""
        return [one for one in self.told_in_sentence() if one.quantity.start < self.start]

    def figures(self, wanted: Callable[[Operand], bool]) -> list[Figure]:
        """The nearest figures of a kind: of the sentence; where that has no two, of the one before as well.

        "That leaves $82 for the taxes" speaks of what was told before, be it in two short sentences.
        """
        found = self._of_before(wanted) or _figures_of(filter(wanted, self.same))
        if len({figure[0].start for figure in found}) < 2:
            found = _figures_of(filter(wanted, self.told))
        return sorted(found, key=self._distance)[:MOST]

    def _of_before(self, wanted: Callable[[Operand], bool]) -> list[Figure]:
        if not _OF_BEFORE.match(self.before) or any(one.start < self.start for one in self.same):
            return []
        if _BETWEEN.search(self.after[:_CLOSE]):
            return []
        return _figures_of(filter(wanted, self._operands_in(range(self._earlier.start, self._before.stop))))

    def implied(self, name: str) -> Figure | None:
        """A figure that is meant without being named, as the rent where a cost is compared with nothing."""
        operand = operand_of(name, self.known, self.start, self.start)
        return (operand,) if operand else None

    def _operands_in(self, span: range) -> list[Operand]:
        return operands_in(self.text, span, self._others, self.known, self.fact_of)

    def _distance(self, figure: Figure) -> int:
        return min(abs(one.start - self.start) for one in figure)


def _figures_of(operands: Iterable[Operand]) -> list[Figure]:
    """Each figure once, with all the places where it stands."""
    figures: dict[tuple[str, float], list[Operand]] = {}
    for one in operands:
        figures.setdefault((one.name, one.value), []).append(one)
    return [tuple(places) for places in figures.values()]


def _sentences_at(text: str, at: int) -> list[range]:
    """The two sentences before the one of a place, and the one of the place; semicolons end none."""
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    spans = [range(start, end) for start, end in pairwise(ends) if start <= at]
    return [range(0), range(0), *spans][-3:]


_END = re.compile(r"(?<!approx)[.!?][\"”’)]?\s+|\n+")
_OF_BEFORE = re.compile(
    r"\W*(?:that|this|which|(?:the|a) (?:difference|gap|rest|remainder|spread|result)|together|combined)\b"
    r"(?! (?:home|house|property|condo\w*|town\w*|unit|place|\d{4}))[^\d$]*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|above|below|per)\b", re.IGNORECASE)
_CLOSE = 25
