"""Whether the income carries the debt, as texts say it."""

from __future__ import annotations

import pytest

from phoenix_real_estate.grounding.known import Known
from tests.grounding.test_sensitivity import HOME, told

GOOD = HOME.model_copy(update={"price": 189_000})
SHORT, SURPLUS = Known(HOME).figures, Known(GOOD).figures
assert SHORT is not None
assert SURPLUS is not None


def test_the_samples_differ() -> None:
    assert SHORT is not None
    assert SURPLUS is not None
    assert (SHORT.cash_flow_annual < 0, SURPLUS.cash_flow_annual > 0) == (True, True)


ABOVE = (
    f"NOI exceeds debt service by ${abs(SHORT.cash_flow_annual)}.",
    "NOI covers debt service.",
    "Net operating income comfortably exceeds the annual debt service.",
    "Net income is higher than the mortgage payments.",
)
BELOW = (
    "NOI falls short of debt service.",
    "Net operating income is less than the annual debt service.",
    "NOI does not cover debt service.",
)


@pytest.mark.parametrize("text", ABOVE)
def test_an_income_above_the_debt_is_one_where_cash_flows(text: str) -> None:
    assert told(text, HOME) != []
    assert told(text.split(" by ")[0].rstrip(".") + ".", GOOD) == []


@pytest.mark.parametrize("text", BELOW)
def test_an_income_below_the_debt_is_one_where_cash_is_lost(text: str) -> None:
    assert told(text, HOME) == []
    assert told(text, GOOD) != []


@pytest.mark.parametrize(
    "text", ["NOI covers about 98% of debt service.", "NOI covers most of the debt service."]
)
def test_a_part_of_the_debt_may_be_covered(text: str) -> None:
    assert "NOI covers" not in "".join(span or "" for span in told(text, HOME))
