"""What a reader works out from the facts alone: shares, differences, ratios. True where the arithmetic is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from phoenix_real_estate.grounding import sensitivity
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.investment import THRESHOLDS, Figures
from phoenix_real_estate.models import Property


def derived_from(p: Property, figures: Figures | None) -> Iterator[tuple[str, float]]:
    """Every derived number by the name that grounding_fields.csv gives it; percent is 0 to 100."""
    yield from _of_areas(p)
    yield from _of_money(p)
    yield from _of_values(p)
    yield from _of_units(p)
    for threshold in THRESHOLDS:
        yield from (("asked_cap_rate", float(threshold.cap_rate)), ("asked_dscr", float(threshold.dscr)))
    if figures is not None:
        yield from _of_figures(figures)


def _of_areas(p: Property) -> Iterator[tuple[str, float]]:
    if p.lot_size and p.square_feet:
        yield "lot_per_home", p.lot_size / p.square_feet
    if p.square_feet and p.bedrooms:
        yield "area_per_bedroom", p.square_feet / p.bedrooms
    if p.desert_landscaping_pct is not None:
        yield "other_landscaping_pct", 100 - p.desert_landscaping_pct


def _of_money(p: Property) -> Iterator[tuple[str, float]]:
    if p.value and p.square_feet:
        yield "price_per_square_foot", p.value / p.square_feet
    if p.value and p.bedrooms:
        yield "price_per_bedroom", p.value / p.bedrooms
    if p.hoa_fee and p.value:
        yield "dues_share_of_value", 1200 * p.hoa_fee / p.value
    if p.annual_tax and p.value:
        yield "tax_share_of_value", 100 * p.annual_tax / p.value


def _of_units(p: Property) -> Iterator[tuple[str, float]]:
    """What each home of a building of several has on average."""
    if units := units_of(p.property_type):
        for field in ("price", "square_feet", "bedrooms", "bathrooms", "garage_spaces", "carport_spaces"):
            if value := getattr(p, field):
                yield f"{field}_per_unit", value / units


def units_of(property_type: str | None) -> int | None:
    """How many homes a kind of building holds by its name; None where the name does not tell."""
    said = (property_type or "").casefold()
    return next((units for word, units in _PLEXES.items() if word in said), None)


_PLEXES = {"duplex": 2, "triplex": 3, "fourplex": 4, "four-plex": 4, "quadplex": 4, "quadruplex": 4}


@cache
def derived_fields() -> frozenset[str]:
    """The names of all derived numbers."""
    rows = rows_of("grounding_fields.csv")
    return frozenset(row["field"] for row in rows if row["derived"])


def _of_values(p: Property) -> Iterator[tuple[str, float]]:
    for valuation in p.valuations:
        full, limited = valuation.full_cash_value, valuation.limited_property_value
        if full and limited:
            yield "limited_share_of_full", 100 * limited / full
            yield "full_above_limited", full - limited
        if full and p.price and p.price != full:
            yield "price_against_full", abs(p.price - full)
            yield "price_against_full_pct", 100 * abs(p.price - full) / full
            yield "full_share_of_price", 100 * full / p.price


def _of_figures(f: Figures) -> Iterator[tuple[str, float]]:
    yield "noi_share_of_debt_service", _share(f.noi, f.annual_debt_service)
    # As a reader works it out of the coverage that is told, which is cut off and not rounded.
    yield "noi_share_of_debt_service", 100 * float(f.dscr or 0)
    yield "noi_margin_over_debt_service", abs(_share(f.noi, f.annual_debt_service) - 100)
    yield "loan_to_value", float(100 - f.assumptions.down_payment_pct)
    yield "flow_share_of_rent", _share(abs(f.cash_flow_monthly), f.rent_monthly)
    yield from sensitivity.derived_from(f)


def _share(part: float, whole: float) -> float:
    """Percent of a whole; 0 of nothing, as where a loan of 0 asks for no payment."""
    return 100 * part / whole if whole else 0.0
