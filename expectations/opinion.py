"""The gate's word on one enrichment as it stands: nothing is replaced, nothing stored."""

from __future__ import annotations

from expectations.gate import Candidate, judge
from phoenix_real_estate.models import Enrichment, Property, Verdict


def opinion(property: Property, enrichment: Enrichment, *, threshold: float) -> Verdict:
    """The verdict of the same suites that a batch is judged by.

    Raises:
        GateError: an expectation could not run.
    """
    key = property.property_id
    candidate = Candidate(key=key, property=property, enrichment=enrichment)
    return judge([candidate], threshold=threshold).verdicts[key]
