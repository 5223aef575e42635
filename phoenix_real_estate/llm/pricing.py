"""What calls cost, in integer micro-USD (1 USD = 1,000,000), always rounded up.

An operator's own price (LLM_PRICES) goes before those of the genai-prices package, which never asks the
network for them here. Input read from a vendor's prompt cache has its own price, and so has input that is
written to it.

A vendor's batch costs half of everything. Anthropic halves its cache prices as well. OpenAI's models before
GPT-5 read no cache in batches, and no page of OpenAI's says that the discounts add up for later ones: there
all input counts as uncached.
Sources: https://platform.openai.com/docs/pricing (Batch), OpenAI's cookbook, Prompt_Caching_201.ipynb (4.4),
https://platform.claude.com/docs/en/about-claude/pricing (batch processing). A contract says by its own
`batch` what share of its prices a batch costs.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

import genai_prices

from phoenix_real_estate.errors import UnknownPrice
from phoenix_real_estate.llm import tokens
from phoenix_real_estate.llm.provider import Request, Usage
from phoenix_real_estate.llm.routing import FREE_PROVIDERS, Candidate
from phoenix_real_estate.settings import ModelPrice

_MICRO = Decimal(1_000_000)
_BATCH_SHARE = Decimal("0.5")
# What a person asks the price of; where longer prompts cost more per token, they do from far above.
_FEW = 1000
# Above the length from which some vendors charge more per token.
_MANY = 1_000_000


def worst_case(candidate: Candidate, request: Request, *, in_batch: bool = False) -> int:
    """The most that one attempt, alone or in a batch, can cost: its input's bound, and all output allowed.

    A gateway may have the input written to the vendor's prompt cache, which can cost more than plain input.
    """
    if candidate.provider in FREE_PROVIDERS:
        return 0
    bound, output = tokens.bound(request), request.max_output_tokens
    usages = (Usage(bound, output, cache_write_tokens=written) for written in (0, bound))
    return max(actual(candidate, usage, in_batch=in_batch) for usage in usages)


def actual(candidate: Candidate, usage: Usage, *, in_batch: bool = False) -> int:
    """What the vendor charges for `usage`.

    Raises:
        UnknownPrice: nobody knows what a paid model costs.
    """
    usd = _usd_in_batch(candidate, usage) if in_batch else _usd(candidate, usage)
    return int((usd * _MICRO).to_integral_value(ROUND_CEILING))


def per_million(candidate: Candidate) -> tuple[Decimal, Decimal]:
    """USD per million tokens of input and of output.

    Raises:
        UnknownPrice: nobody knows what a paid model costs.
    """
    scale = _MICRO / _FEW
    return _usd(candidate, Usage(_FEW, 0)) * scale, _usd(candidate, Usage(0, _FEW)) * scale


def _usd_in_batch(candidate: Candidate, usage: Usage) -> Decimal:
    if candidate.price:
        return _usd(candidate, usage) * candidate.price.batch
    if candidate.provider == "openai":
        usage = replace(usage, cached_input_tokens=0)
    return _usd(candidate, usage) * _BATCH_SHARE


def _usd(candidate: Candidate, usage: Usage) -> Decimal:
    if candidate.provider in FREE_PROVIDERS:
        return Decimal(0)
    price = candidate.price or _flat_price(candidate)
    return _flat(price, usage) if price else _listed(candidate, usage)


def _flat(price: ModelPrice, usage: Usage) -> Decimal:
    plain = usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens
    cached = price.input if price.cached_input is None else price.cached_input
    written = price.input if price.cache_write is None else price.cache_write
    return (
        plain * price.input
        + usage.cached_input_tokens * cached
        + usage.cache_write_tokens * written
        + usage.output_tokens * price.output
    ) / _MICRO


# The package's own arithmetic takes longer than a call's whole accounting, so it is asked once per model.
@lru_cache(maxsize=64)
def _flat_price(candidate: Candidate) -> ModelPrice | None:
    """The model's listed price; None where a token's depends on how many there are."""
    kinds = {
        "input": Usage(_MANY, 0),
        "output": Usage(0, _MANY),
        "cached_input": Usage(_MANY, 0, cached_input_tokens=_MANY),
        "cache_write": Usage(_MANY, 0, cache_write_tokens=_MANY),
    }
    price = ModelPrice(**{kind: _listed(candidate, usage) * _MICRO / _MANY for kind, usage in kinds.items()})
    few = Usage(4, 1, 1, 1)
    return price if _flat(price, few) == _listed(candidate, few) else None


def _listed(candidate: Candidate, usage: Usage) -> Decimal:
    used = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_input_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        return genai_prices.calc_price(used, candidate.model, provider_id=candidate.provider).total_price
    except LookupError:
        raise UnknownPrice(
            f"No price is known for {candidate.provider}'s model {candidate.model}, named by "
            f"{candidate.setting}, so its cost cannot be bounded. Name a model with a known price, or set "
            f'LLM_PRICES={{"{candidate.model}": {{"input": 0.15, "output": 0.60}}}} with yours in USD per '
            "million tokens."
        ) from None
