"""The run report as one HTML file: no server, no network, light or dark.

Whatever came from a record is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files
from urllib.parse import quote

from phoenix_real_estate.money import dollars
from phoenix_real_estate.report.counts import (
    CARD_HEAD,
    REASONS_SHOWN,
    WITHIN,
    card_of,
    conflicts_of,
    properties_of,
    rules_of,
    shown,
    timed,
    told_of,
    writers_of,
)
from phoenix_real_estate.report.markdown import facts_of_run
from phoenix_real_estate.report.model import Outcome, ReportLine, RunReport
from phoenix_real_estate.report.pictures import pictures_of

_NUMBER = "n"


def to_html(report: RunReport) -> str:
    """The whole page. `data_docs` is a path as seen from the page's folder."""
    title = f"Enrichment run: {report.ended}"
    sections = (
        _head(report, title),
        _tiles(report),
        _notes(report),
        _pictures(report),
        _rules(report),
        _conflicts(report),
        _reasons(report),
        _writers(report),
        _card(report),
        _models(report),
        _about(report),
        _properties(report),
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_style()}</style>{''.join(sections)}</html>\n"
    )


def _style() -> str:
    return (files("phoenix_real_estate.report") / "page.css").read_text("utf-8")


def _head(report: RunReport, title: str) -> str:
    when = f"{report.started_at:%A, %B} {report.started_at.day}, {report.started_at:%Y, %H:%M} UTC"
    links = " · ".join(_links(report))
    return f"<h1>{escape(title)}</h1><p class=soft>{escape(when)}{' · ' if links else ''}{links}</p>"


def _links(report: RunReport) -> Iterator[str]:
    if report.run_url and report.run_url.startswith(("http://", "https://")):
        yield f'<a href="{escape(report.run_url)}">this run in Prefect</a>'
    if report.data_docs:
        yield f'<a href="{escape(quote(report.data_docs))}">every verdict with its texts</a> (last batch)'


def _tiles(report: RunReport) -> str:
    tiles = [
        f"<li class={_class(outcome)}><b>{count:,}</b> {escape(outcome.value)}</li>"
        for outcome, count in report.counts.items()
    ]
    return f"<ul class=tiles>{''.join(tiles)}{_money(report)}</ul>"


def _money(report: RunReport) -> str:
    spent, limit = report.spent_today_micro_usd, report.daily_limit_micro_usd
    share = min(100.0, 100 * spent / limit) if limit else 100.0
    return (
        f"<li class=money><b>{dollars(spent)}</b> of {dollars(limit)} spent today, "
        f"{dollars(report.spent_in_run_micro_usd)} in this run"
        f"<span class=meter><span style='width:{share:.1f}%'></span></span></li>"
    )


def _notes(report: RunReport) -> str:
    drift = (f"{one.why}; it is {one.span} ({one.rule})" for one in report.drift)
    notes = [f"<li>{escape(note)}" for note in (*report.notes, *drift)]
    return f"<h2>Good to know</h2><ul class=notes>{''.join(notes)}</ul>" if notes else ""


def _pictures(report: RunReport) -> str:
    figures = (
        f"<figure><figcaption>{escape(title)}</figcaption>{svg}</figure>"
        for title, svg in pictures_of(report)
    )
    return f"<div class=pictures>{''.join(figures)}</div>"


def _reasons(report: RunReport) -> str:
    lines, more = shown(told_of(report))
    if not lines:
        return ""
    told = (
        f"<li>{_outcome(line)} <b>{_name(line)}</b><ul>{''.join(_told(line))}</ul></li>" for line in lines
    )
    return f"<h2>Why</h2><ul class=why>{''.join(told)}</ul>{_more(more, 'have something to say')}"


def _told(line: ReportLine) -> Iterator[str]:
    told, more = shown(line.told, REASONS_SHOWN)
    yield from (f"<li>{escape(one)}" for one in told)
    if more:
        yield f"<li>and {more} more"


def _properties(report: RunReport) -> str:
    if not report.lines:
        return "<p>Nothing was pending.</p>"
    lines, more = shown(properties_of(report))
    rows = [
        (
            _name(line),
            _outcome(line),
            "" if line.quality_score is None else f"{line.quality_score:.2f}",
            escape(line.models) + (" <small>cached</small>" if line.cached else ""),
            dollars(line.cost_micro_usd),
        )
        for line in lines
    ]
    head = ("Property", "Outcome", "#Score", "Written by", "#Cost")
    return _section("Properties", head, rows, _more(more, "are not listed"))


def _writers(report: RunReport) -> str:
    head = (
        "Tier",
        "Model",
        "#Parts",
        "#Cached",
        "#Tokens in",
        "#Tokens out",
        "#Cost",
        "#Half / 95 %",
    )
    rows = [
        (
            escape(one.tier),
            escape(one.model),
            f"{one.parts:,}",
            f"{one.cached:,}",
            f"{one.input_tokens:,}",
            f"{one.output_tokens:,}",
            dollars(one.cost_micro_usd),
            timed(one),
        )
        for one in writers_of(report)
    ]
    return _section("Who wrote", head, rows, f"<p class=soft>{escape(WITHIN)}</p>")


def _card(report: RunReport) -> str:
    rows = [[escape(cell) for cell in row] for row in card_of(report)]
    return _section("Report card", CARD_HEAD, rows)


def _models(report: RunReport) -> str:
    rows = [
        (
            escape(model),
            f"{use.calls:,}",
            f"{use.input_tokens:,}",
            f"{use.output_tokens:,}",
            dollars(use.cost_micro_usd),
        )
        for model, use in report.models.items()
    ]
    head = ("Model", "#Calls", "#Tokens in", "#Tokens out", "#Cost")
    return _section("The invoice of this run", head, rows)


def _rules(report: RunReport) -> str:
    rows = [
        (escape(one.rule), one.severity, f"{one.properties:,}", f"{one.replaced:,}", escape(one.example))
        for one in rules_of(report)
    ]
    head = ("Rule", "Severity", "#Properties", "#Texts that gave way", "For example")
    return _section("Findings by rule", head, rows)


def _conflicts(report: RunReport) -> str:
    rows = [(escape(field), f"{count:,}", escape(example)) for field, count, example in conflicts_of(report)]
    return _section("What the sources disagree on", ("Field", "#Properties", "For example"), rows)


def _about(report: RunReport) -> str:
    rows = [(escape(name), escape(value)) for name, value in facts_of_run(report)]
    rows.append(("Flow run", escape(report.flow_run_id or "")))
    return _section("In numbers", ("What", "This run"), rows)


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], below: str = "") -> str:
    """A table under its title; nothing without rows. A column whose name begins with # is of numbers."""
    if not rows:
        return ""
    kinds = [f" class={_NUMBER}" if name.startswith("#") else "" for name in head]
    names = "".join(f"<th{kind}>{escape(name.lstrip('#'))}" for name, kind in zip(head, kinds, strict=True))
    body = "".join(f"<tr>{_cells(row, kinds)}" for row in rows)
    return f"<h2>{escape(title)}</h2><div class=scrolls><table><tr>{names}{body}</table></div>{below}"


def _cells(row: Iterable[str], kinds: Sequence[str]) -> str:
    return "".join(f"<td{kind}>{cell}" for cell, kind in zip(row, kinds, strict=True))


def _name(line: ReportLine) -> str:
    return escape(line.address or ", ".join(line.raw_ids))


def _outcome(line: ReportLine) -> str:
    return f"<span class='outcome {_class(line.outcome)}'>{escape(line.outcome.value)}</span>"


def _class(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "-")


def _more(count: int, what: str) -> str:
    told = f"... and {count:,} more {what}: <code>phoenix export</code> writes them all."
    return f"<p class=soft>{told}</p>" if count else ""
