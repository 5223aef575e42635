"""The filter behind `phoenix grade`: enriched properties in, verdicts out, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from expectations.frame import Candidate
from expectations.gate import judge
from expectations.submission import Malformed, candidate_of
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Decision, Finding, Severity, Verdict

BATCH = 500
Line = Candidate | Malformed


def grade_lines(lines: Iterable[str], *, threshold: float = 0.7) -> Iterator[dict[str, Any]]:
    """One verdict for each line, in the lines' order, judged in batches.

    A line that cannot be read is rejected with the rule `input.malformed` and the field that is wrong, one
    that the gate could not judge even alone with the rule `gate.error`.
    """
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH)):
        yield from _grade([_read(line, str(number)) for number, line in enumerate(batch)], threshold)


def _grade(batch: Sequence[Line], threshold: float) -> Iterator[dict[str, Any]]:
    candidates = [line for line in batch if isinstance(line, Candidate)]
    told = _judged(candidates, threshold) if candidates else {}
    for line in batch:
        yield told[line.key] if isinstance(line, Candidate) else _malformed(line)


def _judged(candidates: Sequence[Candidate], threshold: float) -> dict[str, dict[str, Any]]:
    """What is told of each candidate, by key; where the gate breaks on all of them, each is judged alone."""
    try:
        verdicts = judge(candidates, threshold=threshold).verdicts
    except GateError as error:
        if len(candidates) == 1:
            return {candidates[0].key: _rejected("gate.error", "", str(error))}
        alone = (_judged([one], threshold) for one in candidates)
        return {key: told for one in alone for key, told in one.items()}
    return {key: _told(verdict) for key, verdict in verdicts.items()}


def _read(line: str, key: str) -> Line:
    try:
        return candidate_of(line, key)
    except Malformed as malformed:
        return malformed


def _told(verdict: Verdict) -> dict[str, Any]:
    told = verdict.model_dump(mode="json", include={"quality_score", "scores", "reasons"})
    return {"verdict": verdict.decision.value, **told}


def _malformed(line: Malformed) -> dict[str, Any]:
    return _rejected("input.malformed", line.field, str(line))


def _rejected(rule: str, field: str, why: str) -> dict[str, Any]:
    reason = Finding(rule=rule, severity=Severity.CRITICAL, field=field, why=why)
    return {
        "verdict": Decision.REJECT.value,
        "quality_score": 0.0,
        "scores": {},
        "reasons": [reason.model_dump(mode="json")],
    }
