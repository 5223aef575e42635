"""What calls cost, in integer micro-USD (1 USD = 1,000,000), always rounded up.

Prices come with the genai-prices package, which never asks the network for them here.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import genai_prices

from phoenix_real_estate.errors import UnknownPrice
from phoenix_real_estate.llm import tokens
from phoenix_real_estate.llm.provider import Request, Usage
from phoenix_real_estate.llm.routing import FREE_PROVIDERS, Candidate

_MICRO = Decimal(1_000_000)


def worst_case(candidate: Candidate, request: Request) -> int:
    """The most that one attempt can cost: the bound of its input, and every output token allowed."""
    if candidate.provider in FREE_PROVIDERS:
        return 0
    return actual(candidate, Usage(tokens.bound(request), request.max_output_tokens))


def actual(candidate: Candidate, usage: Usage) -> int:
    """What the vendor charges for `usage`, cached input at its own price.

    Raises:
        UnknownPrice: nobody knows what a paid model costs.
    """
    if candidate.provider in FREE_PROVIDERS:
        return 0
    used = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_input_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = genai_prices.calc_price(used, candidate.model, provider_id=candidate.provider)
    except LookupError:
        raise UnknownPrice(
            f"No price is known for {candidate.provider}'s model {candidate.model}, named by "
            f"{candidate.setting}, so its cost cannot be bounded. Name a model with a known price."
        ) from None
    return int((price.total_price * _MICRO).to_integral_value(ROUND_CEILING))
