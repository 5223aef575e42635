"""Finds facts in what a visitor reads: "3 bd · 2.5 ba · 1,846 sqft", "built in 1998", "HOA $45/mo".

Three passes, the surest first: values beside labels, figures beside units on short lines, then sentences.
What is told of a casita, a lot, a month or a past is not told of the house.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from phoenix_real_estate.normalize import vocabulary
from phoenix_real_estate.normalize.page import agreement, amounts, labels, readers, sizes
from phoenix_real_estate.normalize.page.expressions import NUMBER_WORDS, expression
from phoenix_real_estate.normalize.page.labels import Told
from phoenix_real_estate.normalize.page.phrases import clause_at, facts_in_phrases

MOST_TEXT = 120_000
MOST_LINES = 4_000
LONGEST_SUMMARY = 160

_OTHER_LAND = expression("other_land")
_OTHER_LAND_BEFORE = expression("other_land_before")
_OTHER_LAND_AFTER = expression("other_land_after")
_ACRE_WORDS = expression("acre_words")
_BEDS = expression("beds")
_BATHS = expression("baths")
_FULL_HALF = expression("full_half")
_AREA = expression("area")
_AREA_GLUED = expression("area_glued")
_RANGE_BEFORE = expression("range_before")
_RANGE_AFTER = expression("range_after")
_LOT_ACRES = expression("lot_acres")
_LOT_WORD_AFTER = expression("lot_word_after")
_LOT_WORD_BEFORE = expression("lot_word_before")
_OTHER_BUILDING = expression("other_building")
_BUILT = expression("built")
_BUILT_AFTER = expression("built_after")
_BUILT_HOME = expression("built_home")
_NOT_BUILT = expression("not_built")
_NOT_BUILT_AFTER = expression("not_built_after")
_DOLLARS = expression("dollars")
_PRICE_LEAD = expression("price_lead")
_PRICE_FOLLOWS = expression("price_follows")
_NOT_PRICE = expression("not_price")
_NOT_PRICE_LINE = expression("not_price_line")
_HOA = expression("hoa")
_HOA_AFTER = expression("hoa_after")
_GARAGE = expression("garage")
_GARAGE_FOR = expression("garage_for")
_CARPORT = expression("carport")
_NOT_GARAGE = expression("not_garage")
_CONVERTED = expression("converted")
_APN = expression("apn_patterns")
_SUBDIVISION = expression("subdivision")
_DISTRICT = expression("district")
_TYPE_LINE = expression("type_line")
_TYPE_IN_SENTENCE = expression("type_in_sentence")
_LABELLED_FIGURE = expression("labelled_figure")
_PAYMENT = expression("payment")
_PAYMENT_PART = expression("payment_part")
_PAYMENT_REACH = 6
_HALF_BATH = expression("half_bath")
_PARTS = expression("parts")
# A link to others of the kind.
_CHOICE = expression("choice")
_STATUS = expression("status")
_SENTENCE = expression("sentence")
# Said of another home, or of one that is not there yet.
_ELSEWHERE = expression("elsewhere")


def facts_in_text(lines: Sequence[str]) -> Told:
    """Facts by field, from the lines that a visitor reads."""
    kept = [_own_sentences(line) for line in _within_bounds(lines)]
    segments = [(at, part) for at, line in enumerate(kept) for part in line.split("\t")]
    told = labels.facts_of_columns([line.split("\t") for line in kept])
    beside, used = labels.facts_beside_labels([part for _, part in segments])
    taken = {segments[position][0] for position in used}
    _complete(told, beside)
    for at, line in enumerate(kept):
        on_line = labels.facts_on_line(line)
        _complete(told, on_line)
        taken |= {at} if on_line or _is_labelled_figure(line) else set()
    labelled = dict(told)
    short = [(at, line) for at, line in enumerate(kept) if len(line) <= LONGEST_SUMMARY]
    summaries = [_facts_of_summary(line.replace("\t", " | ")) for at, line in short if at not in taken]
    _drop_other_amounts(summaries, kept)
    _complete(told, agreement.agreed(summaries))
    for line in (kept[at] for at in sorted(taken)):
        _complete(told, _rooms(line) if _BEDS.search(line) and _BATHS.search(line) else {})
        _complete(told, facts_in_phrases(line) if len(line) <= LONGEST_SUMMARY else {})
    sentences = list(_facts_of_sentences(kept))
    _complete(told, agreement.agreed(sentences))
    fees = [_fee(line) | labels.facts_on_line(line) for _, line in short]
    return agreement.without_contested(told, labelled, [*summaries, *sentences], fees)


def _own_sentences(line: str) -> str:
    """The line without the sentences about other homes, and about what is only planned."""
    if "\t" in line or not _ELSEWHERE.search(line):
        return line
    return " ".join(part for part in _SENTENCE.split(line) if not _ELSEWHERE.search(part))


def _is_labelled_figure(line: str) -> bool:
    """`Casita: 640 sqft`: a figure of something that has another name."""
    match = _LABELLED_FIGURE.match(line)
    return bool(match) and not (_BEDS.search(line) and _BATHS.search(line))


def _within_bounds(lines: Sequence[str]) -> list[str]:
    kept, length = [], 0
    for line in _without_payments(lines[:MOST_LINES]):
        length += len(line)
        if length > MOST_TEXT:
            break
        kept.append(line)
    return kept


def _without_payments(lines: Sequence[str]) -> Iterator[str]:
    """Without the parts of a monthly payment, which share their labels with yearly taxes and with fees."""
    payments = [at for at, line in enumerate(lines) if len(line) < 80 and _PAYMENT.search(line)]
    near = {at + step for at in payments for step in range(-_PAYMENT_REACH, _PAYMENT_REACH + 1)}
    for at, line in enumerate(lines):
        if at not in near or len(line) > 80 or not _PAYMENT_PART.search(line):
            yield line


def _complete(told: Told, more: Told) -> None:
    for field, fact in more.items():
        told.setdefault(field, fact)


def _facts_of_summary(line: str) -> Told:
    """Figures and units on a line of their own: the house's, unless the line says whose else."""
    told: Told = {}
    if not _OTHER_BUILDING.search(line):
        told |= _rooms(line)
        _put(told, "square_feet", _living_area(line))
    _put(told, "price", _price_on_line(line))
    for part in _PARTS.split(line):
        _put(
            told,
            "listing_status",
            vocabulary.listing_status(m[1]) if (m := _STATUS.fullmatch(part)) else None,
        )
        if len(part) <= 60 and (match := _TYPE_LINE.search(part)) and not _CHOICE.search(part):
            _put(told, "property_type", match[1])
    return told | _facts_anywhere(line)


def _rooms(line: str) -> Told:
    told: Told = {}
    beds, full_half = _BEDS.search(line), _FULL_HALF.search(line)
    _put(told, "bedrooms", int(_number(beds[1])) if beds else None)
    if re.match(r"studio\b", line, re.IGNORECASE):
        told.setdefault("bedrooms", 0)
    if full_half:
        kind = 0.75 if full_half[3][:2].lower() in {"th", "3/", "¾"} else 0.5
        _put(told, "bathrooms", _number(full_half[1]) + kind * _number(full_half[2]))
    elif half := _HALF_BATH.fullmatch(line):
        told["half_baths"] = int(half[1])
    elif baths := _BATHS.search(line):
        _put(told, "bathrooms", _bath_count(baths))
    return told


def _bath_count(match: re.Match[str]) -> float:
    return _number(match[1]) + (0.5 if match[2] or "half" in match[0].lower() else 0)


def _number(told: str) -> float:
    if told.lower() in {"a", "an"}:
        return 1
    word = NUMBER_WORDS.get(told.lower())
    return float(told) if word is None else word


def _living_area(line: str) -> JsonValue:
    for match in (*_AREA.finditer(line), *_AREA_GLUED.finditer(line)):
        before, after = line[: match.start()], line[match.end() :]
        if _LOT_WORD_AFTER.match(after) or _LOT_WORD_BEFORE.search(before[-40:]):
            continue
        if _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after):
            return None
        return sizes.square_feet(match[1])
    return None


def _lot(line: str) -> JsonValue:
    for area in _AREA.finditer(line):
        if _is_of_other_land(line, area):
            continue
        if _LOT_WORD_AFTER.match(line[area.end() :]) or _LOT_WORD_BEFORE.search(line[: area.start()][-40:]):
            return sizes.lot_size(f"{area[1]} sqft")
    match = _LOT_ACRES.search(line) or _ACRE_WORDS.search(line)
    if not match or _OTHER_LAND.search(line) or _is_of_other_land(line, match):
        return None
    return sizes.lot_acres(match[1])


def _is_of_other_land(line: str, area: re.Match[str]) -> bool:
    """A community's acres, or those that the lot backs to."""
    clause = clause_at(line, area)
    before = clause[: clause.index(area[0])]
    return bool(_OTHER_LAND_BEFORE.search(before) or _OTHER_LAND_AFTER.match(line[area.end() :]))


def _price_on_line(line: str) -> JsonValue:
    """The price that is asked: a line that begins with it, or that says so."""
    for match in _DOLLARS.finditer(line):
        before, after = line[: match.start()].rstrip(), line[match.end() :]
        if not before and not _PRICE_FOLLOWS.match(after):
            continue
        led_to = _PRICE_LEAD.search(before[-40:] + " " if before else "")
        if led_to and not _NOT_PRICE.match(after) and not _NOT_PRICE_LINE.search(before[-25:]):
            return amounts.price(f"{match[1]}{match[2] or ''}")
    return None


def _drop_other_amounts(tolds: Sequence[Told], lines: Sequence[str]) -> None:
    """A bare amount that the page calls an estimate elsewhere is no price."""
    others = {
        amounts.price(f"{match[1]}{match[2] or ''}")
        for line in lines
        for match in _DOLLARS.finditer(line)
        if _NOT_PRICE.match(line[match.end() : match.end() + 80])
    }
    for told in tolds:
        if told.get("price") in others:
            told.pop("price", None)


def _facts_anywhere(line: str) -> Told:
    """What its own words make sure, on a short line or in a sentence."""
    told: Told = {}
    _put(told, "lot_size", _lot(line))
    _put(told, "year_built", _year(line))
    told |= _fee(line)
    _put(told, "garage_spaces", _garage(line))
    if carport := _CARPORT.search(line):
        _put(told, "carport_spaces", _number(carport[1] or carport[2]))
    if parcel := _APN.search(line):
        _put(told, "parcel_number", readers.parcel_number(parcel[1]))
    return told | facts_in_phrases(line)


def _year(line: str) -> JsonValue:
    """Of the house, told by its own clause; not of a pool, an appliance or a subdivision."""
    for match in (*_BUILT.finditer(line), *_BUILT_AFTER.finditer(line), *_BUILT_HOME.finditer(line)):
        clause = clause_at(line, match)
        before = clause[: clause.index(match[0])]
        if not _NOT_BUILT.search(before) and not _NOT_BUILT_AFTER.match(line[match.end() :]):
            return readers.year_built(match[1])
    return None


def _garage(line: str) -> JsonValue:
    match = _GARAGE.search(line) or _GARAGE_FOR.search(line)
    if not match or _NOT_GARAGE.search(line[: match.start()][-60:]) or _CONVERTED.match(line[match.end() :]):
        return None
    return _number(next(group for group in match.groups() if group))


def _fee(line: str) -> Told:
    for match in (*_HOA.finditer(line), *_HOA_AFTER.finditer(line)):
        before = line[: match.start()][-25:]
        told = labels.read("HOA Fee", f"${match[1]} {match[2]}")
        if told and not amounts.is_other_fee(before):
            return told
    return {}


def _facts_of_sentences(lines: Sequence[str]) -> Iterator[Told]:
    for sentence in _sentences(lines):
        told = _facts_anywhere(sentence)
        if not _OTHER_BUILDING.search(sentence):
            told |= _rooms(sentence)
            _put(told, "square_feet", _living_area(sentence))
        _put(told, "price", _price_on_line(sentence))
        for field, pattern in (
            ("subdivision", _SUBDIVISION),
            ("school_district", _DISTRICT),
            ("property_type", _TYPE_IN_SENTENCE),
        ):
            if match := pattern.search(sentence):
                _put(told, field, match[1])
        yield told


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if len(line) > LONGEST_SUMMARY:
            for sentence in _SENTENCE.split(line):
                yield sentence[:1_000]


def _put(told: Told, field: str, fact: JsonValue) -> None:
    if fact is not None:
        told.setdefault(field, fact)
