"""The sums that an analyst does with amounts: true where the arithmetic is, found where it is not."""

from __future__ import annotations

import pytest

from tests.grounding.narrated import AHEAD, BEHIND, EARNING, LOSING, E, L, found

MONTHLY = round(L.operating_expenses / 12)


@pytest.mark.parametrize(
    "text",
    [
        f"Operating costs average ${MONTHLY}, and the rent is $1,700 a month.",
        "Expenses run about $790 a month on average.",
        f"Each month brings $1,700 of rent and takes ${MONTHLY} in expenses.",
        f"The rent is not enough to pay for ${MONTHLY} of average monthly expenses.",
        "Rent beats the costs, at more than $750 a month.",
        f"Insurance is ${round(L.insurance / 12)} monthly and maintenance ${round(L.maintenance / 12)}.",
        f"Payments total ${L.annual_debt_service:,} over the year.",
        f"NOI is $9,843 a year. Loan payments come to ${L.annual_debt_service:,}.",
        f"The dues alone come to ${L.hoa_annual:,} over twelve months.",
        "A month's vacancy would cost $1,700, most of what the owner collects.",
    ],
)
def test_an_amount_may_be_told_by_the_month_or_the_year(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Operating costs average ${MONTHLY + 40}, and the rent is $1,700 a month.",
        f"Expenses are ${MONTHLY} a year, against $1,700 of monthly rent.",
        f"Costs are about ${MONTHLY} a year and the rent $1,700 a month.",
        f"Payments total ${L.annual_debt_service:,} a month.",
        f"Insurance of ${round(L.insurance / 12)} a year.",
        f"A down payment of ${L.annual_debt_service:,} equals a year of payments.",
        "Vacancy of $1,700 a month is allowed for.",
        f"HOA dues of ${L.property_tax} a year and taxes of ${L.hoa_annual:,}.",
        f"After a $2,018 payment and expenses ${L.operating_expenses:,} a year would be left.",
        f"A cash flow of ${-L.cash_flow_annual:,}, told for the month.",
    ],
)
def test_by_the_wrong_period_or_of_another_figure_it_is_found(text: str) -> None:
    assert found(text) != []


@pytest.mark.parametrize(
    "text",
    [
        f"The mortgage of $2,018 exceeds the $1,700 rent by ${BEHIND}.",
        f"The payment is ${BEHIND} more than the rent.",
        f"Rent falls ${BEHIND} short of the mortgage payment.",
        f"You would be ${BEHIND} behind each month just paying the mortgage.",
        f"At $1,700, the rent trails the $2,018 payment by ${BEHIND} a month.",
        f"The owner tops up ${BEHIND} a month before any other cost, since the mortgage takes $2,018.",
        f"The rent is ${BEHIND} under the loan payment.",
        f"Mortgage would be $2,018, so you're ${BEHIND} under water on that alone, more once everything's "
        f"in.",
        f"That's a ${BEHIND} gap between the rent and the mortgage, before expenses.",
        f"Rent is $1,700. The mortgage is $2,018. The difference is ${BEHIND}.",
        f"Between the rent and the payment lie ${BEHIND} a month.",
        f"NOI falls ${L.annual_debt_service - L.noi:,} short of debt service.",
        f"Operating expenses of ${L.operating_expenses:,} are close to $300 below NOI.",
        "The upper rent estimate of $1,870 is $170 above the midpoint.",
        "At the low end the rent is $170 less than the estimate.",
        "Rent estimates span about $340 from low to high.",
        "It costs $2,018 to carry and rents for $1,700, $318 less.",
        "The bank wants $2,018 and the tenant pays $1,700, so $318 has to come from savings.",
        "The estimated range of $1,530 to $1,870 is $340 wide.",
        "A little over $300 a month separates the rent and the mortgage.",
        "After vacancy, the collected $1,615 a month misses the payment by $403.",
    ],
)
def test_a_difference_is_true_on_its_side(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Rent beats the mortgage by ${AHEAD:,} a month.",
        f"The rent of $2,270 clears the $809 payment with ${AHEAD:,} to spare.",
        f"Monthly rent of $2,270 would leave ${AHEAD:,} after the mortgage.",
        f"After the mortgage, ${AHEAD:,} of rent is left for costs.",
        f"The home would bring in $2,270. The mortgage alone is $809. That leaves ${AHEAD:,} for taxes "
        f"and upkeep.",
        f"NOI exceeds debt service by ${E.noi - E.annual_debt_service:,}.",
        f"After the mortgage and the expenses, rent keeps "
        f"${round(2270 - 809 - E.operating_expenses / 12):,} a month.",
        "Even at the low rent of $2,043 the mortgage would be covered with $1,234 to spare.",
    ],
)
def test_what_is_left_is_told_as_left(text: str) -> None:
    assert found(text, EARNING) == []


@pytest.mark.parametrize(
    "text",
    [
        "The mortgage of $2,018 exceeds the $1,700 rent by $813.",
        f"The payment is ${BEHIND} less than the rent.",
        f"Rent exceeds the mortgage payment by ${BEHIND}.",
        f"The rent of $1,700 clears the $2,018 payment with ${BEHIND} to spare.",
        f"Monthly rent of $1,700 would leave ${BEHIND} after the mortgage.",
        f"You would be ${BEHIND} ahead each month after paying the mortgage.",
        f"You would be ${BEHIND} behind each month after the mortgage and all other costs.",
        f"After expenses and the mortgage the owner is ${BEHIND} short each month.",
        f"The owner pockets ${BEHIND} a month once the mortgage is paid from rent.",
        f"Cash flow is ${BEHIND} a month with a rent of $1,700 and a mortgage of $2,018.",
        f"NOI of ${BEHIND} is what remains of the $1,700 rent after the $2,018 mortgage.",
        f"Profit of ${BEHIND} a month after paying the mortgage from the rent.",
        "The upper rent estimate of $1,870 is $170 below the midpoint.",
        "The upper rent estimate of $1,870 is $270 above the midpoint.",
        "The rent of $1,700 is $318 less than the $1,382 mortgage, or so it seems at a $2,018 price.",
        "The estimated range of $1,530 to $1,870 is $540 wide.",
        "NOI of $24,216 does not cover debt service of $9,843.",
        "With the assumed 80% loan, the annual loss would be close to $255,000.",
    ],
)
def test_a_difference_of_another_size_or_side_is_found(text: str) -> None:
    assert found(text) != []


@pytest.mark.parametrize(
    "text",
    [
        f"Rent trails the mortgage by ${AHEAD:,} a month.",
        f"Rent falls ${AHEAD:,} short of the payment.",
        f"The mortgage exceeds the rent by ${AHEAD:,}.",
        f"A deficit of ${AHEAD:,} a month between rent and mortgage.",
        f"After the mortgage and expenses, ${AHEAD:,} of rent is left.",
        f"After all costs, ${AHEAD:,} of the rent is left over the mortgage.",
        f"Cash flow of ${AHEAD:,} a month is what the rent leaves after the mortgage.",
        f"After the mortgage and the expenses, rent keeps ${AHEAD:,} a month.",
        f"Even at the low rent of $2,043 the mortgage would be covered with ${AHEAD:,} to spare.",
    ],
)
def test_a_gain_is_no_loss_and_not_that_of_fewer_costs(text: str) -> None:
    assert found(text, EARNING) != []


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        (f"Taxes and insurance together cost ${L.property_tax + L.insurance:,} a year.", True),
        (f"Dues plus taxes add up to ${L.hoa_annual + L.property_tax:,} a year.", True),
        (f"Tax, insurance and dues of ${L.property_tax + L.insurance + L.hoa_annual:,} a year.", True),
        (f"Dues, insurance, upkeep and management (some ${MONTHLY} a month in all, taxes included).", True),
        (
            f"Maintenance and management together run ${round((L.maintenance + L.management) / 12)} a month.",
            True,
        ),
        ("Between the mortgage ($2,018) and the HOA ($325), $2,343 goes out each month.", True),
        (
            f"Tax, insurance, dues, upkeep and management add up, with ${L.operating_expenses:,} a year "
            f"to pay.",
            True,
        ),
        (f"Taxes and insurance together cost ${L.property_tax + L.insurance + 300:,} a year.", False),
        (f"Tax of ${L.property_tax + L.insurance:,} a year is heavy, and so is insurance.", False),
        (f"Dues plus taxes add up to ${L.hoa_annual + L.insurance:,} a year.", False),
        (f"Tax, insurance and dues of ${L.property_tax + L.hoa_annual:,} a year.", False),
    ],
)
def test_costs_are_added_that_the_text_names(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("That is $850 per bedroom in rent.", True),
        ("Two bedrooms for one rent of about $850 per bedroom.", True),
        ("That is $750 per bedroom in rent.", False),
        ("Two months of vacancy would cost $3,400 in rent.", True),
        ("Six months of payments would take $12,108.", True),
        ("In five years the shortfall would total about $72,000.", True),
        ("Two months of vacancy would cost $3,900 in rent.", False),
        ("In five years the shortfall would total about $50,000.", False),
        ("The payment is more than the rent: $2,018 against $1,700.", True),
        ("Rent won't cover the mortgage ($1,700 in, $2,018 out).", True),
        ("The payment is more than the rent: $2,218 against $1,700.", False),
        ("At 20% of the price of $399,000, the buyer brings $79,800.", True),
    ],
)
def test_rooms_months_and_pairs_are_reckoned_with(text: str, is_true: bool) -> None:
    assert (found(text) == []) is is_true


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("Each $10,000 off the price lowers the loan by $8,000.", True),
        ("Every $5,000 cut from the price saves $1,000 of down payment.", True),
        ("Every extra $100 of rent adds $1,200 a year.", True),
        ("Each $10,000 off the price lowers the payment by about $51.", True),
        ("Each $10,000 off the price lowers the loan by $9,000.", False),
        ("Every extra $100 of rent adds $1,500 a year.", False),
        ("The home needs $10,000 off the price.", False),
        ("A repair bill of $11,000 would wipe out the year's profit.", True),
        ("A repair bill of $900 would wipe out a month's profit.", True),
        ("A repair bill of $400 would wipe out the year's profit.", False),
        ("One vacant month ($11,000) would wipe out the year's profit.", False),
    ],
)
def test_what_a_text_supposes_is_held_to_what_follows(text: str, is_true: bool) -> None:
    assert (found(text, EARNING) == []) is is_true


def test_nothing_follows_where_nothing_can_be_computed() -> None:
    unpriced = LOSING.model_copy(update={"price": None, "valuations": ()})
    for text in (
        f"The mortgage exceeds the rent by ${BEHIND}.",
        "Each $10,000 off the price lowers the loan by $8,000.",
        "A repair bill of $900 would wipe out a month's profit.",
        "Vacancy of 18 days a year.",
    ):
        assert found(text, unpriced) != []
