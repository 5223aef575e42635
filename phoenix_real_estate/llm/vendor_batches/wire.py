"""What the vendors' batch endpoints have in common on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable
from phoenix_real_estate.llm.failures import Vendor
from phoenix_real_estate.llm.provider import UnknownModel
from phoenix_real_estate.llm.vendor_batches.endpoint import NoBatches, Undone

M = TypeVar("M", bound=BaseModel)
Translated = Callable[[str], AbstractContextManager[None]]


@contextmanager
def asked(vendor: Vendor, translated: Translated) -> Iterator[None]:
    """A vendor's errors about batches in the project's words; `translated` knows those of its SDK."""
    try:
        with translated("(batch)"):
            yield
    except UnknownModel:
        raise NoBatches(
            f"{vendor.name} serves no batches at this address, or not this one, or not to this key. "
            f"Correct {vendor.address_setting} or {vendor.key_setting}; live calls do not need them."
        ) from None
    except httpx2.HTTPError as error:
        raise vendor.unreachable(error, ()) from None


@contextmanager
def perhaps_made(vendor: Vendor, defect: type[Exception]) -> Iterator[None]:
    """Around a submission: after a defect of the vendor's (HTTP 5xx) the batch may be there all the same."""
    try:
        yield
    except defect:
        raise ProviderUnavailable(f"{vendor.name} failed at a new batch, which may be there.") from None


def parsed(vendor: Vendor, kind: type[M], body: bytes) -> M:
    """What a vendor tells of files and batches.

    Raises:
        ProviderUnavailable: it is something else.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        raise ProviderUnavailable(f"{vendor.name} told something else than where its batch stands.") from None


def failed(vendor: Vendor, status: int, model: str, said: str) -> PhoenixError:
    """What an HTTP status in place of one answer means: what may pass, the vendor did not come to."""
    error = vendor.status_error(status, {}, model, said)
    return Undone(str(error)) if status == 429 or status >= 500 else error


async def lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a file of JSON lines, without empty ones. Only a newline ends one: texts hold others."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in filter(bytes.strip, whole):
            yield line
    if rest.strip():
        yield rest
