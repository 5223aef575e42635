"""The fixture `vendors`: import it into a test module or a conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vendors.server import VendorServer


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    """The three vendors on one port, well-behaved until told otherwise, their bill at zero."""
    server = VendorServer()
    server.start()
    yield server
    server.stop()
