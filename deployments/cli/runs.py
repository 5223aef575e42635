"""Runs of the flow: `phoenix enrich`, `demo`, `serve` and `down`."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Any

import typer

from deployments.cli.console import fail, out, print_json, print_table, progress, say
from deployments.cli.records import open_store
from deployments.prefect_server import PORT, prefect_api
from phoenix_real_estate.embedded import stop
from phoenix_real_estate.export import exported
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import Source
from phoenix_real_estate.money import dollars
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings, load_settings, using

DEMO_DATABASE = "phoenix_demo"
NOTHING_FAILED = {"Completed", "BudgetExhausted"}


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
    parameters = {"limit": limit, "sources": [str(one) for one in source or ()], "models": str(models)}
    report = _run(load_settings(), parameters)
    if as_json:
        print_json(report.model_dump(mode="json") | {"counts": report.counts})
    else:
        show(report)
    if report.ended not in NOTHING_FAILED:
        fail(report.notes[0])


def demo() -> None:
    """The main job end to end: sample records, embedded servers, no key, no cost, nothing left running.

    It works in a database of its own and never touches yours.
    """
    settings = load_settings().model_copy(
        update={"mongodb_uri": None, "redis_url": None, "mongodb_database": DEMO_DATABASE}
    )
    say("Starting the embedded MongoDB, Redis and Prefect servers (the first time takes longest) ...")
    with using(settings), prefect_api(settings, embedded=True), open_store(settings) as store:
        store.database.client.drop_database(DEMO_DATABASE)
        with open_store(settings) as fresh:
            records = [one for one in read_records(samples_dir()) if not isinstance(one, Refusal)]
            fresh.raw.add(records)
            say(f"{len(records)} sample records loaded.")
            report = _run(settings, {"models": str(Models.COMPOSER)}, embedded=True)
            documents = [exported(document) for document in fresh.processed.find()]
    show(report)
    _show_one(documents)
    _show_where_to_look(settings, report)


def serve(
    port: Annotated[int, typer.Option(min=1, max=32767, help="Port of the Prefect UI.")] = PORT,
) -> None:
    """The Prefect UI with the schedule and the ad-hoc deployment; runs what they start. Ctrl-C ends it."""
    settings = load_settings()
    say("Starting the servers ...")
    with open_store(settings), prefect_api(settings, port=port) as url:
        from deployments.schedule import serve_deployments

        say(f"Prefect UI: {url.removesuffix('/api')}")
        serve_deployments(settings)


def down() -> None:
    """Stop the embedded servers, should any be running."""
    say("Stopped." if stop(load_settings().phoenix_home) else "Nothing was running.")


def show(report: RunReport) -> None:
    """What happened to every record, and the money."""
    rows = [
        (
            line.address or ", ".join(line.raw_ids),
            line.outcome.value,
            "" if line.quality_score is None else f"{line.quality_score:.2f}",
            line.models + (" (cached)" if line.cached else ""),
            "\n".join((*line.reasons, *line.conflicts)),
        )
        for line in report.lines
    ]
    if rows:
        print_table("Properties", ("property", "outcome", "score", "written by", "reasons"), rows)
    for note in report.notes:
        say(f"note: {note}")
    out.print(f"{report.ended}: {report.one_line}")
    out.print(
        f"spent in this run {dollars(report.spent_in_run_micro_usd)}, "
        f"today {dollars(report.spent_today_micro_usd)} of {dollars(report.daily_limit_micro_usd)}"
    )


def _run(settings: Settings, parameters: dict[str, Any], *, embedded: bool = False) -> RunReport:
    # The progress bar and the report say it better; the run's page in the UI keeps every line.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with prefect_api(settings, embedded=embedded), progress("Enriching", "records") as bar:
        from flows.enrich import enrich_pending
        from flows.progress import listening

        shown = bar.add_task("Enriching", total=None)
        with listening(lambda done, claimed: bar.update(shown, completed=done, total=claimed)):
            state = enrich_pending(**parameters, return_state=True)
        result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return RunReport.model_validate(result)


def _show_one(documents: list[dict[str, Any]]) -> None:
    written = [one for one in documents if one["status"] == "published"]
    for document in written[:1]:
        texts = document["llm_enrichment"]
        say("")
        say(f"One of them, {document['property']['address']['raw']}:")
        say(f"  {texts['description']}")
        for feature in texts["features"]:
            say(f"  - {feature['feature']} ({feature['category']}: {feature['appeal']})")
        say(
            f"  {texts['investment_analysis']['recommendation']}: {texts['investment_analysis']['narrative']}"
        )


def _show_where_to_look(settings: Settings, report: RunReport) -> None:
    home = settings.phoenix_home.absolute()
    say("")
    say("Where to look:")
    if report.data_docs:
        say(f"  why the gate decided so:  {report.data_docs}")
    say(f"  the run report:           {home / 'reports'}")
    say(
        f"  in the Prefect UI:        make serve, then http://127.0.0.1:{PORT}/runs/flow-run/{report.flow_run_id}"
    )
    say("  your own records:         phoenix load PATH, then phoenix enrich")
