"""What words and numbers of a page are as facts: read by the source's own normalizer, as all else is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType

from pydantic import JsonValue

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.extraction.marks import TABLE, Number
from phoenix_real_estate.models import Property, RawRecord
from phoenix_real_estate.normalize import normalize

KEYS: Mapping[str, str] = MappingProxyType({"price": "list_price"})
"""The name under which a record tells a field, where it is not the field's own."""

LOT_TOLERANCE = 0.01
"""0.19 acres and 8,276 square feet are one lot: acres are told to two places."""

# Of a roof and of cooling only such words are believed: a page may say of them whatever it likes.
_MATERIALS = {
    field: re.compile(rf"(?:(?:{words})(?:[\s,&/+-]+|$))+") for field, words in TABLE["materials"].items()
}
_STAND_IN = "1 E Washington St, Phoenix, AZ 85004"


def facts_told(source: str, data: Mapping[str, JsonValue]) -> Property | None:
    """The facts that a record of this source with this data tells; None where it tells of no dwelling.

    Without an address they are those of no address.
    """
    try:
        return normalize(RawRecord(id="page", source=source, data=dict(data)))
    except RecordError:
        pass
    try:
        told = normalize(RawRecord(id="page", source=source, data={**data, "address": _STAND_IN}))
    except RecordError:
        return None
    return told.model_copy(update={"address": Property().address})


@lru_cache(maxsize=4096)
def value_of(source: str, field: str, told: str) -> JsonValue:
    """The value of one field as a record would tell it; None where nothing can be read. Addresses by key."""
    facts = facts_told(source, {KEYS.get(field, field): told})
    return None if facts is None else fact(facts, field)


def fact(facts: Property, field: str) -> JsonValue:
    """A field's value in a form that can be compared; None is unknown."""
    value: JsonValue = facts.address.key if field == "address" else getattr(facts, field)
    return value


def told_number(field: str, number: Number, label: str) -> str | None:
    """A number of the page as a record would tell it; None where its unit or frequency is not stated."""
    if field == "lot_size":
        unit = number.unit or ("acres" if "acre" in label else "sq ft" if "sq" in label else "")
        return f"{number.value:.12g} {unit}" if unit else None
    if field == "hoa_fee":
        period = number.period or ("monthly" if "month" in label else "")
        return f"${number.value:.2f} {period}" if period else None
    return f"{number.value:.12g}"


def told_words(field: str, words: str) -> str | None:
    """Words of the page as a record would tell them; None where they say nothing for certain."""
    if field == "hoa_fee":
        return "no" if re.fullmatch(r"no(?:ne)?\b(?!.*\d).*", words) else None
    if field == "pool_type" and words.startswith("no "):
        return None if "community" in words else "no pool"
    words = words.replace("in-ground", "in ground").replace(";", ",")
    if field in _MATERIALS and not _MATERIALS[field].fullmatch(words.lower()):
        return None
    return words


def agreed(field: str, values: Collection[JsonValue]) -> JsonValue:
    """The one value that several readings of a field come to; None where they contradict each other."""
    if field == "pool_type" and "community" in values and not {*values} & {"both"}:
        private = {*values} - {"community", "none"}
        return "both" if private else "community"
    first = next(iter(values))
    return first if all(alike(field, first, other) for other in values) else None


def alike(field: str, one: JsonValue, other: JsonValue) -> bool:
    """Whether two values of a field are the same fact."""
    if field == "lot_size" and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) <= LOT_TOLERANCE * max(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other
