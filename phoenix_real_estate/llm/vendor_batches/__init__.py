"""Many requests handed to a vendor at once, answered within 24 hours at half the price.

The requests are those that live calls would send, and their answers are read as those of live calls are.
Nothing of a vendor leaves this package: no exception class, no response type, no key in a message.
"""

from phoenix_real_estate.llm.vendor_batches.endpoint import (
    BatchEndpoint,
    BatchState,
    Limits,
    NoBatches,
    Numbered,
    Result,
    Sent,
    Unclear,
    Undone,
)
from phoenix_real_estate.llm.vendor_batches.endpoints import endpoints_of

__all__ = [
    "BatchEndpoint",
    "BatchState",
    "Limits",
    "NoBatches",
    "Numbered",
    "Result",
    "Sent",
    "Unclear",
    "Undone",
    "endpoints_of",
]
