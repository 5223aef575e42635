"""What of a model's reading is believed: only what the page itself says, where the model says it does.

A value is kept when its quote stands on the page, the page says it there of that very field, the page says
nothing else of the field, and the model was sure enough. What is kept is the page's value, not the model's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from phoenix_real_estate.extraction.evidence import PageText, Reading, folded
from phoenix_real_estate.extraction.marks import numbers_in
from phoenix_real_estate.extraction.values import agreed, alike, told_number, told_words, value_of
from phoenix_real_estate.prompts.schemas import FieldAnswer, PageAnswer

SURE_ENOUGH = 0.7
LONGEST_QUOTE = 240
"""Letters; a quote of half the page would prove anything."""


class Kept(NamedTuple):
    """A value that the page supports, as a record would tell it, and how sure the model was of it."""

    value: JsonValue
    told: str
    confidence: float


def verified(
    answer: PageAnswer | None, wanted: Collection[str], page: PageText
) -> tuple[dict[str, Kept], list[str]]:
    """The answer's values of the wanted fields that the page supports, and why the others are dropped."""
    kept: dict[str, Kept] = {}
    dropped: list[str] = []
    for name, told in answer.told.items() if answer else ():
        if name in wanted:
            judged = _judged(name, told, page)
            if isinstance(judged, Kept):
                kept[name] = judged
            else:
                dropped.append(f"{name} dropped: {judged}")
    return kept, dropped


def _judged(name: str, told: FieldAnswer, page: PageText) -> Kept | str:
    """The value to keep, or why there is none."""
    if not SURE_ENOUGH <= told.confidence <= 1:
        return "the model is not sure of it"
    places = page.places_of(told.quote) if len(told.quote) <= LONGEST_QUOTE else []
    if not places:
        return "its quote is not on the page"
    every = page.of(name)
    quoted = [one for one in every if any(start <= one.start and one.end <= end for start, end in places)]
    if not quoted:
        return "its quote does not say it"
    value = agreed(name, [one.value for one in every])
    if value is None:
        return "the page says more than one thing"
    return _kept(name, told, value, quoted, page)


def _kept(
    name: str, told: FieldAnswer, value: JsonValue, quoted: Sequence[Reading], page: PageText
) -> Kept | str:
    meant = next((one for one in quoted if _means(name, told.value, one, value, page)), None)
    if meant is None:
        return "its quote says another value"
    words = meant.told if alike(name, meant.value, value) else str(value)
    return Kept(value, words, told.confidence)


def _means(name: str, said: str, reading: Reading, value: JsonValue, page: PageText) -> bool:
    """Whether the model's value is the one that is read on the page."""
    return any(
        alike(name, meant, one)
        for meant in _meanings(name, said[:LONGEST_QUOTE], reading, page)
        for one in (reading.value, value)
    )


def _meanings(name: str, said: str, reading: Reading, page: PageText) -> list[JsonValue]:
    """What the model's value may mean; a unit that it leaves out is the page's."""
    if reading.number is None:
        words = told_words(name, folded(said)) or said
        return [value_of(page.source, name, words)]
    return [
        value_of(page.source, name, told)
        for number in numbers_in(folded(said))[:1]
        if number.whole and (told := told_number(name, number.like(reading.number), ""))
    ]
