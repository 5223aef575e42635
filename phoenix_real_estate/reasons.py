"""Risks and opportunities: pure rules over the facts and the figures, the weightiest first.

A rule that names a fact which is not known does not apply, so every reason is tied to what is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from phoenix_real_estate.facts import facts_of, fill
from phoenix_real_estate.investment import Figures, fee_is_unknown, figures_of
from phoenix_real_estate.market import missing_for_rent
from phoenix_real_estate.models import Frozen, Property


class Reason(Frozen):
    """One risk or opportunity. `facts` names the facts and figures it rests on."""

    rule: str
    text: str
    facts: tuple[str, ...]


class Reasons(Frozen):
    """Up to three of each; two or more of each as soon as there are figures."""

    risks: tuple[Reason, ...]
    opportunities: tuple[Reason, ...]


def reasons(property: Property, figures: Figures | None) -> Reasons:
    """What speaks against and for holding this property as a rental."""
    words = facts_of(property) | (figures_of(figures) if figures else {})
    view = _View(property, figures)
    return Reasons(
        risks=tuple(_applying(_RISKS, view, words))[:_AT_MOST],
        opportunities=tuple(_applying(_OPPORTUNITIES, view, words))[:_AT_MOST],
    )


class _View(NamedTuple):
    property: Property
    figures: Figures | None

    def dscr_in(self, low: float, high: float) -> bool:
        dscr = self.figures.dscr if self.figures else None
        return dscr is not None and low <= dscr < high

    def of_comparables(self, low: float, high: float) -> bool:
        """Whether the price per square foot is within these shares of what comparable homes stand at."""
        if self.figures is None or self.figures.value_kind != "list":
            return False
        own, others = self.figures.price_per_square_foot, self.figures.comparable_price_per_square_foot
        return own is not None and others is not None and low <= own / others < high


class _Rule(NamedTuple):
    name: str
    text: str
    applies: Callable[[_View], bool] = lambda _: True
    also: tuple[str, ...] = ()
    """The facts that the condition reads and the text does not name."""


_AT_MOST = 3
# Nearer to the median than a tenth says nothing: condition and lot are not in it.
_CLEARLY_ABOVE, _CLEARLY_BELOW = 1.1, 0.9


def _applying(rules: tuple[_Rule, ...], view: _View, words: dict[str, str]) -> Iterator[Reason]:
    for rule in rules:
        named = tuple(dict.fromkeys((*re.findall(r"\{\{(\w+)\}\}", rule.text), *rule.also)))
        if all(name in words for name in named) and rule.applies(view):
            yield Reason(rule=rule.name, text=fill(rule.text, words), facts=named)


def _in_special_flood_hazard_area(view: _View) -> bool:
    # FEMA: every zone whose code starts with A or V, and no other.
    return (view.property.flood_zone or "")[:1].upper() in ("A", "V")


def _is_below_full_cash_value(view: _View) -> bool:
    p = view.property
    newest = next((v.full_cash_value for v in p.valuations if v.full_cash_value), 0)
    return p.price_kind == "list" and (p.price or 0) < newest


def _rent_is_unknown(view: _View) -> bool:
    return bool(missing_for_rent(view.property))


_RISKS = (
    _Rule(
        "negative_cash_flow",
        "Rent falls {{cash_shortfall_monthly}} a month short of costs and the mortgage payment.",
    ),
    _Rule(
        "thin_coverage",
        "Net operating income covers the mortgage only {{dscr}} times, which leaves little margin.",
        lambda view: view.dscr_in(1.0, 1.2),
    ),
    _Rule(
        "flood_zone",
        "The property lies in FEMA flood zone {{flood_zone}}, a special flood hazard area.",
        _in_special_flood_hazard_area,
    ),
    _Rule(
        "hoa_fee_unknown",
        "Association dues are not known and are not in these figures.",
        lambda view: fee_is_unknown(view.property),
    ),
    _Rule(
        "value_is_a_past_sale",
        "The figures rest on the last sale price of {{value}}, not on a current asking price.",
        lambda view: view.figures is not None and view.figures.value_kind == "sale",
        ("value_words",),
    ),
    _Rule(
        "value_is_an_assessment",
        "The figures rest on the county's full cash value of {{value}}, not on an asking price.",
        lambda view: view.figures is not None and view.figures.value_kind == "full_cash_value",
        ("value_words",),
    ),
    _Rule(
        "bedrooms_inferred",
        "The bedroom count is not known; {{rent_bedrooms}} were inferred from {{square_feet}} square feet.",
        lambda view: view.figures is not None and view.figures.bedrooms_inferred,
    ),
    _Rule(
        "hoa_share",
        "Association dues of {{hoa_fee}} a month take {{hoa_share_of_rent}} of the estimated rent.",
        lambda view: view.figures is not None and (view.figures.hoa_share_of_rent or 0) >= 10,
    ),
    _Rule(
        "above_comparables",
        "The list price is {{price_per_square_foot}} per square foot; the median of comparable homes is "
        "{{comparable_price_per_square_foot}}.",
        lambda view: view.of_comparables(_CLEARLY_ABOVE, float("inf")),
        ("value_words",),
    ),
    _Rule(
        "old_building",
        "Built in {{year_built}}: repairs may cost more than a flat maintenance allowance.",
        lambda view: (view.property.year_built or 0) < 1980,
    ),
    _Rule(
        "leased_solar",
        "The lease of the solar panels may bring a payment that is not in these figures.",
        lambda view: view.property.solar_panels == "leased",
        ("solar_panels",),
    ),
    _Rule("rent_range", "The rent is an estimate; it may lie as low as {{rent_low}} a month."),
    _Rule("vacancy", "Vacancy beyond the assumed {{vacancy_pct}} would lower the cash flow."),
    _Rule("price_unknown", "No price or valuation is on record.", lambda view: view.property.value is None),
    _Rule("rent_unknown", "No rent could be estimated from the records.", _rent_is_unknown),
    _Rule(
        "not_computed",
        "Rent, cash flow and cap rate could not be computed from the records.",
        lambda view: view.figures is None,
    ),
)

_OPPORTUNITIES = (
    _Rule(
        "positive_cash_flow",
        "Rent leaves an estimated {{cash_surplus_monthly}} a month after costs and the mortgage payment.",
    ),
    _Rule(
        "solid_coverage",
        "Net operating income covers the mortgage payment {{dscr}} times.",
        lambda view: view.dscr_in(1.2, float("inf")),
    ),
    _Rule(
        "below_full_cash_value",
        "The list price of {{price}} is below the {{full_cash_value_year}} full cash value of "
        "{{full_cash_value}}.",
        _is_below_full_cash_value,
        ("price_words",),
    ),
    _Rule(
        "below_comparables",
        "The list price is {{price_per_square_foot}} per square foot; the median of comparable homes is "
        "{{comparable_price_per_square_foot}}.",
        lambda view: view.of_comparables(0, _CLEARLY_BELOW),
        ("value_words",),
    ),
    _Rule(
        "no_association_dues",
        "There are no association dues to pay out of the rent.",
        lambda view: view.property.hoa_fee == 0,
        ("hoa_fee",),
    ),
    _Rule(
        "newer_building",
        "Built in {{year_built}}, the property is of newer construction.",
        lambda view: (view.property.year_built or 0) >= 2010,
    ),
    _Rule(
        "outside_flood_hazard",
        "FEMA flood zone {{flood_zone}} lies outside the special flood hazard area.",
        lambda view: (view.property.flood_zone or "").upper() in ("B", "C", "X"),
    ),
    _Rule(
        "private_pool",
        "The private pool can support the asking rent.",
        lambda view: view.property.pool_type in ("private", "both"),
        ("pool",),
    ),
    _Rule(
        "owned_solar",
        "Owned solar panels can lower the cost of electricity.",
        lambda view: view.property.solar_panels == "owned",
        ("solar_panels",),
    ),
    _Rule(
        "irrigation",
        "Flood irrigation rights come with the property.",
        lambda view: view.property.flood_irrigation_rights is True,
        ("flood_irrigation_rights",),
    ),
    _Rule("rent_range", "At the upper end of the estimate, the rent would be {{rent_high}} a month."),
    _Rule(
        "larger_down_payment",
        "A larger down payment would lower the mortgage payment of {{monthly_payment}} a month.",
        lambda view: view.figures is not None and view.figures.loan_amount > 0,
        ("down_payment_pct",),
    ),
    _Rule(
        "debt_free",
        "Without a loan, the net operating income of {{noi}} a year stays with the owner.",
        lambda view: view.figures is not None and view.figures.loan_amount == 0,
        ("loan_amount",),
    ),
    _Rule(
        "price_needed",
        "A price or valuation would make the analysis possible.",
        lambda view: view.property.value is None,
    ),
    _Rule("rent_needed", "A quoted rent would make the cash flow known.", _rent_is_unknown),
    _Rule(
        "can_be_completed",
        "The analysis can be completed once the missing facts are known.",
        lambda view: view.figures is None,
    ),
)
