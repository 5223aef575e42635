"""The project's own expectation. Importing this module imports Great Expectations."""

from __future__ import annotations

from great_expectations.expectations.core import ExpectColumnValuesToBeBetween


class ExpectNoFindings(ExpectColumnValuesToBeBetween):  # type: ignore[misc]  # GX comes without types here
    """Expect a column that counts findings to hold zeros only."""

    # A pydantic v1 model: plain defaults.
    max_value = 0.0
