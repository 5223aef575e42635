from __future__ import annotations

from typing import Any

import pytest

from phoenix_real_estate.llm.routing import (
    Candidate,
    all_candidates,
    complexity,
    provider_of,
    route,
    tier_of,
)
from phoenix_real_estate.models import Conflict, Property, Valuation
from phoenix_real_estate.settings import Settings

PLAIN = Property(property_type="Single Family Residence", bedrooms=3, square_feet=1600, year_built=1988)
MODERATE = PLAIN.model_copy(update={"pool_type": "private", "hoa_fee": 45.0})
COMPLEX = MODERATE.model_copy(update={"solar_panels": "leased", "flood_irrigation_rights": True})


def _settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


def _names(property: Property, settings: Settings) -> list[str]:
    return [str(c) for c in route(property, settings, all_candidates(settings)).candidates]


@pytest.mark.parametrize(
    ("property", "price", "tier"),
    [
        (COMPLEX, 199_999, "low"),
        (COMPLEX, 200_000, "mid"),
        (COMPLEX, 499_999, "mid"),
        (COMPLEX, 500_000, "high"),
        (COMPLEX, None, "high"),
        (MODERATE, 2_000_000, "mid"),
        (MODERATE, 150_000, "low"),
        (PLAIN, 2_000_000, "low"),
        (PLAIN, None, "low"),
    ],
)
def test_value_and_complexity_choose_the_tier(property: Property, price: int | None, tier: str) -> None:
    assert tier_of(property.model_copy(update={"price": price}))[0] == tier


def test_without_a_price_the_newest_full_cash_value_counts() -> None:
    valued = COMPLEX.model_copy(update={"valuations": (Valuation(tax_year=2026, full_cash_value=150_000),)})

    assert tier_of(valued) == (
        "low",
        "low tier: value $150,000, complex (pool, irrigation rights, solar panels, association fee)",
    )


def test_the_choice_is_explained_even_when_little_is_known() -> None:
    assert tier_of(PLAIN)[1] == "low tier: unknown value, simple"


@pytest.mark.parametrize(
    ("trait", "facts"),
    [
        ("pool", {"pool_type": "community"}),
        ("irrigation rights", {"flood_irrigation_rights": True}),
        ("solar panels", {"solar_panels": "owned"}),
        ("association fee", {"hoa_fee": 20.0}),
        ("flood hazard area", {"flood_zone": "ae"}),
        ("an acre or more", {"lot_size": 43_560}),
        ("built before 1960", {"year_built": 1959}),
        ("not a single-family home", {"property_type": "Townhouse"}),
        ("long remarks", {"remarks": "word " * 61}),
        (
            "conflicting sources",
            {"conflicts": (Conflict(field="a", kept=1, kept_source="x", other=2, other_source="y"),)},
        ),
    ],
)
def test_a_trait_makes_a_property_less_simple(trait: str, facts: dict[str, Any]) -> None:
    assert complexity(PLAIN) == ("simple", ())
    assert complexity(PLAIN.model_copy(update=facts)) == ("simple", (trait,))


@pytest.mark.parametrize(
    "facts",
    [
        {"pool_type": "none"},
        {"flood_irrigation_rights": False},
        {"solar_panels": "none"},
        {"hoa_fee": 0.0},
        {"flood_zone": "X"},
        {"lot_size": 43_559},
        {"year_built": 1960},
        {"year_built": None},
        {"property_type": None},
        {"remarks": "word " * 60},
    ],
)
def test_what_is_absent_or_ordinary_is_no_trait(facts: dict[str, Any]) -> None:
    assert complexity(PLAIN.model_copy(update=facts)) == ("simple", ())


def test_two_traits_are_moderate_and_four_complex() -> None:
    three = COMPLEX.model_copy(update={"solar_panels": None})

    assert complexity(MODERATE)[0] == "moderate"
    assert complexity(three)[0] == "moderate"
    assert complexity(COMPLEX)[0] == "complex"


@pytest.mark.parametrize(
    ("model", "provider", "name"),
    [
        ("gpt-4o-mini", "openai", "gpt-4o-mini"),
        ("chatgpt-4o-latest", "openai", "chatgpt-4o-latest"),
        ("o3-mini", "openai", "o3-mini"),
        ("claude-haiku-4-5", "anthropic", "claude-haiku-4-5"),
        ("llama3.2:latest", "ollama", "llama3.2:latest"),
        ("olmo2", "ollama", "olmo2"),
        ("gpt-oss:20b", "ollama", "gpt-oss:20b"),
        ("ollama/gpt-oss:20b", "ollama", "gpt-oss:20b"),
        ("openai/my-tuned", "openai", "my-tuned"),
        ("anthropic/next", "anthropic", "next"),
        ("hf.co/owner/model", "ollama", "hf.co/owner/model"),
    ],
)
def test_a_model_name_tells_its_provider(model: str, provider: str, name: str) -> None:
    assert provider_of(model) == (provider, name)


def test_behind_the_tiers_own_model_stand_the_other_provider_and_anthropic() -> None:
    settings = _settings()

    assert _names(PLAIN, settings) == [
        "ollama/llama3.2:latest",
        "openai/gpt-3.5-turbo",
        "anthropic/claude-haiku-4-5",
    ]
    assert _names(COMPLEX, settings) == [
        "openai/gpt-4o-mini",
        "ollama/llama3.2:latest",
        "anthropic/claude-haiku-4-5",
    ]


def test_the_settings_choose_the_providers_behind() -> None:
    settings = _settings(llm_primary_provider="anthropic", llm_fallback_provider="openai")

    assert _names(PLAIN, settings) == [
        "ollama/llama3.2:latest",
        "anthropic/claude-haiku-4-5",
        "openai/gpt-3.5-turbo",
    ]


def test_a_provider_without_any_named_model_is_not_in_the_chain() -> None:
    settings = _settings(llm_model_low_value="gpt-4o-mini")

    assert _names(PLAIN, settings) == ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"]


def test_anthropic_as_a_tiers_own_model_is_tried_once() -> None:
    settings = _settings(llm_model_high_value="claude-sonnet-4-5")

    assert _names(COMPLEX, settings) == [
        "anthropic/claude-sonnet-4-5",
        "openai/gpt-3.5-turbo",
        "ollama/llama3.2:latest",
    ]


def test_only_what_is_available_is_in_the_route() -> None:
    settings = _settings()
    only_claude = [c for c in all_candidates(settings) if c.provider == "anthropic"]

    assert route(PLAIN, settings, only_claude).candidates == (
        Candidate("anthropic", "claude-haiku-4-5", "ANTHROPIC_MODEL"),
    )
    assert route(PLAIN, settings, ()).candidates == ()
