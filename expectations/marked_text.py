"""A text as HTML in which every finding and every traced word is marked where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from phoenix_real_estate.grounding import Trace
from phoenix_real_estate.models import Finding


class Mark(NamedTuple):
    """Words from `start` to `end`: their CSS class, and what is told about them on hovering."""

    start: int
    end: int
    kind: str
    told: str


def marked(text: str, findings: Sequence[Finding], traces: Sequence[Trace]) -> str:
    """The text, escaped, findings before traces where both are about the same words."""
    marks = [*_of_findings(text, findings), *_of_traces(text, traces)]
    return "".join(_pieces(text, _apart(marks)))


def _of_findings(text: str, findings: Sequence[Finding]) -> Iterator[Mark]:
    for finding in findings:
        if finding.span:
            yield from _everywhere(
                text, finding.span, finding.severity.value, f"{finding.rule}: {finding.why}"
            )


def _of_traces(text: str, traces: Sequence[Trace]) -> Iterator[Mark]:
    for trace in traces:
        start = text.find(trace.sentence)
        place = text.find(trace.span, max(start, 0))
        if trace.span and place >= 0:
            yield Mark(place, place + len(trace.span), "fact", f"{trace.fact}, from {trace.source}")


def _everywhere(text: str, span: str, kind: str, told: str) -> Iterator[Mark]:
    place = text.find(span)
    while place >= 0:
        yield Mark(place, place + len(span), kind, told)
        place = text.find(span, place + len(span))


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """The marks in the order of the text, of overlapping ones the first given."""
    kept: list[Mark] = []
    for mark in marks:
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept)


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    place = 0
    for mark in marks:
        yield escape(text[place : mark.start])
        words = escape(text[mark.start : mark.end])
        yield f'<mark class={mark.kind} title="{escape(mark.told)}">{words}</mark>'
        place = mark.end
    yield escape(text[place:])
