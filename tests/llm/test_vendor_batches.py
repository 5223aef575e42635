"""The vendors' batch endpoints by themselves: what is told, and lines as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.vendor_batches import BatchState, NoBatches, Numbered, endpoints_of
from phoenix_real_estate.llm.vendor_batches.wire import lines
from phoenix_real_estate.settings import Settings
from tests.llm.asking import MODELS, QUESTION
from tests.vendors import VendorServer


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([b'{"a": 1}\n{"b"', b": 2}\n"], [b'{"a": 1}', b'{"b": 2}']),
        ([b'{"a": 1}\n\n  \n{"b": 2}'], [b'{"a": 1}', b'{"b": 2}']),
        (["{\u2028}".encode(), b"\n"], ["{\u2028}".encode()]),
        ([], []),
    ],
)
def test_a_line_ends_with_a_newline_and_nothing_else(pieces: list[bytes], whole: list[bytes]) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def read() -> list[bytes]:
        return [line async for line in lines(arriving())]

    assert run(read()) == whole


def test_only_vendors_with_a_key_have_an_endpoint(vendors: VendorServer, settings: Settings) -> None:
    assert endpoints_of(settings) == {}
    assert endpoints_of(settings.model_copy(update={"openai_api_key": SecretStr("k")})).keys() == {"openai"}
    assert endpoints_of(vendors.settings_of(settings)).keys() == {"openai", "anthropic"}


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_batch_is_told_from_its_submission_to_its_end(
    vendors: VendorServer, settings: Settings, name: str
) -> None:
    question = replace(QUESTION, model=MODELS[name])

    async def story() -> list[BatchState]:
        endpoints = endpoints_of(vendors.settings_of(settings))
        try:
            batch_id = await endpoints[name].submit("label", [Numbered("1", question)])
            states = [await endpoints[name].state(batch_id) for _ in range(2)]
            with pytest.raises(NoBatches, match=f"Correct {name.upper()}_BASE_URL or {name.upper()}_API_KEY"):
                await endpoints[name].state("another")
            return states
        finally:
            for endpoint in endpoints.values():
                await endpoint.close()

    assert run(story()) == [BatchState(ended=False, answered=0), BatchState(ended=True, answered=1)]
