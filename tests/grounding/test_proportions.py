"""How two figures of a text compare: a percent of what is named, times, cents, points, years."""

from __future__ import annotations

import pytest

from tests.grounding.narrated import BEHIND, EARNING, E, L, found, percent

EATEN = percent(L.operating_expenses, L.gross_scheduled_income)
OF_RENT = percent(L.monthly_payment, L.rent_monthly)


@pytest.mark.parametrize(
    "text",
    [
        f"Operating expenses eat {EATEN}% of the gross rent.",
        f"Expenses of ${L.operating_expenses:,} are 49 percent of effective gross income.",
        f"The dues make up {percent(L.hoa_annual, L.operating_expenses)}% of all expenses.",
        f"Dues are $325 a month. They account for {percent(L.hoa_annual, L.operating_expenses)}% of "
        f"expenses.",
        f"The mortgage is {OF_RENT}% of the rent.",
        f"Rent is $1,700 and the mortgage $2,018; the one is {percent(1700, 2018)}% of the other.",
        "The yearly loss of $14,373 equals about 18 percent of the down payment.",
        f"Management is {percent(L.management, L.operating_expenses)}% of expenses.",
        f"About {EATEN}% of the rent goes to expenses.",
        f"The payment is {percent(BEHIND, L.rent_monthly)}% above the rent.",
        f"Rent comes in {percent(BEHIND, L.monthly_payment)}% below the payment.",
        "It earns $9,843 net and owes $24,216 of debt service, so the income is 59% short.",
        f"A month's vacancy equals about {percent(1700, L.noi)}% of annual NOI.",
        f"NOI of $9,843 falls {percent(L.annual_debt_service - L.noi, L.annual_debt_service)}% below the "
        f"payments.",
        "HOA dues equal 19% of rent and 41% of operating expenses.",
        "NOI is less than half of debt service: 41%.",
        "Expenses absorb nearly half of the gross rent, 47% to be exact.",
        "Of the $19,380 collected, 49% goes to expenses.",
        "About three-fifths of the debt service would come out of the owner's pocket.",
    ],
)
def test_a_percent_is_of_the_figure_named_behind_it(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Operating expenses eat {EATEN + 8}% of the gross rent.",
        f"Rent $1,700, payment $2,018, and dues that take {OF_RENT}% of rent.",
        f"The dues make up {percent(L.insurance, L.operating_expenses)}% of all expenses, more than "
        f"insurance.",
        f"The mortgage is {percent(1700, 2018)}% of the rent.",
        f"The rent is {OF_RENT}% of the payment.",
        "The yearly loss of $14,373 equals about 25 percent of the down payment.",
        "Rent comes in 36% below the payment.",
        "The income of $9,843 net is 39% short of the debt service.",
        "A cap rate of 5.1% on the $399,000 price, with $20,400 of rent.",
        "Rent of $20,400 is a 5.1% cap rate on the price.",
        "A 25 percent deposit beside a loan of $319,200.",
        "Management is 41% of expenses.",
        "A month's vacancy equals about 30% of annual NOI.",
        "The rent is 43% of the weather.",
        "NOI is less than half of debt service: 34%.",
        "Of the $19,380 collected, 39% goes to expenses.",
        "HOA dues equal 19% of rent and 31% of operating expenses.",
        f"Loan-to-value is {OF_RENT}% of the rent.",
        "NOI of $9,843 stands 37% above debt service payments.",
        "They are 43% of the price.",
    ],
)
def test_of_another_figure_or_by_another_one_it_is_found(text: str) -> None:
    assert found(text) != []


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("The payment is about 1.2 times the rent.", True),
        (f"Debt service of ${L.annual_debt_service:,} is over twice NOI, 2.5 times that.", True),
        ("The price is roughly 40 times the annual NOI.", True),
        (f"The price is {399_000 / 1700:.0f} times the monthly rent.", True),
        ("Cash needed is $79,800, about four years of rent.", True),
        ("Cash needed is $79,800, about six years of rent.", False),
        ("The rent is about 1.2 times the payment.", False),
        ("The payment is about 2.2 times the rent.", False),
        ("The price is roughly 55 times the annual NOI.", False),
        ("Forty-one cents of NOI stand behind each dollar of debt service.", True),
        ("For every dollar of debt service there are 41 cents of NOI.", True),
        (f"Expenses run {EATEN} cents on the gross dollar.", True),
        ("The property earns 41 cents for the dollar that NOI leaves to debt service.", True),
        ("Sixty-one cents of NOI stand behind each dollar of debt service.", False),
        (f"Expenses run {EATEN + 9} cents on the gross dollar.", False),
        ("Every $1 of debt service is met by $0.41 of NOI.", True),
        ("Every $1 of debt service is met by $0.61 of NOI.", False),
    ],
)
def test_times_and_cents_are_of_the_figure_named_behind_them(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("The 2.5% cap rate is 4 percentage points below the 6.5% mortgage rate.", True),
        ("At 2.5%, the cap rate trails the 6.5% cost of debt by 4.0 points.", True),
        ("Gross yield and cap rate lie 2.6 percentage points apart.", True),
        ("The 2.5% cap rate is 4 percentage points above the 6.5% mortgage rate.", False),
        ("The 2.5% cap rate is 3 percentage points below the 6.5% mortgage rate.", False),
        ("The 2.5% cap rate is 8 percentage points below the 6.5% mortgage rate.", False),
    ],
)
def test_points_are_the_difference_of_two_rates(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("At that pace the $32,000 down comes back in about three years.", True),
        ("At that pace the $32,000 down comes back in about five years.", False),
        ("The price equals about 70 months of rent.", True),
        ("Seventy months of rent equal the price.", True),
        ("The price equals about 91 months of rent.", False),
        ("The $160,000 price is under a tenth of a century of gross rent.", False),
        (f"Forty years' wait, or {round(160_000 / E.noi)} years of NOI, equal the price.", False),
        ("A vacancy longer than 18 days a year exceeds the 5% allowance.", True),
        ("A vacancy longer than 28 days a year exceeds the 5% allowance.", False),
        ("The home stands ten minutes from the park.", False),
    ],
)
def test_years_and_months_are_reckoned_from_the_figures(text: str, is_true: bool) -> None:
    assert (found(text, EARNING) == []) is is_true


def test_a_loss_pays_nothing_back() -> None:
    assert found("The $79,800 down comes back in about six years.") != []


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("The mortgage takes over two grand a month.", True),
        ("The mortgage takes over three grand a month.", False),
        ("A grand entrance and one grand room.", True),
        ("The loss is about two and a half percent of the loan, or half of one percent of nothing.", False),
        ("Insurance is nearly half a percent of the price.", False),
        ("Insurance is two-fifths of one percent of the price.", True),
        ("Insurance is three-fifths of one percent of the price.", False),
    ],
)
def test_grands_and_fractions_of_a_percent_are_read(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("A yield of 2.5% after costs.", True),
        ("A yield of 5.1% after costs.", False),
        ("A net yield of 2.5%.", True),
        ("A net yield of 5.1%.", False),
        ("The yield is 5.1%.", True),
        ("Dues, insurance and tax take much of the $19,380 collected.", True),
        ("Dues, insurance and tax take much of the $18,380 collected.", False),
        ("You'd write a check for a little over $14,300 every year to keep it.", True),
        ("Equity of $79,800 would be eaten at roughly 18% a year.", True),
    ],
)
def test_returns_and_losses_go_by_other_names(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true
