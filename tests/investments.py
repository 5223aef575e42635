"""A house in a ZIP with a published rent, and its figures."""

from decimal import Decimal

from hypothesis import strategies as st

from phoenix_real_estate.investment import Assumptions, Figures, analyze
from phoenix_real_estate.models import Address, Property

PERCENT = st.decimals(0, 100, places=2)

NOTHING_ASSUMED = Assumptions(
    vacancy_pct=Decimal(0),
    maintenance_pct=Decimal(0),
    management_pct=Decimal(0),
    insurance_pct=Decimal(0),
    tax_pct_of_value=Decimal(0),
)


def house(**facts: object) -> Property:
    """A house in ZIP 85004, where HUD's rent for three bedrooms is 2,870 USD."""
    known = {"address": Address(zip="85004"), "bedrooms": 3, "price": 400_000, "price_kind": "list"}
    return Property.model_validate(known | facts)


def analyzed(property: Property, assumptions: Assumptions | None = None) -> Figures:
    figures = analyze(property, assumptions or Assumptions())
    assert figures is not None
    return figures
