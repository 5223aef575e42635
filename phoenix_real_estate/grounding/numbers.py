"""Every number of a text traced to a known one.

A number that a noun or a label names ("3 bedrooms", "HOA fee of $50") must be that fact, a bare one any
fact of its dimension ($, %, sq ft, year). A writer may round as `rounding` says; a range must hold the fact
and be narrow; a decade or a price band ("mid-1990s", "low $400s") must hold it; years and counts of rooms and
spaces must be exact. What follows from facts by arithmetic counts where the text names it (`derived`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from phoenix_real_estate.grounding.assessments import year_objected_to
from phoenix_real_estate.grounding.candidates import AREAS, candidates_of, is_told_by
from phoenix_real_estate.grounding.ends import ENDS, is_no_rent
from phoenix_real_estate.grounding.known import Known, Number
from phoenix_real_estate.grounding.readings import Reading, readings_in
from phoenix_real_estate.grounding.rounding import CLOSE, EXACT, OVER, UNDER, fits
from phoenix_real_estate.grounding.sums import follows
from phoenix_real_estate.models import Finding, Severity

WIDEST = 1.25
"""The upper end of a range may be so many times its lower one."""


def findings_in(text: str, field: str, known: Known, *, label: str = "") -> Iterator[Finding]:
    """The numbers of a text that no fact supports. The text's own address and names are masked already."""
    readings = readings_in(text, label=label)
    words = f"{label}: {text}" if label else text
    for place, (reading, objection) in enumerate(_judged(readings, words, known)):
        if not objection and (why := year_objected_to(readings, place, words, known)):
            objection = Objection("number.mismatch", why)
        if (
            not objection
            and reading.fields & ENDS
            # What holds as a sum is no fact, and none of the range.
            and (facts := _facts_of(reading, known))
            and is_no_rent(readings, place, words, facts)
        ):
            objection = Objection(
                "number.mismatch", f"rent_monthly is {known.number('rent_monthly').value:.10g}"
            )
        if objection:
            yield _finding(reading, field, objection, known)


def traced_in(text: str, known: Known, *, label: str = "") -> Iterator[tuple[int, str, str]]:
    """Where a number stands, its words and the fact behind it, for every number that has one."""
    offset = len(f"{label}: ") if label else 0
    for reading in readings_in(text, label=label):
        number = _fact_of(reading, known)
        if number:
            yield reading.quantity.start - offset, reading.span, number.field


def _facts_of(reading: Reading, known: Known) -> set[str]:
    return {number.field for number in candidates_of(reading, known) if is_told_by(reading, number)}


class Objection(NamedTuple):
    """Why a number is no fact: a mismatch where the fact it claims to be is known, else unsupported."""

    rule: str
    why: str


def _judged(
    readings: Sequence[Reading], text: str, known: Known
) -> Iterator[tuple[Reading, Objection | None]]:
    """Every reading with its objection; the two ends of a range stand or fall together."""
    objections = [_objection(reading, known) for reading in readings]
    for place, (reading, objection) in enumerate(zip(readings, objections, strict=True)):
        if objection and follows(readings, place, text, known, partial(_fact_of, known=known)):
            objection = None
        following = readings[place + 1 : place + 2]
        if objection and (_is_a_difference(readings, place, known) or _passes_a_mark(readings, place, known)):
            objection = None
        if objection and reading.joined:
            objection = None if _spans_a_fact(readings[place - 1], reading, known) else objection
        if objection and following and following[0].joined:
            objection = None if _spans_a_fact(reading, following[0], known) else objection
        yield reading, objection


def _is_a_difference(readings: Sequence[Reading], place: int, known: Known) -> bool:
    """Whether "ten dollars under $400,000" tells the price: either of the two amounts of a difference."""
    pairs = pairwise(readings[max(0, place - 1) : place + 2])
    return any(_differ_by_a_fact(step, base, known) for step, base in pairs)


def _differ_by_a_fact(step: Reading, base: Reading, known: Known) -> bool:
    apart = base.quantity.start - step.quantity.end
    if step.dimension != "money" or not 0 < apart <= _NEAR:
        return False
    below = UNDER.search(base.hedge) is not None
    if not (below or OVER.search(base.hedge)):
        return False
    told = base.quantity.value - step.quantity.value if below else base.quantity.value + step.quantity.value
    return any(number.dimension == "money" and number.value == told for number in known.numbers)


_NEAR = 20
"""Characters between the two amounts: room for "short of" and the like."""


def _passes_a_mark(readings: Sequence[Reading], place: int, known: Known) -> bool:
    """Whether "coverage of 1.54 is well above 1.25" names a threshold of ours and the true side of it."""
    said, hedge = readings[place].quantity.value, readings[place].hedge
    for field in _marked_near(readings, place, known):
        if any(said == asked.value for asked in known.by_field[f"asked_{field}"]):
            fact = known.number(field).value
            return bool(OVER.search(hedge) if fact > said else UNDER.search(hedge))
    return False


def _marked_near(readings: Sequence[Reading], place: int, known: Known) -> Iterator[str]:
    """The figures with thresholds that a number names or that are told closely before it."""
    reading = readings[place]
    yield from sorted(reading.fields & _MARKED & known.by_field.keys())
    for one in readings[max(0, place - 2) : place]:
        fact = _fact_of(one, known) if reading.quantity.start - one.quantity.end <= _CLAUSE else None
        if fact and fact.field in _MARKED:
            yield fact.field


_CLAUSE = 60
"""Characters within which a figure and its threshold are told."""
_MARKED = frozenset({"dscr", "cap_rate"})


def _spans_a_fact(low: Reading, high: Reading, known: Known) -> bool:
    """Whether "1,800 to 1,900 square feet" holds the fact; nothing that must be exact has a range."""
    first, last = low.quantity.value, high.quantity.value
    if not 0 < first < last <= first * WIDEST:
        return False
    scale = AREAS.get(high.dimension, 1.0)
    facts = [number for number in candidates_of(high, known) if number.dimension not in EXACT]
    return any(first * scale <= number.value <= last * scale for number in facts)


def _objection(reading: Reading, known: Known) -> Objection | None:
    if reading.dimension == "foreign":
        return None if _is_area(reading, known) else Objection("number.unsupported", "no fact tells this")
    if reading.dimension in ("age", "decades"):
        return _objection_to_age(reading, known)
    if reading.dimension == "year" and not reading.fields and reading.quantity.value == known.year:
        return None
    candidates = candidates_of(reading, known)
    is_known = any(is_told_by(reading, number) for number in candidates)
    if (is_known and not _is_zero_of_some(reading, candidates)) or _breaks_even(reading, known):
        return None
    if not reading.fields:
        return Objection("number.unsupported", "no fact of the property and no computed figure")
    told = dict.fromkeys(f"{number.field} is {number.value:.10g}" for number in candidates[:3])
    if told:
        return Objection("number.mismatch", ", ".join(told))
    return Objection("number.unsupported", f"nothing is known of {' or '.join(sorted(reading.fields))}")


def _is_area(reading: Reading, known: Known) -> bool:
    """Whether "1,744 ft" is the living area, as agents shorten it: by chance no distance is the same."""
    return reading.quantity.value == known.property.square_feet and _IN_FEET.search(reading.span) is not None


_IN_FEET = re.compile(r"\b(?:feet|ft)$", re.IGNORECASE)


def _is_zero_of_some(reading: Reading, candidates: Sequence[Number]) -> bool:
    """Whether a zero says that there is none of what there is: "0 cars" beside a garage of two.

    A zero that counts nothing says nothing that can be true.
    """
    counts = [number.value for number in candidates if number.dimension == "count"]
    return reading.quantity.value == 0 and (not reading.fields or any(counts))


def _objection_to_age(reading: Reading, known: Known) -> Objection | None:
    built = known.property.year_built
    if not built:
        return Objection("number.unsupported", "nothing is known of year_built")
    age, said = known.year - built, reading.quantity.value
    if reading.dimension == "decades":
        beyond = age - said * 10
        fitting = abs(beyond) <= 5 or (OVER.search(reading.hedge) is not None and 0 < beyond < 10)
    elif reading.hedge or reading.quantity.precision > 1:
        fitting = fits(said, reading, age, "number") or _is_beside(reading.hedge, said, age)
    else:
        fitting = abs(age - said) <= 1
    return None if fitting else Objection("number.mismatch", f"year_built is {built}")


def _is_beside(hedge: str, said: float, age: int) -> bool:
    """Whether "less than ten years old" is on the right side, and near enough to be said."""
    side = OVER if said <= age else UNDER
    return side.search(hedge) is not None and abs(said - age) <= _YEARS


_YEARS = 5


def _fact_of(reading: Reading, known: Known) -> Number | None:
    if reading.dimension in ("age", "decades"):
        return None if _objection_to_age(reading, known) else known.number("year_built")
    return next((number for number in candidates_of(reading, known) if is_told_by(reading, number)), None)


def _breaks_even(reading: Reading, known: Known) -> bool:
    """Whether "coverage below 1.00" or "income above zero" says on which side of it the fact lies."""
    said = reading.quantity.value
    if said not in (0, 1) or reading.dimension not in ("number", "ratio", "money") or not reading.hedge:
        return False
    fields = reading.fields or ({"dscr"} if said else {"cash_flow_monthly"})
    facts = [number.value for field in fields for number in known.by_field.get(field, ())]
    if said == 0 and CLOSE.search(reading.hedge):
        return any(abs(fact) <= _NEXT_TO_NOTHING for fact in facts)
    over = OVER.search(reading.hedge) is not None
    return any(fact > said if over else fact < said for fact in facts)


_NEXT_TO_NOTHING = 150


def _finding(reading: Reading, field: str, objection: Objection, known: Known) -> Finding:
    rule, why = objection
    # A number in words that nothing names may be a turn of phrase: a person looks at it.
    is_idiom = reading.quantity.words and reading.dimension == "number" and not reading.fields
    severity = Severity.WARNING if is_idiom else Severity.CRITICAL
    if rule == "number.unsupported" and _in_remarks(reading, known.property.remarks):
        why, severity = f"{why}; only the untrusted remarks say it", Severity.WARNING
    return Finding(rule=rule, severity=severity, field=field, span=reading.span, why=why)


def _in_remarks(reading: Reading, remarks: str | None) -> bool:
    return any(
        (said.quantity.value, said.dimension, said.fields)
        == (reading.quantity.value, reading.dimension, reading.fields)
        and said.span.casefold() == reading.span.casefold()
        for said in readings_in(remarks or "")
    )
