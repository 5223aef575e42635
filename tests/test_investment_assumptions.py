"""What an analysis assumes, and who sets it."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.investment import (
    Assumptions,
    Figures,
    analyze,
    assumptions_in_force,
    mortgage_payment,
)
from phoenix_real_estate.models import Property
from phoenix_real_estate.settings import Settings, using
from tests.investments import analyzed, house


def test_an_assumption_out_of_its_range_is_refused() -> None:
    with pytest.raises(ValidationError, match="vacancy_pct"):
        Assumptions(vacancy_pct=Decimal(101))


@pytest.mark.parametrize("years", [0, 51])
def test_a_mortgage_runs_one_to_fifty_years(years: int) -> None:
    with pytest.raises(ValidationError, match="mortgage_years"):
        Assumptions(mortgage_years=years)


def test_the_environment_sets_what_is_assumed_and_the_result_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MORTGAGE_RATE_PCT", "7.25")
    monkeypatch.setenv("MORTGAGE_YEARS", "15")
    figures = analyzed_as_set(house())
    assert figures.assumptions == Assumptions(mortgage_rate_pct=Decimal("7.25"), mortgage_years=15)
    assert figures.monthly_payment == round(mortgage_payment(320_000, Decimal("7.25"), 15))


def test_assumptions_that_are_passed_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VACANCY_PCT", "50")
    assert analyzed(house(), Assumptions(vacancy_pct=Decimal(10))).vacancy_loss == 3_444


def test_the_settings_in_force_set_what_is_assumed() -> None:
    with using(Settings(vacancy_pct=Decimal(10), openai_api_key="sk-secret")):
        assert assumptions_in_force() == Assumptions(vacancy_pct=Decimal(10))
        figures = analyzed_as_set(house())
    assert figures.vacancy_loss == 3_444
    assert "sk-secret" not in figures.model_dump_json() + repr(figures)


def test_an_assumption_of_the_environment_out_of_its_range_names_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOWN_PAYMENT_PCT", "120")
    with pytest.raises(ConfigurationError, match=r"DOWN_PAYMENT_PCT: .*less than or equal to 100"):
        analyze(house())


def analyzed_as_set(property: Property) -> Figures:
    figures = analyze(property)
    assert figures is not None
    return figures
