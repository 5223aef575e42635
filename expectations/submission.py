"""Lines of others read into candidates: odd types are coerced, what cannot be read is named.

A number may be a string ("$389,900", "1,850"), a pool `true` or "In Ground", an address one string, a
feature a plain string, the analysis one text. A part that is null or of no use counts as empty. What no
property can be, a number beyond 1e15 or a value nested deeper than any of ours, is malformed, and so is a
text of more than 10,000 characters. Names may be written in any style (`squareFeet`, `Square Feet`) or be
others that the normalizer knows (`sqft`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import JsonValue, ValidationError

from expectations.frame import Candidate
from phoenix_real_estate.models import Address, Enrichment, Feature, InvestmentAnalysis, Property
from phoenix_real_estate.normalize.address import read_address
from phoenix_real_estate.normalize.fields import address_of, read_facts
from phoenix_real_estate.normalize.payload import compact, named_values
from phoenix_real_estate.normalize.told import Told


class Malformed(ValueError):
    """The line cannot be judged. `field` is the path to what is wrong with it, empty for the whole line."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def candidate_of(line: str, key: str) -> Candidate:
    """The candidate that a line `{"property": {...}, "llm_enrichment": {...}}` describes.

    Raises:
        Malformed: no JSON object, a part is missing, or a value cannot be read as its field.
    """
    document = _document(line)
    parts = {_NAMES.get(compact(name), name): value for name, value in document.items()}
    return Candidate(
        property=_property(_object(parts, "property")),
        enrichment=_enrichment(_object(parts, "llm_enrichment")),
        key=key,
    )


def _document(line: str) -> dict[str, JsonValue]:
    try:
        document = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("", f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Malformed("", "not a JSON object")
    _refuse_deep(document)
    return document


def _refuse_deep(value: JsonValue, path: tuple[str, ...] = ()) -> None:
    if len(path) > _DEEPEST:
        raise Malformed(".".join(path[:3]), f"nested more than {_DEEPEST} deep")
    for step, inner in _steps(value):
        _refuse_deep(inner, (*path, step))


def _refuse_huge(value: JsonValue, path: str) -> None:
    if isinstance(value, int | float) and not abs(value) <= _LARGEST:
        raise Malformed(path, f"{path}: a number beyond {_LARGEST:.0e}")
    if isinstance(value, str) and len(value) > _LONGEST:
        raise Malformed(path, f"{path}: more than {_LONGEST:,} characters")
    for step, inner in _steps(value):
        _refuse_huge(inner, f"{path}.{step}")


def _steps(value: JsonValue) -> Iterable[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(place), inner) for place, inner in enumerate(value)) if isinstance(value, list) else ()


_DEEPEST = 30
_LARGEST = 1e15
_LONGEST = 10_000
"""Characters of a text, five pages. Odd texts take the gate a time that grows faster than they do."""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _object(document: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise Malformed(name, f"{name} is missing or not an object")
    return value


_NAMES = {"enrichment": "llm_enrichment", "llmenrichment": "llm_enrichment"}


def _property(fields: dict[str, JsonValue]) -> Property:
    given = {_OURS.get(compact(name), name): value for name, value in fields.items()}
    ours = {name: value for name, value in given.items() if name in Property.model_fields}
    read: dict[str, Any] = {name: _read(name, value) for name, value in ours.items() if value is not None}
    read = {**_otherwise_named({**given, **dict.fromkeys(ours)}), **read}
    for name in read.keys() & Property.model_fields.keys():
        _refuse_huge(read[name], f"property.{name}")
    try:
        return Property.model_validate({name: value for name, value in read.items() if value is not None})
    except ValidationError as invalid:
        first = invalid.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise Malformed(f"property.{path}", f"property.{path}: {first['msg']}") from None


_OURS = {compact(name): name for name in Property.model_fields}


def _otherwise_named(fields: Mapping[str, JsonValue]) -> dict[str, Any]:
    """The facts that stand under other names than ours, read as those of a record are."""
    told = Told(named_values({name: value for name, value in fields.items() if value is not None}), "")
    facts, address = read_facts(told), address_of(told)
    doubts = tuple(doubt for field, doubt in told.doubts.items() if field not in facts)
    return facts | ({"address": address} if address.one_line else {}) | ({"doubts": doubts} if doubts else {})


def _read(name: str, value: JsonValue) -> object:
    reader = _READERS.get(name)
    if reader is not None:
        return reader(value)
    if name in _NUMBERS:
        return _number(value, whole=name in _WHOLE)
    return str(value) if name in _TEXTS and isinstance(value, int | float) else value


def _number(value: JsonValue, *, whole: bool) -> object:
    if isinstance(value, str):
        plain = re.sub(r"[$,%\s]|sq\.?\s?ft\.?$|USD$", "", value.strip(), flags=re.IGNORECASE)
        if plain.casefold() in _NOTHING:
            return None
        value = float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else value
    if whole and isinstance(value, float) and math.isfinite(value):
        return round(value)
    return value


def _address(value: JsonValue) -> object:
    if isinstance(value, str):
        return read_address(value)
    if not isinstance(value, dict):
        return value
    if not value.keys() <= Address.model_fields.keys():
        return address_of(Told(named_values(value), ""))
    return {name: None if part is None else str(part) for name, part in value.items()}


def _valuations(value: JsonValue) -> object:
    if not isinstance(value, list):
        return value
    return [
        {name: _number(each, whole=True) if name in _MONEY else each for name, each in valuation.items()}
        if isinstance(valuation, dict)
        else valuation
        for valuation in value
    ]


def _word_of(words: Mapping[str, str]) -> Callable[[JsonValue], object]:
    """A reader of one word among few: the first entry that stands in what is written, else the value."""

    def read(value: JsonValue) -> object:
        said = str(value).strip().casefold()
        return next((word for token, word in words.items() if re.search(rf"\b{token}\b", said)), value)

    return read


_POOLS = {
    "both": "both",
    "none|no|false|0": "none",
    "community|shared|association": "community",
    r"true|yes|private|in[\s-]?ground|1|heated|fenced|pebble\w*|diving|play|above[\s-]?ground": "private",
}
_SOLAR = {"none|no|false|0": "none", "owned|own": "owned", "leased?": "leased", "true|yes|1": "yes"}
_PRICES = {
    "list|listing|asking|listed": "list",
    "sale|sold|closed?": "sale",
    "full_cash_value|fcv|assess\\w*": "full_cash_value",
}
_READERS: dict[str, Callable[[JsonValue], object]] = {
    "address": _address,
    "valuations": _valuations,
    "pool_type": _word_of(_POOLS),
    "solar_panels": _word_of(_SOLAR),
    "price_kind": _word_of(_PRICES),
    # What others say of sources and conflicts is not ours to trust in their shapes.
    "provenance": lambda value: value if isinstance(value, dict) else {},
    "confidence": lambda _: {},
    "read_by": lambda _: {},
}
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "unknown"})
_MONEY = frozenset({"full_cash_value", "limited_property_value", "assessed_limited_property_value"})


def _fields_of(*kinds: type) -> frozenset[str]:
    return frozenset(
        name
        for name, field in Property.model_fields.items()
        if {field.annotation, *get_args(field.annotation)} & set(kinds)
    )


_WHOLE = _fields_of(int)
_NUMBERS = _WHOLE | _fields_of(float)
_TEXTS = _fields_of(str)


def _enrichment(parts: dict[str, JsonValue]) -> Enrichment:
    named = {_PART_NAMES.get(compact(name), name): value for name, value in parts.items()}
    given = {name: read(named[name]) for name, read in _PARTS.items() if name in named}
    for name in given:
        _refuse_huge(named[name], f"llm_enrichment.{name}")
    return Enrichment.model_validate(given)


_PART_NAMES = {
    **dict.fromkeys(("propertydescription", "listingdescription", "summary", "text"), "description"),
    **dict.fromkeys(("keyfeatures", "sellingpoints", "highlights", "featurelist", "amenities"), "features"),
    **dict.fromkeys(
        ("investmentanalysis", "investment", "analysis", "investmentsummary"), "investment_analysis"
    ),
}
"""What others call the parts, compact."""


def _description(value: JsonValue) -> str:
    return "\n".join(_texts(value))


def _features(value: JsonValue) -> tuple[Feature, ...]:
    return tuple(map(_feature, _items(value)))


def _feature(value: JsonValue) -> Feature:
    if not isinstance(value, dict):
        return Feature(feature=" ".join(_texts(value)))
    named = {key: " ".join(_texts(value[key])) for key in ("feature", "category", "appeal") if key in value}
    rest = (text for key, other in value.items() if key not in named for text in _texts(other))
    # A feature under another key is judged all the same.
    return Feature(**{**named, "feature": named.get("feature") or " ".join(rest)})


def _analysis(value: JsonValue) -> InvestmentAnalysis:
    if not isinstance(value, dict):
        return InvestmentAnalysis(narrative="\n".join(_texts(value)))
    # A piece that is not there is not judged, one that is there and empty is a defect.
    ours = {name: "\n".join(_texts(value[name])) for name in ("recommendation", "narrative") if name in value}
    lists = {name: tuple(_texts(value[name])) for name in ("risks", "opportunities") if name in value}
    figures = value.get("figures")
    known = {"recommendation", "narrative", "risks", "opportunities", "figures"}
    beyond = {key: other for key, other in value.items() if key not in known}
    named = figures if isinstance(figures, dict) else {"figures": figures} if figures else {}
    return InvestmentAnalysis(**ours, **lists, figures=named, **beyond)


_PARTS: dict[str, Callable[[JsonValue], object]] = {
    "description": _description,
    "features": _features,
    "investment_analysis": _analysis,
}


def _items(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _items(inner)
    elif value is not None and value != "":
        yield value


def _texts(value: JsonValue | Iterable[JsonValue]) -> Iterator[str]:
    """Every text in a value, at any depth; numbers as they are written."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
