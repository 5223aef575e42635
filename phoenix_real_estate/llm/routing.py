"""Which models are tried for a property, in which order, and why.

| tier | property                              | setting              |
|------|---------------------------------------|----------------------|
| low  | value under 200,000 USD, or simple    | LLM_MODEL_LOW_VALUE  |
| mid  | value under 500,000 USD, or moderate  | LLM_MODEL_MID_VALUE  |
| high | anything else                         | LLM_MODEL_HIGH_VALUE |

The first row that fits decides. The value is the price, else the newest full cash value; without
either only the complexity decides. Behind the tier's own model stands the model of the other one of
LLM_PRIMARY_PROVIDER and LLM_FALLBACK_PROVIDER, then Anthropic's when there is a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from phoenix_real_estate.models import Property
from phoenix_real_estate.settings import ModelPrice, ProviderName, Settings

Tier = Literal["low", "mid", "high"]
Complexity = Literal["simple", "moderate", "complex"]

FREE_PROVIDERS: Collection[str] = frozenset({"ollama"})
LOW_BELOW_USD = 200_000
MID_BELOW_USD = 500_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model of a provider, the setting that named it, and its price by the operator's own contract."""

    provider: ProviderName
    model: str
    setting: str
    price: ModelPrice | None = None

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class Route:
    """The models to try in order (none: the composer serves), and the words that explain it."""

    tier: Tier
    why: str
    candidates: tuple[Candidate, ...]


def route(property: Property, settings: Settings, available: Collection[Candidate]) -> Route:
    """The route of one property through those models that are there."""
    tier, why = tier_of(property)
    return Route(tier, why, tuple(c for c in _chain(tier, settings) if c in available))


def all_candidates(settings: Settings) -> tuple[Candidate, ...]:
    """Every model that some route may take."""
    return tuple(dict.fromkeys(c for chain in chains(settings).values() for c in chain))


def chains(settings: Settings) -> dict[Tier, tuple[Candidate, ...]]:
    """The models of each tier in the order in which they are tried."""
    return {tier: tuple(_chain(tier, settings)) for tier in _TIERS}


def tier_of(property: Property) -> tuple[Tier, str]:
    """The tier, and why: "mid tier: value $450,000, complex (private pool, ...)"."""
    level, traits = complexity(property)
    value = property.value
    tier: Tier = "high"
    if level == "simple" or (value is not None and value < LOW_BELOW_USD):
        tier = "low"
    elif level == "moderate" or (value is not None and value < MID_BELOW_USD):
        tier = "mid"
    worth = "unknown value" if value is None else f"value ${value:,}"
    return tier, f"{tier} tier: {worth}, {level}" + (f" ({', '.join(traits)})" if traits else "")


def complexity(property: Property) -> tuple[Complexity, tuple[str, ...]]:
    """How much a text about it has to weigh: simple with at most one of the traits, complex from four.

    The traits: a pool, irrigation rights, solar panels, an association fee, a special flood hazard
    area, an acre or more of land, built before 1960, another type than a single-family home, remarks
    of over 60 words, sources that disagree.
    """
    traits = tuple(name for name, has in _TRAITS.items() if has(property))
    if len(traits) <= 1:
        return "simple", traits
    return ("moderate" if len(traits) <= 3 else "complex"), traits


def provider_of(model: str) -> tuple[ProviderName, str]:
    """The provider a model name belongs to, and the name without its prefix.

    An explicit `openai/`, `anthropic/` or `ollama/` decides; else claude* is Anthropic's, gpt-*,
    chatgpt* and o1, o3, ... are OpenAI's (gpt-oss is not: its weights are open), and everything else is a
    model that Ollama has pulled.
    """
    named = re.match(r"(openai|anthropic|ollama)/(.+)", model)
    if named:
        return named[1], named[2]  # type: ignore[return-value]
    if model.startswith("claude"):
        return "anthropic", model
    return ("openai" if re.match(r"gpt-(?!oss)|chatgpt|o\d|ft:gpt", model) else "ollama"), model


_SQFT_PER_ACRE = 43_560
_LONG_REMARKS_WORDS = 60

_TRAITS: dict[str, Callable[[Property], bool]] = {
    "pool": lambda p: p.pool_type not in (None, "none"),
    "irrigation rights": lambda p: bool(p.flood_irrigation_rights),
    "solar panels": lambda p: p.solar_panels not in (None, "none"),
    "association fee": lambda p: bool(p.hoa_fee),
    # FEMA's zones that begin with A or V are special flood hazard areas.
    "flood hazard area": lambda p: (p.flood_zone or "").upper().startswith(("A", "V")),
    "an acre or more": lambda p: (p.lot_size or 0) >= _SQFT_PER_ACRE,
    "built before 1960": lambda p: p.year_built is not None and p.year_built < 1960,
    "not a single-family home": lambda p: (
        not (p.property_type or "single family").lower().startswith("single")
    ),
    "long remarks": lambda p: len((p.remarks or "").split()) > _LONG_REMARKS_WORDS,
    "conflicting sources": lambda p: bool(p.conflicts),
}

_TIERS: tuple[Tier, ...] = ("low", "mid", "high")


def _chain(tier: Tier, settings: Settings) -> list[Candidate]:
    own = _tier_candidate(tier, settings)
    others = [p for p in (settings.llm_primary_provider, settings.llm_fallback_provider) if p != own.provider]
    behind = [_candidate_of(provider, tier, settings) for provider in (*others, "anthropic")]
    return list(dict.fromkeys([own, *(candidate for candidate in behind if candidate)]))


def _tier_candidate(tier: Tier, settings: Settings) -> Candidate:
    provider, model = provider_of(getattr(settings, f"llm_model_{tier}_value"))
    return _priced(provider, model, f"LLM_MODEL_{tier.upper()}_VALUE", settings)


def _priced(provider: ProviderName, model: str, setting: str, settings: Settings) -> Candidate:
    prices = {provider_of(name): price for name, price in settings.llm_prices.items()}
    return Candidate(provider, model, setting, prices.get((provider, model)))


def _candidate_of(provider: str, tier: Tier, settings: Settings) -> Candidate | None:
    """The provider's model of the nearest tier, the better one first; Anthropic has a setting of its own."""
    near = sorted(_TIERS, key=lambda t: (abs(_TIERS.index(t) - _TIERS.index(tier)), -_TIERS.index(t)))
    named = (_tier_candidate(t, settings) for t in near)
    default = _priced("anthropic", settings.anthropic_model, "ANTHROPIC_MODEL", settings)
    return next(
        (candidate for candidate in named if candidate.provider == provider),
        default if provider == "anthropic" else None,
    )
