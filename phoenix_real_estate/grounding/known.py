"""What is known of a property: its numbers with their dimension, and the yes-or-no facts behind claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding import sensitivity
from phoenix_real_estate.grounding.derived import derived_from, units_of
from phoenix_real_estate.grounding.names import Names
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.investment import Figures, analyze
from phoenix_real_estate.models import Property

_CLASS = re.compile(r"\d+(?:\.\d+)?")
_PRICES = {"list_price": ("list", None), "sale_price": ("sale", None), "stated_price": ("list", "sale", None)}
"""The words for a price and the kinds of price that they may tell."""
RECENT_YEARS = 2
"""A house counts as new construction when it was built at most so many years before its record."""


class Number(NamedTuple):
    """A known number. Areas are sq ft, money is USD a `period` where there is one, percent is 0 to 100."""

    field: str
    value: float
    dimension: str
    period: str


class Known:
    """The facts of one property and the figures that code computes from them: all that a text may say."""

    def __init__(self, property: Property) -> None:
        self.property = property
        self.figures = _figures(property)

    @cached_property
    def names(self) -> Names:
        """The property's own names, which are masked before a text is read."""
        return Names(self.property)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Every known number, the property's own before the computed ones."""
        return tuple(
            number_of(field, float(value))
            for field, value in self._values()
            if field in _kinds() and isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        )

    @cached_property
    def by_field(self) -> dict[str, list[Number]]:
        """The known numbers and then those that follow from them, by field."""
        fields: dict[str, list[Number]] = {}
        for number in (*self.numbers, *self.derived):
            fields.setdefault(number.field, []).append(number)
        # An asking price is no sale price, and neither is the Assessor's value.
        for field, kinds in _PRICES.items():
            if "price" in fields and self.property.price_kind in kinds:
                fields[field] = fields["price"]
        return fields

    @cached_property
    def by_dimension(self) -> dict[str, list[Number]]:
        """The known numbers by their dimension."""
        dimensions: dict[str, list[Number]] = {}
        for number in self.numbers:
            dimensions.setdefault(number.dimension, []).append(number)
        return dimensions

    @cached_property
    def rank(self) -> dict[str, int]:
        """The place of each field among the known ones."""
        return {field: place for place, field in enumerate(self.by_field)}

    @cached_property
    def derived(self) -> tuple[Number, ...]:
        """What follows from the known numbers; it counts only where the text names it."""
        return tuple(number_of(field, value) for field, value in derived_from(self.property, self.figures))

    def number(self, field: str) -> Number:
        """The known number of a field."""
        return self.by_field[field][0]

    @cached_property
    def circumstances(self) -> dict[str, bool | None]:
        """Yes-or-no facts by the names that the lexicon uses; None where it is not known."""
        p = self.property
        solar, pool = p.solar_panels, p.pool_type
        return {
            "private_pool": None if pool is None else pool in ("private", "both"),
            "community_pool": None if pool is None else pool in ("community", "both"),
            "any_pool": None if pool is None else pool != "none",
            "garage": _above_zero(p.garage_spaces),
            "carport": _above_zero(p.carport_spaces),
            "condominium_place": self._is_in("condo", "apartment"),
            "townhouse_place": self._is_in("townh", "town h", "row h"),
            "covered_parking": _either(_above_zero(p.garage_spaces), _above_zero(p.carport_spaces)),
            "solar": None if solar is None else solar != "none",
            "solar_owned": {"owned": True, "leased": False, "none": False}.get(solar or ""),
            "solar_leased": {"leased": True, "owned": False, "none": False}.get(solar or ""),
            "half_bath": None if p.bathrooms is None else p.bathrooms % 1 != 0,
            "hoa_fee": _above_zero(p.hoa_fee),
            "hoa": _either(_above_zero(p.hoa_fee), True if p.hoa_name else None),
            "irrigation": p.flood_irrigation_rights,
            "irrigation_district": True if p.irrigation_district else None,
            "flood_hazard": _in_flood_hazard(p.flood_zone),
            "no_flood_hazard": _denied(_in_flood_hazard(p.flood_zone)),
            "desert_landscaping": _above_zero(p.desert_landscaping_pct),
            # What is desert through and through leaves no room for grass; a part of it tells nothing.
            "lawn": False if p.desert_landscaping_pct == 100 else None,
            "new_construction": None if not p.year_built else p.year_built >= self.year - RECENT_YEARS,
            **_eras(p.year_built),
            **self._investment(),
        }

    @cached_property
    def phrases(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The facts' own words by field, "patio home" or "ceiling fans": a claim inside them is a fact."""
        words = {
            name: getattr(self.property, name) for name in ("property_type", "cooling_type", "roof_type")
        }
        words["address"] = self.property.address.city
        return tuple((field, _phrases_of(value)) for field, value in words.items() if value)

    @cached_property
    def year(self) -> int:
        """The year the facts speak of: that of their collection, else the current one."""
        return (self.property.collected_at or datetime.now(UTC)).year

    @property
    def recommendation(self) -> str:
        """What the figures allow: a recommendation, or "insufficient data" when nothing can be computed."""
        return self.figures.recommendation if self.figures else "insufficient data"

    def _values(self) -> Iterator[tuple[str, object]]:
        p = self.property
        yield from ((field, getattr(p, field)) for field in type(p).model_fields)
        if p.garage_spaces and p.carport_spaces:
            yield "covered_spaces", p.garage_spaces + p.carport_spaces
        if p.bathrooms:
            yield from (("full_bathrooms", int(p.bathrooms)), ("half_bathrooms", int(p.bathrooms % 1 == 0.5)))
        if (units := units_of(p.property_type)) is not None:
            yield "units", units
        if p.price_kind == "full_cash_value":
            yield "full_cash_value", p.price
        if p.price and p.square_feet and not self.figures:
            yield "price_per_square_foot", round(p.price / p.square_feet)
        for valuation in p.valuations:
            yield from valuation
            yield from _legal_class(valuation.legal_class)
        if self.figures:
            yield from self.figures
            yield from self.figures.assumptions

    def _investment(self) -> dict[str, bool | None]:
        flow = self.figures.cash_flow_monthly if self.figures else None
        rent, rate = self._against_the_mortgage()
        return {
            # "The rent carries the loan" is said of the whole rent and of what expenses leave of it.
            "rent_over_mortgage": None if rent is None or flow is None else rent > 0 or flow > 0,
            "rent_under_mortgage": None if rent is None or flow is None else rent < 0 or flow < 0,
            "cap_rate_over_mortgage": None if rate is None else rate > 0,
            "cap_rate_under_mortgage": None if rate is None else rate < 0,
            "positive_cash_flow": None if flow is None else flow > 0,
            "negative_cash_flow": None if flow is None else flow < 0,
            **sensitivity.circumstances(self.figures),
        }

    def _is_in(self, *kinds: str) -> bool | None:
        """Whether the home stands among homes of a kind, by its own kind or by the names of its place."""
        p = self.property
        told = " ".join(filter(None, (p.property_type, p.subdivision, p.neighborhood, p.hoa_name))).casefold()
        return any(kind in told for kind in kinds) if told else None

    def _against_the_mortgage(self) -> tuple[int, Decimal] | tuple[None, None]:
        """By how much the rent exceeds the payment, USD a month, and the cap rate the mortgage's, percent."""
        if self.figures is None:
            return None, None
        f = self.figures
        return f.rent_monthly - f.monthly_payment, f.cap_rate - f.assumptions.mortgage_rate_pct


def _legal_class(told: str | None) -> Iterator[tuple[str, float]]:
    if told and _CLASS.fullmatch(told):
        yield "legal_class", float(told)


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    return {row["field"]: (row["dimension"], row["period"]) for row in rows_of("grounding_fields.csv")}


def number_of(field: str, value: float) -> Number:
    """A number of a field that grounding_fields.csv lists."""
    return Number(field, value, *_kinds()[field])


def _figures(property: Property) -> Figures | None:
    try:
        return analyze(property)
    except ArithmeticError:
        # Absurd facts (a price of 1e30) overflow the arithmetic; what they are is another rule's business.
        return None


@lru_cache(maxsize=1024)
def _phrases_of(value: str) -> re.Pattern[str]:
    items = {item.strip() for item in re.split(r"[,;/]", value)}
    phrases = sorted({_any_number(item) for item in items if len(item) > _TELLING}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)})(?!\w)" if phrases else "(?!)", re.IGNORECASE)


_TELLING = 2


def _any_number(item: str) -> str:
    """The pattern of a noun in the singular or plural: Ceiling Fan(s) -> ceiling fans?"""
    return r"[\s-]+".join(map(re.escape, item.removesuffix("(s)").rstrip("s").split())) + "s?"


def _eras(built: int | None) -> dict[str, bool | None]:
    """Whether the house is of the eras that texts name, with the edges that usage gives them."""
    return {era: None if built is None else first <= built <= last for era, (first, last) in ERAS.items()}


ERAS = {
    "mid_century": (1940, 1972),
    "postwar": (1945, 1965),
    "prewar": (1850, 1942),
    "this_century": (2000, 2100),
    "turn_of_the_millennium": (1996, 2004),
    "last_century": (1900, 2000),
}


def _in_flood_hazard(zone: str | None) -> bool | None:
    return zone.strip().upper()[:1] in ("A", "V") if zone else None


def _denied(fact: bool | None) -> bool | None:
    return None if fact is None else not fact


def _above_zero(value: float | None) -> bool | None:
    return None if value is None else value > 0


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return one if other is None else other
