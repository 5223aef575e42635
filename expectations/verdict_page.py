"""The page a person opens first: every verdict of a batch with its texts, readable without a network.

What a finding is about is marked where it stands, and so is every word that grounding traced to a fact;
hovering tells the rule, or the fact and its source. Great Expectations' own pages fetch their styles and
scripts from elsewhere; they are linked from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from expectations.frame import Candidate
from expectations.marked_text import marked
from phoenix_real_estate.grounding import Trace, trace
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.models import Decision, Finding, Verdict

_ORDER = (Decision.REJECT, Decision.REVIEW, Decision.PUBLISH)
_LEGEND = (
    "<p class=legend>The texts as they were written: a rejected part gives way to the built-in composer's "
    "and is judged again. <mark class=critical>Red</mark> rejects, <mark class=warning>amber</mark> asks for "
    "a person, "
    "<mark class=fact>green</mark> is traced to a fact. Point at a mark to see why.</p>"
)


def write_verdict_page(folder: Path, verdicts: Sequence[tuple[Candidate, Verdict]]) -> Path:
    """Writes `verdicts.html` into the folder of the Data Docs; what needs a look comes first, and open."""
    counted = Counter(verdict.decision for _, verdict in verdicts)
    told = ", ".join(f"{counted[decision]} {decision.value}" for decision in reversed(_ORDER))
    rows = sorted(verdicts, key=lambda one: _ORDER.index(one[1].decision))
    page = folder / "verdicts.html"
    page.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>What the gate decided</title><style>{_style()}</style>"
        f"<h1>What the gate decided</h1><p>{told}</p>"
        f"{_LEGEND}{''.join(_property(*one) for one in rows)}{_links(folder)}</html>",
        encoding="utf-8",
    )
    return page


def _style() -> str:
    return (files("expectations") / "verdict_page.css").read_text("utf-8")


def _property(candidate: Candidate, verdict: Verdict) -> str:
    property = candidate.property
    is_open = " open" if verdict.decision is not Decision.PUBLISH else ""
    return (
        f"<details{is_open}><summary><b>{escape(property.address.one_line or property.property_id)}</b>"
        f"<small>{escape(property.property_id)}</small><span>{verdict.quality_score:.2f}</span>"
        f"<span class={verdict.decision.value}>{verdict.decision.value}</span></summary>"
        f"<div class=inside>{_scores(verdict)}{_reasons(verdict.reasons)}"
        f"{''.join(_texts(candidate, verdict.reasons))}</div></details>"
    )


def _scores(verdict: Verdict) -> str:
    scores = (
        f"<span>{escape(name.replace('_', ' '))} {score:.2f}</span>" for name, score in verdict.scores.items()
    )
    return f"<p class=scores>{''.join(scores)}</p>"


def _reasons(reasons: Sequence[Finding]) -> str:
    if not reasons:
        return ""
    rows = "".join(
        f"<tr><td>{escape(reason.field)}<td>{_span(reason)}<td>{escape(reason.why)}"
        f"<td>{reason.severity.value}<td>{escape(reason.rule)}</tr>"
        for reason in reasons
    )
    return f"<table><tr><th>Where<th>What<th>Why<th>Severity<th>Rule</tr>{rows}</table>"


def _span(reason: Finding) -> str:
    return f"<mark class={reason.severity.value}>{escape(reason.span)}</mark>" if reason.span else ""


def _texts(candidate: Candidate, reasons: Sequence[Finding]) -> Iterator[str]:
    traces = trace(candidate.enrichment, candidate.property)
    for text in texts_of(candidate.enrichment):
        found = [reason for reason in reasons if reason.field == text.field]
        if text.words.strip() and (found or _is_read(text.field)):
            words = marked(text.words, found, [one for one in traces if one.field == text.field])
            yield f"<div class=text><small>{escape(_label(text.field))}</small><div>{words}</div></div>"
    yield _provenance(traces)


def _is_read(field: str) -> bool:
    """Categories and appeals tell nothing of the property, and the figures are told in the narrative."""
    return not field.endswith((".category", ".appeal")) and ".figures" not in field


def _label(field: str) -> str:
    """features[0].feature -> feature 1, investment_analysis.risks[1] -> risk 2."""
    name, _, rest = field.removeprefix("investment_analysis.").partition("[")
    number = rest.partition("]")[0]
    singular = {"opportunities": "opportunity"}.get(name, name.removesuffix("s"))
    return f"{singular} {int(number) + 1}" if number.isdigit() else name.replace("_", " ")


def _provenance(traces: Sequence[Trace]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.span)}<td>{escape(one.fact)}<td>{escape(one.source)}<td>{escape(one.sentence)}</tr>"
        for one in traces
    )
    return (
        f"<details class=facts><summary>What {len(traces)} claims rest on</summary>"
        f"<table><tr><th>Words<th>Fact<th>Source<th>Sentence</tr>{rows}</table></details>"
        if traces
        else ""
    )


def _links(folder: Path) -> str:
    pages = sorted(page.relative_to(folder).as_posix() for page in folder.glob("validations/**/*.html"))
    links = [_link("index.html", "Data Docs"), *(_link(page, page.split("/")[1]) for page in pages)]
    return (
        f"<h2>Great Expectations</h2><p>{' · '.join(links)}<br>"
        "<small>Every expectation and what it met. Their styles come from the internet.</small></p>"
    )


def _link(href: str, words: str) -> str:
    return f'<a href="{escape(href)}">{escape(words)}</a>'
