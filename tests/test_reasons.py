from decimal import Decimal

import pytest

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.investment import Assumptions, analyze, figures_of
from phoenix_real_estate.models import Address, Property, Valuation
from phoenix_real_estate.reasons import Reasons, reasons


def house(**facts: object) -> Property:
    """A house in ZIP 85004, where HUD's rent for three bedrooms is 2,870 USD."""
    known = {"address": Address(zip="85004"), "bedrooms": 3, "price": 400_000, "price_kind": "list"}
    return Property.model_validate(known | facts)


def reasons_of(property: Property) -> Reasons:
    return reasons(property, analyze(property))


def risks_of(**facts: object) -> list[str]:
    return [risk.rule for risk in reasons_of(house(**facts)).risks]


def opportunities_of(**facts: object) -> list[str]:
    return [opportunity.rule for opportunity in reasons_of(house(**facts)).opportunities]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"price": 500_000}, "negative_cash_flow"),
        ({"price": 350_000}, "thin_coverage"),
        ({"flood_zone": "AE"}, "flood_zone"),
        ({"price_kind": "sale"}, "value_is_a_past_sale"),
        ({"price_kind": "full_cash_value"}, "value_is_an_assessment"),
        ({"bedrooms": None, "square_feet": 1400}, "bedrooms_inferred"),
        ({"hoa_fee": 300.0}, "hoa_share"),
        ({"hoa_name": "Maya HOA"}, "hoa_fee_unknown"),
        ({"property_type": "Condominium"}, "hoa_fee_unknown"),
        ({"year_built": 1958}, "old_building"),
        ({"price": 250_000, "solar_panels": "leased"}, "leased_solar"),
        ({"price": 250_000}, "vacancy"),
        ({"price": None}, "price_unknown"),
        ({"bedrooms": None}, "rent_unknown"),
        ({"price": 10}, "not_computed"),
    ],
)
def test_a_risk_is_named_where_its_facts_are(facts: dict[str, object], rule: str) -> None:
    assert rule in risks_of(**facts)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"price": 250_000}, "negative_cash_flow"),
        ({"price": 250_000}, "thin_coverage"),
        ({"price": 500_000}, "thin_coverage"),
        ({"flood_zone": "X"}, "flood_zone"),
        ({}, "value_is_a_past_sale"),
        ({}, "value_is_an_assessment"),
        ({"square_feet": 1400}, "bedrooms_inferred"),
        ({"hoa_fee": 100.0}, "hoa_share"),
        ({"property_type": "Condominium", "hoa_fee": 100.0}, "hoa_fee_unknown"),
        ({}, "hoa_fee_unknown"),
        ({"year_built": 1980}, "old_building"),
        ({"solar_panels": "owned"}, "leased_solar"),
    ],
)
def test_a_risk_is_not_named_where_its_facts_are_not(facts: dict[str, object], rule: str) -> None:
    assert rule not in risks_of(**facts)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"price": 250_000}, "positive_cash_flow"),
        ({"price": 250_000}, "solid_coverage"),
        ({"valuations": (Valuation(tax_year=2026, full_cash_value=410_000),)}, "below_full_cash_value"),
        ({"hoa_fee": 0}, "no_association_dues"),
        ({"year_built": 2010}, "newer_building"),
        ({"flood_zone": "X"}, "outside_flood_hazard"),
        ({"pool_type": "both"}, "private_pool"),
        ({"solar_panels": "owned"}, "owned_solar"),
        ({"flood_irrigation_rights": True}, "irrigation"),
        ({}, "rent_range"),
        ({}, "larger_down_payment"),
        ({"price": None}, "price_needed"),
        ({"bedrooms": None}, "rent_needed"),
        ({"price": 10}, "can_be_completed"),
    ],
)
def test_an_opportunity_is_named_where_its_facts_are(facts: dict[str, object], rule: str) -> None:
    assert rule in opportunities_of(**facts)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"price": 500_000}, "positive_cash_flow"),
        ({"price": 350_000}, "solid_coverage"),
        ({"valuations": (Valuation(tax_year=2026, full_cash_value=390_000),)}, "below_full_cash_value"),
        (
            {"price_kind": "sale", "valuations": (Valuation(tax_year=2026, full_cash_value=410_000),)},
            "below_full_cash_value",
        ),
        ({"hoa_fee": 50.0}, "no_association_dues"),
        ({"year_built": 2009}, "newer_building"),
        ({"flood_zone": "AE"}, "outside_flood_hazard"),
        ({"pool_type": "community"}, "private_pool"),
        ({"solar_panels": "leased"}, "owned_solar"),
        ({"flood_irrigation_rights": False}, "irrigation"),
    ],
)
def test_an_opportunity_is_not_named_where_its_facts_are_not(facts: dict[str, object], rule: str) -> None:
    assert rule not in opportunities_of(**facts)


def test_a_property_bought_without_a_loan_keeps_its_income() -> None:
    property = house()
    figures = analyze(property, Assumptions(down_payment_pct=Decimal(100)))
    assert "debt_free" in [o.rule for o in reasons(property, figures).opportunities]


def test_there_are_two_or_three_of_each_and_the_weightiest_come_first() -> None:
    many = reasons_of(house(price=500_000, year_built=1958, flood_zone="AE", hoa_name="Maya HOA"))
    assert [risk.rule for risk in many.risks] == ["negative_cash_flow", "flood_zone", "hoa_fee_unknown"]
    few = reasons_of(house())
    assert len(few.risks) == 3
    assert len(few.opportunities) == 2


def test_each_reason_names_the_known_facts_it_rests_on() -> None:
    property = house(price=500_000, bedrooms=None, square_feet=1400, pool_type="private", hoa_fee=0)
    figures = analyze(property)
    assert figures is not None
    tied = reasons(property, figures)
    inferred = next(risk for risk in tied.risks if risk.rule == "bedrooms_inferred")
    assert inferred.text == "The bedroom count is not known; 3 were inferred from 1,400 square feet."
    assert inferred.facts == ("rent_bedrooms", "square_feet")
    known = facts_of(property) | figures_of(figures)
    for reason in (*tied.risks, *tied.opportunities):
        assert reason.facts, reason.rule
        assert set(reason.facts) <= set(known)
