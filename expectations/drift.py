"""The batch as a whole: what no single row shows, such as a model that has begun to answer badly or dearly.

What the suite `batch` finds is a warning to the operator and changes no verdict.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from expectations.frame import KEY
from expectations.validation import validate
from phoenix_real_estate.documents import cost_of, operations_of
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Decision, Finding
from phoenix_real_estate.outcomes import Judged

FEWEST = 20
"""Of fewer properties a share says little."""
_MICRO = 1_000_000
_log = logging.getLogger(__name__)


def drift_of(batch: Sequence[Judged]) -> tuple[Finding, ...]:
    """What is unusual about a judged batch; nothing where it is too small to tell. Each is logged."""
    import pandas as pd

    if len(batch) < FEWEST:
        return ()
    try:
        failures = validate(pd.DataFrame([_measures(batch)]), threshold=0.0, suites=("batch",))
    except GateError as error:
        # The verdicts stand: this only tells of them.
        _log.warning("Whether the batch is unusual could not be told: %s", error)
        return ()
    found = tuple(
        Finding(
            rule=failure.rule,
            severity=failure.severity,
            field=failure.field,
            span=f"{failure.value:.4g}",
            why=failure.description.split("): ", 1)[-1],
        )
        for failure in failures
    )
    for finding in found:
        _log.warning(
            "A batch of %d properties is unusual: %s; it is %s.", len(batch), finding.why, finding.span
        )
    return found


def _measures(batch: Sequence[Judged]) -> dict[str, object]:
    reviews = sum(one.verdict.decision is Decision.REVIEW for one in batch)
    spent = sum(cost_of(operations_of(one).values()) for one in batch)
    return {
        KEY: "batch",
        "review_share": reviews / len(batch),
        "replaced_share": sum(one.replaced for one in batch) / len(batch),
        "mean_score": sum(one.verdict.quality_score for one in batch) / len(batch),
        "spend_per_property": spent / _MICRO / len(batch),
    }
