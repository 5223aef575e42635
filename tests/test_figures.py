from decimal import Decimal

from phoenix_real_estate.figures import Figures, figures_of
from phoenix_real_estate.investment import Assumptions, analyze
from phoenix_real_estate.models import Address, Property


def house(**facts: object) -> Property:
    """A house in ZIP 85004, where HUD's rent for three bedrooms is 2,870 USD."""
    known = {"address": Address(zip="85004"), "bedrooms": 3, "price": 400_000, "price_kind": "list"}
    return Property.model_validate(known | facts)


def analyzed(property: Property, assumptions: Assumptions | None = None) -> Figures:
    figures = analyze(property, assumptions or Assumptions())
    assert figures is not None
    return figures


def test_figures_come_as_words_with_their_dollar_and_percent_signs() -> None:
    words = figures_of(analyzed(house(square_feet=1850, hoa_fee=100.0)))
    expected = {
        "value_words": "list price",
        "value": "$400,000",
        "rent_monthly": "$2,870",
        "noi": "$22,146",
        "cap_rate": "5.5%",
        "gross_yield": "8.6%",
        "grm": "11.6",
        "dscr": "0.91",
        "cash_flow_monthly": "-$178",
        "cash_shortfall_monthly": "$178",
        "cash_on_cash": "-2.7%",
        "price_per_square_foot": "$216",
        "hoa_share_of_rent": "3.5%",
        "rent_year": "2026",
        "rent_percentile": "40th",
        "rent_bedrooms": "3",
        "recommendation": "hold",
        "down_payment_pct": "20%",
        "mortgage_rate_pct": "6.5%",
        "mortgage_years": "30",
        "tax_pct_of_value": "0.6%",
    }
    assert {name: words.get(name) for name in expected} == expected
    assert "cash_surplus_monthly" not in words


def test_a_surplus_has_another_name_than_a_shortfall() -> None:
    words = figures_of(analyzed(house(price=250_000)))
    assert words["cash_surplus_monthly"] == words["cash_flow_monthly"]
    assert "cash_shortfall_monthly" not in words


def test_a_figure_that_is_not_there_has_no_words() -> None:
    words = figures_of(analyzed(house(), Assumptions(down_payment_pct=Decimal(100))))
    assert not {"dscr", "price_per_square_foot", "hoa_share_of_rent"} & set(words)


def test_zillows_rent_of_the_zip_has_words_where_it_is_known() -> None:
    figures = analyzed(house())
    assert not {"zip_asking_rent", "zip_asking_month"} & set(figures_of(figures))
    beside = figures.model_copy(update={"zip_asking_rent": 1_869, "zip_asking_month": "2023-10"})
    words = figures_of(beside)
    assert (words["zip_asking_rent"], words["zip_asking_month"]) == ("$1,869", "2023-10")
