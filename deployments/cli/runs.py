"""Runs of the flow: `phoenix enrich` and `demo`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import Annotated, Any

import typer
from rich.text import Text

from deployments.cli.console import fail, out, print_json, progress, say
from deployments.cli.records import open_store
from deployments.prefect_server import PORT, prefect_api
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import Address, Source
from phoenix_real_estate.money import dollars
from phoenix_real_estate.report import Outcome, ReportLine, RunReport
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings, load_settings, using
from phoenix_real_estate.store import Store

DEMO_DATABASE = "phoenix_demo"
NOTHING_FAILED = {"Completed", "BudgetExhausted"}


COLORS = {
    Outcome.PUBLISHED: "green",
    Outcome.NEEDS_REVIEW: "yellow",
    Outcome.DEAD_LETTER: "red",
    Outcome.PENDING: "blue",
}


class Models(StrEnum):
    """Which models may write."""

    CONFIGURED = "configured"
    FREE = "free"
    COMPOSER = "composer"


def enrich(
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many records.")] = None,
    source: Annotated[list[Source] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    models: Annotated[
        Models, typer.Option(help="The configured tiers, only free ones (Ollama, composer), or none at all.")
    ] = Models.CONFIGURED,
    as_json: Annotated[bool, typer.Option("--json", help="The run report, for programs.")] = False,
) -> None:
    """Enrich what is pending, now, as one ad-hoc run of the flow."""
    parameters = {"limit": limit or 0, "sources": [str(one) for one in source or ()], "models": str(models)}
    with _interruptions_told():
        report = _run(load_settings(), parameters)
    if as_json:
        print_json(report.model_dump(mode="json") | {"counts": report.counts})
    else:
        show(report)
    if report.ended not in NOTHING_FAILED:
        fail(report.notes[0])


@contextmanager
def _interruptions_told() -> Iterator[None]:
    """Says at once that Ctrl-C was heard, and at the end what came of it."""

    def heard(number: int, frame: FrameType | None) -> None:
        say("Interrupted. Waiting for the calls under way: they are paid for ...")
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    except KeyboardInterrupt:
        say("What was finished is published; what was claimed is pending again.")
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def demo() -> None:
    """The main job end to end: sample records, embedded servers, no key, no cost, nothing left running.

    It works in a database of its own and never touches yours.
    """
    settings = load_settings().model_copy(
        update={"mongodb_uri": None, "redis_url": None, "mongodb_database": DEMO_DATABASE}
    )
    say("Starting the embedded MongoDB, Redis and Prefect servers (the first time takes longest) ...")
    with using(settings), prefect_api(settings, embedded=True), _emptied_store(settings) as store:
        records = [one for one in read_records(samples_dir()) if not isinstance(one, Refusal)]
        store.raw.add(records)
        say(f"{len(records)} sample records loaded.\n")
        report = _run(settings, {"models": str(Models.COMPOSER)}, embedded=True)
        documents = list(store.processed.find("published"))
    show(report)
    _show_one(documents)
    _show_where_to_look(report)


@contextmanager
def _emptied_store(settings: Settings) -> Iterator[Store]:
    with open_store(settings) as store:
        store.database.client.drop_database(store.database)
    with open_store(settings) as store:
        yield store


def show(report: RunReport) -> None:
    """What happened to every record, and the money."""
    for line in report.lines:
        out.print(_headline(line), soft_wrap=True)
        for reason in line.told:
            out.print(Text(f"              {reason}", style="dim"), soft_wrap=True)
    for note in report.notes:
        out.print(Text(f"note: {note}"), soft_wrap=True)
    spent, today, limit = (
        dollars(amount)
        for amount in (
            report.spent_in_run_micro_usd,
            report.spent_today_micro_usd,
            report.daily_limit_micro_usd,
        )
    )
    out.print(f"\n{report.ended}: {report.one_line}", style="bold")
    out.print(f"spent in this run {spent}, today {today} of {limit}")
    if report.page:
        out.print(Text(f"report {report.page}"), soft_wrap=True)


def _headline(line: ReportLine) -> Text:
    score = "" if line.quality_score is None else f"  score {line.quality_score:.2f}"
    writer = f"  by {line.models}" if line.models else ""
    cached = " (cached)" if line.cached else ""
    records = f"  ({len(line.raw_ids)} records)" if len(line.raw_ids) > 1 else ""
    return Text.assemble(
        (f"{line.outcome.value:<12}", COLORS[line.outcome]),
        f"  {line.address or ', '.join(line.raw_ids)}",
        (f"{score}{writer}{cached}{records}", "dim"),
    )


def _run(settings: Settings, parameters: dict[str, Any], *, embedded: bool = False) -> RunReport:
    # The progress bar and the report say it better; the run's page in the UI keeps every line.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with prefect_api(settings, embedded=embedded), progress("records") as bar:
        from flows.enrich import enrich_pending
        from flows.progress import listening

        shown = bar.add_task("Enriching", total=None)
        with listening(lambda done, claimed: bar.update(shown, completed=done, total=claimed)):
            state = enrich_pending(**parameters, return_state=True)
        result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return RunReport.model_validate(result)


def _show_one(documents: Sequence[Mapping[str, Any]]) -> None:
    """The property that most is known about."""
    if not documents:
        return
    document = max(documents, key=lambda one: len(one["property"]["provenance"]))
    texts = document["llm_enrichment"]
    analysis = texts["investment_analysis"]
    address = Address.model_validate(document["property"]["address"])
    out.print(Text(f"\nOne of them: {address.one_line}\n", style="bold"))
    out.print(Text(f"{texts['description']}\n"))
    for feature in texts["features"]:
        out.print(Text(f"  - {feature['feature']} ({feature['category']}): {feature['appeal']}"))
    out.print(Text(f"\n{analysis['recommendation'].capitalize()}. {analysis['narrative']}\n"))
    for kind, word in (("risks", "risk"), ("opportunities", "opportunity")):
        for text in analysis[kind]:
            out.print(Text(f"  {word}: {text}"))


def _show_where_to_look(report: RunReport) -> None:
    places = {
        "why the gate decided so": report.data_docs or "no property reached the gate",
        "in the Prefect UI": f"make serve, then http://127.0.0.1:{PORT}/runs/flow-run/{report.flow_run_id}",
        "with your own records": "source .venv/bin/activate, phoenix load PATH, phoenix enrich",
    }
    out.print(Text("\nWhere to look", style="bold"))
    for what, where in places.items():
        out.print(Text(f"  {what:<24} {where}"), soft_wrap=True)
