"""Which models stand behind each tier, what they cost, and whether they can be asked now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from decimal import Decimal

from phoenix_real_estate.errors import PhoenixError, UnknownPrice
from phoenix_real_estate.llm import pricing
from phoenix_real_estate.llm.provider import Provider
from phoenix_real_estate.llm.providers import providers_of
from phoenix_real_estate.llm.routing import Candidate, Tier, chains
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.settings import Settings

# Whoever asks sits in front of the screen.
TIMEOUT_S = 15.0


class ProviderStatus(Frozen):
    """`note` says why a provider cannot be asked, and what to do; `models` are those it lists."""

    reachable: bool
    note: str = ""
    models: tuple[str, ...] = ()


class ModelStatus(Frozen):
    """A model in a tier's chain; prices are USD per million tokens, None where nobody knows them."""

    provider: str
    model: str
    setting: str
    input_usd: Decimal | None
    output_usd: Decimal | None
    ready: bool
    note: str = ""


class Roster(Frozen):
    """The chains of the tiers, each in the order in which it is asked."""

    tiers: dict[Tier, tuple[ModelStatus, ...]]
    providers: dict[str, ProviderStatus]


async def call_roll(settings: Settings) -> Roster:
    """Asks every provider of some chain; no model is called and nothing is paid."""
    patience = {name: min(getattr(settings, name), TIMEOUT_S) for name in _TIMEOUTS}
    providers = providers_of(settings.model_copy(update=patience))
    chained = chains(settings)
    named = {c.provider for chain in chained.values() for c in chain}
    statuses = await asyncio.gather(*(_asked(name, providers.get(name)) for name in sorted(named)))
    known = dict(zip(sorted(named), statuses, strict=True))
    await asyncio.gather(*(provider.close() for provider in providers.values()))
    tiers = {tier: tuple(_status(c, known[c.provider]) for c in chain) for tier, chain in chained.items()}
    return Roster(tiers=tiers, providers=known)


_TIMEOUTS = ("llm_timeout_seconds", "ollama_timeout_seconds")


async def _asked(name: str, provider: Provider | None) -> ProviderStatus:
    if provider is None:
        return ProviderStatus(reachable=False, note=f"{name.upper()}_API_KEY is not set: set it.")
    try:
        return ProviderStatus(reachable=True, models=tuple(sorted(await provider.served())))
    except PhoenixError as error:
        return ProviderStatus(reachable=False, note=str(error))


def _status(candidate: Candidate, provider: ProviderStatus) -> ModelStatus:
    notes = [provider.note] if provider.note else _missing(candidate, provider.models)
    price: tuple[Decimal | None, Decimal | None] = (None, None)
    try:
        price = pricing.per_million(candidate)
    except UnknownPrice as unknown:
        notes.append(str(unknown))
    return ModelStatus(
        provider=candidate.provider,
        model=candidate.model,
        setting=candidate.setting,
        input_usd=price[0],
        output_usd=price[1],
        ready=not notes,
        note=" ".join(notes),
    )


def _missing(candidate: Candidate, listed: Collection[str]) -> list[str]:
    """What to do about a model that its provider does not list; one that lists none may serve any."""
    if candidate.provider == "ollama":
        name = candidate.model if ":" in candidate.model else f"{candidate.model}:latest"
        return [] if name in listed else [f"It is not pulled: run `ollama pull {candidate.model}`."]
    # A name without a date stands for the newest version, which is listed with one.
    if not listed or any(name.startswith(candidate.model) for name in listed):
        return []
    return [f"It is not among the models of this key: correct {candidate.setting}, or allow it to the key."]
