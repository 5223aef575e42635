"""The run report as markdown for the Prefect UI. Whatever came from a record is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from phoenix_real_estate.money import dollars
from phoenix_real_estate.report.counts import (
    CARD_HEAD,
    REASONS_SHOWN,
    WITHIN,
    RuleCount,
    cache_hits_of,
    card_of,
    conflicts_of,
    prompts_of,
    properties_of,
    rules_of,
    shown,
    timed,
    told_of,
    writers_of,
)
from phoenix_real_estate.report.model import ReportLine, RunReport
from phoenix_real_estate.report.pictures import pictures_of
from phoenix_real_estate.report.svg import as_image


def to_markdown(report: RunReport) -> str:
    """The run report as the Prefect UI renders it."""
    sections = [
        _summary(report),
        _notes(report),
        _pictures(report),
        _rules(report),
        _conflicts(report),
        _reasons(report),
        _writers(report),
        _card(report),
        _models(report),
        _docs(report.data_docs),
        _properties(report),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def escaped(text: str) -> str:
    """The text as inert markdown: no HTML, no links, no headings, no table cells of its own.

    Backslashes, since Prefect's page shows HTML entities as they are written.
    """
    return re.sub(r"([\\`*_\[\]|~#<>&]|(?<=:)/(?=/))", r"\\\1", " ".join(text.split()))


def facts_of_run(report: RunReport) -> list[tuple[str, str]]:
    """What is told of the run as a whole, by name."""
    counts = report.counts
    hits, asked = cache_hits_of(report)
    rows = [
        ("Records claimed", f"{sum(counts.values()):,}"),
        *((outcome.value.capitalize(), f"{count:,}") for outcome, count in counts.items()),
        ("Properties", f"{sum(1 for line in report.lines if line.property_id):,}"),
        ("Batches", f"{report.batches:,}"),
        ("Spent in this run", dollars(report.spent_in_run_micro_usd)),
        (
            "Spent today, of the limit",
            f"{dollars(report.spent_today_micro_usd)} of {dollars(report.daily_limit_micro_usd)}",
        ),
        ("Answers out of the cache", f"{hits:,} of {asked:,}"),
        ("Prompts", ", ".join(f"{name} {version}" for name, version in prompts_of(report))),
        ("Took", f"{(report.ended_at - report.started_at).total_seconds():.1f} s"),
    ]
    return [(name, value) for name, value in rows if value]


def _summary(report: RunReport) -> str:
    rows = [(name, escaped(value)) for name, value in facts_of_run(report)]
    return f"# Enrichment run: {escaped(report.ended)}\n\n{table(('What', 'This run'), rows)}"


def _notes(report: RunReport) -> str:
    notes = [*report.notes, *(f"{one.why}; it is {one.span} ({one.rule})" for one in report.drift)]
    return "## Good to know\n\n" + "\n".join(f"- {escaped(note)}" for note in notes) if notes else ""


def _pictures(report: RunReport) -> str:
    return "\n\n".join(f"### {title}\n\n![{title}]({as_image(svg)})" for title, svg in pictures_of(report))


def _reasons(report: RunReport) -> str:
    """A list, since the UI's tables do not break long cells."""
    told, more = shown(told_of(report))
    lines = [f"- **{line.outcome.value}** {_name(line)}\n" + "\n".join(_told(line)) for line in told]
    return "## Why\n\n" + "\n".join(lines) + _more(more, "have something to say") if lines else ""


def _told(line: ReportLine) -> list[str]:
    told, more = shown(line.told, REASONS_SHOWN)
    return [*(f"  - {escaped(one)}" for one in told), *([f"  - and {more} more"] if more else [])]


def _properties(report: RunReport) -> str:
    if not report.lines:
        return "Nothing was pending."
    head = ("Property", "Outcome", "Score", "Written by", "Cost")
    lines, more = shown(properties_of(report))
    rows = [
        (
            _name(line),
            line.outcome.value,
            "" if line.quality_score is None else f"{line.quality_score:.2f}",
            escaped(line.models) + (" (cached)" if line.cached else ""),
            dollars(line.cost_micro_usd),
        )
        for line in lines
    ]
    return "## Properties\n\n" + table(head, rows) + _more(more, "are not listed") if rows else ""


def _writers(report: RunReport) -> str:
    head = (
        "Tier",
        "Model",
        "Parts",
        "Out of the cache",
        "Tokens in",
        "Tokens out",
        "Cost",
        "Half / 95 % within",
    )
    rows = [
        (
            escaped(one.tier),
            escaped(one.model),
            f"{one.parts:,}",
            f"{one.cached:,}",
            f"{one.input_tokens:,}",
            f"{one.output_tokens:,}",
            dollars(one.cost_micro_usd),
            timed(one),
        )
        for one in writers_of(report)
    ]
    return f"## Who wrote\n\n{WITHIN}\n\n{table(head, rows)}" if rows else ""


def _card(report: RunReport) -> str:
    rows = [[escaped(cell) for cell in row] for row in card_of(report)]
    return f"## Report card\n\n{table([name.lstrip('#') for name in CARD_HEAD], rows)}" if rows else ""


def _models(report: RunReport) -> str:
    head = ("Model", "Calls", "Tokens in", "Tokens out", "Cost")
    rows = [
        (
            escaped(model),
            f"{use.calls:,}",
            f"{use.input_tokens:,}",
            f"{use.output_tokens:,}",
            dollars(use.cost_micro_usd),
        )
        for model, use in report.models.items()
    ]
    return f"## The invoice of this run\n\n{table(head, rows)}" if rows else ""


def _rules(report: RunReport) -> str:
    """Lists, since the UI's tables do not break long cells."""
    told = [
        f"- **{escaped(one.rule)}** ({one.severity}): {_times(one)}; for example {escaped(one.example)}"
        for one in rules_of(report)
    ]
    return "## Findings by rule\n\n" + "\n".join(told) if told else ""


def _times(rule: RuleCount) -> str:
    texts = "1 text gave way" if rule.replaced == 1 else f"{rule.replaced:,} texts gave way"
    told = ((_properties_told(rule.properties), rule.properties), (texts, rule.replaced))
    return ", ".join(words for words, count in told if count)


def _properties_told(count: int) -> str:
    return "1 property" if count == 1 else f"{count:,} properties"


def _conflicts(report: RunReport) -> str:
    told = [
        f"- **{escaped(field)}** in {_properties_told(count)}; for example {escaped(example)}"
        for field, count, example in conflicts_of(report)
    ]
    return "## What the sources disagree on\n\n" + "\n".join(told) if told else ""


def _docs(data_docs: str | None) -> str:
    """A path, not a link: a browser opens no local file from a page of a server."""
    what = "Every verdict with its reasons, and what each expectation met (last batch)"
    return f"## Data Docs\n\n{what}: `{data_docs}`" if data_docs else ""


def _name(line: ReportLine) -> str:
    return escaped(line.address or ", ".join(line.raw_ids))


def _more(count: int, what: str) -> str:
    return f"\n\n... and {count:,} more {what}: `phoenix export` writes them all." if count else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; its cells are escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
