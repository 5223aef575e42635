"""The budget of a run, watched for as long as the run lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial

from flows.leases import kept
from tasks.budget_watch import EVERY, watch
from tasks.resources import Resources


@contextmanager
def watched(resources: Resources) -> Iterator[None]:
    """Looks every few seconds, from a thread of its own that knows the run, and once more at the end."""
    look = partial(copy_context().run, watch, resources.ledger, resources.settings)
    with kept(look, every=EVERY):
        yield
    look()
