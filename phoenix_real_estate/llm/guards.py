"""What stands before a call: its model's circuit, and the operator's limits. All processes share both."""

from __future__ import annotations

import platform
from urllib.parse import urlsplit

from phoenix_real_estate.errors import RateLimited
from phoenix_real_estate.llm import tokens
from phoenix_real_estate.llm.circuit import Circuit
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.llm.rate_limits import RateLimits
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.shared import Shared
from phoenix_real_estate.llm.waits import Waits
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import without_credentials

# How often it is looked whether a minute has room again.
LOOK_S = 1.0


class Guards:
    """The circuits and limits of one process. They belong to the loop they are first used on."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Without settings this process watches its models by itself, and nothing is limited."""
        self._settings = settings
        url = settings.redis_url if settings else None
        self._shared = Shared(url, "Each process watches the models by itself")
        self._limits = RateLimits(settings, self._shared)
        self._circuits: dict[Candidate, Circuit] = {}

    def circuit(self, candidate: Candidate) -> Circuit:
        """The model's circuit: that of this model at this address, wherever it is asked from."""
        if candidate not in self._circuits:
            name = f"{candidate}@{_place(candidate, self._settings)}"
            self._circuits[candidate] = Circuit(name, self._shared)
        return self._circuits[candidate]

    async def admitted(self, candidate: Candidate, request: Request, waits: Waits) -> None:
        """Returns once the request fits into the operator's limits.

        Raises:
            RateLimited: the waiting was ended.
        """
        size = tokens.estimate(request) + request.max_output_tokens
        while not await self._limits.admit(candidate.provider, size):
            if not await waits.pause(LOOK_S):
                name = candidate.provider.upper()
                raise RateLimited(f"{name}_REQUESTS_PER_MINUTE or {name}_TOKENS_PER_MINUTE is used up.")

    async def close(self) -> None:
        """Gives the connections back."""
        await self._shared.close()


def _place(candidate: Candidate, settings: Settings | None) -> str:
    """The address a model is asked at; one of this machine alone comes with the machine's name."""
    address = getattr(settings, _ADDRESSES[candidate.provider], None)
    if not address:
        return candidate.provider
    plain = without_credentials(address)
    host = urlsplit(plain if "://" in plain else f"//{plain}").hostname
    return f"{platform.node()} {plain}" if host in _LOOPBACK else plain


_ADDRESSES = {"openai": "openai_base_url", "anthropic": "anthropic_base_url", "ollama": "ollama_host"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared, not listened on
