"""Answers bought in advance, in the vendors' batches: the same questions at half the price.

A backfill has time: what its properties will ask goes to the vendor in one batch, and is in the answer cache
when the properties are enriched. `engine.py` is the story.
"""

from phoenix_real_estate.prefetch.engine import BatchEngine
from phoenix_real_estate.prefetch.shelf import BatchShelf
from phoenix_real_estate.prefetch.tally import Prefetched

__all__ = ["BatchEngine", "BatchShelf", "Prefetched"]
