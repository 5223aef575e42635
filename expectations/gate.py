"""The gate: a verdict on every property of a batch.

The domain finds what is wrong with a text; the suites in `suites/` say what that means. A failed critical
expectation rejects, a failed warning sends to review, everything else is published. An expectation that
cannot run publishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from expectations.frame import Candidate, Judged, doubted, frame_of, kind_of
from expectations.readers import read
from expectations.validation import Failure, validate
from expectations.verdict_page import write_verdict_page
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.grounding import Trace
from phoenix_real_estate.models import Decision, Finding, Frozen, Severity, Verdict
from phoenix_real_estate.settings import load_settings, using

__all__ = ["Candidate", "GateResult", "judge"]


class GateResult(Frozen):
    """The verdicts by the candidates' keys, and the page that tells them when Data Docs were built.

    `traces`, where they were asked for, are what the claims of each candidate rest on that is not rejected.
    """

    verdicts: dict[str, Verdict]
    traces: dict[str, tuple[Trace, ...]] = Field(default={})
    docs: Path | None = None


def judge(
    candidates: Sequence[Candidate], *, threshold: float = 0.7, docs: Path | None = None, traced: bool = False
) -> GateResult:
    """One verdict for every candidate; safe to call from several threads.

    `docs` is a folder for the Data Docs of this batch; a site that stands there is replaced.

    Raises:
        ValueError: the batch is empty (every expectation would pass), or two candidates share a key.
        GateError: an expectation could not run, so nothing of the batch may be published.
    """
    _refuse_unjudgeable(candidates)
    try:
        # Read once for the batch: each property's figures ask for the assumptions in force.
        with using(load_settings()):
            batch = read(candidates, traced=traced)
        failed = validate(frame_of(batch), threshold=threshold, docs=docs)
    except GateError:
        raise
    except Exception as error:
        # Great Expectations raises many unrelated types; whatever it is, the batch is not judged.
        raise GateError(
            f"The gate could not run ({type(error).__name__}: {error}); nothing of this batch is published."
        ) from error
    failures: dict[str, list[Failure]] = {candidate.key: [] for candidate in candidates}
    for failure in failed:
        failures[failure.key].append(failure)
    verdicts = {one.candidate.key: _verdict(one, failures[one.candidate.key]) for one in batch}
    told = [(candidate, verdicts[candidate.key]) for candidate in candidates]
    return GateResult(
        verdicts=verdicts,
        traces={
            one.candidate.key: one.traces
            for one in batch
            if traced and verdicts[one.candidate.key].decision is not Decision.REJECT
        },
        docs=write_verdict_page(docs, told) if docs else None,
    )


def _refuse_unjudgeable(candidates: Sequence[Candidate]) -> None:
    if not candidates:
        raise ValueError("An empty batch has nothing to judge, and every expectation would pass it.")
    keys = [candidate.key for candidate in candidates]
    if len(set(keys)) < len(keys):
        raise ValueError(
            "Two candidates of the batch share a key, so their verdicts could not be told apart."
        )


def _verdict(one: Judged, failures: Sequence[Failure]) -> Verdict:
    severities = {failure.severity for failure in failures}
    decision = Decision.PUBLISH
    if Severity.CRITICAL in severities:
        decision = Decision.REJECT
    elif severities:
        decision = Decision.REVIEW
    return Verdict(
        property_id=one.candidate.property.property_id,
        decision=decision,
        quality_score=one.quality_score,
        scores=one.scores,
        reasons=tuple(reason for failure in failures for reason in _reasons(one, failure)),
    )


def _reasons(one: Judged, failure: Failure) -> Iterator[Finding]:
    """What stands behind a failure: the domain's findings, conflicts, doubts, or the failure itself."""
    if failure.findings == "conflicts":
        for conflict in one.candidate.property.conflicts:
            yield _reason(failure, f"property.{conflict.field}", str(conflict.other), str(conflict))
    elif failure.findings == "doubts":
        for doubt in doubted(one.candidate.property):
            yield _reason(failure, f"property.{doubt.field}", doubt.told, str(doubt))
    elif failure.findings:
        yield from (
            f for f in one.findings if (kind_of(f), f.severity) == (failure.findings, failure.severity)
        )
    else:
        # NaN is how pandas says that nothing stood there.
        missing = failure.value is None or failure.value != failure.value
        value = None if missing else str(failure.value)
        # Data Docs show nothing but the description, so it begins with what the finding tells anyway.
        yield _reason(failure, failure.field, value, failure.description.split("): ", 1)[-1])


def _reason(failure: Failure, field: str, span: str | None, why: str) -> Finding:
    return Finding(rule=failure.rule, severity=failure.severity, field=field, span=span, why=why)
