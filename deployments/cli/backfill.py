"""Old records done again: `phoenix backfill`."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.text import Text

from deployments.cli.console import fail, out, print_json, print_table, progress, say
from deployments.cli.people import print_entry
from deployments.cli.records import open_store
from deployments.cli.runs import NOTHING_FAILED, Models
from deployments.prefect_server import prefect_api
from phoenix_real_estate.backfill import BackfillReport, Estimate, Job, Jobs, Selection
from phoenix_real_estate.backfill.report import looked_at
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Source
from phoenix_real_estate.money import dollars, usd
from phoenix_real_estate.settings import Settings, load_settings

DAY = "%Y-%m-%d"


class Redo(StrEnum):
    """What to do again."""

    NEVER_ENRICHED = "never-enriched"
    OLD_PROMPT = "old-prompt"
    FAILED_GATE = "failed-gate"
    ALL = "all"


class Status(StrEnum):
    """Where raw records rest."""

    PENDING = "pending"
    PROCESSED = "processed"
    NEEDS_REVIEW = "needs_review"
    DEAD_LETTER = "dead_letter"


def backfill(
    redo: Annotated[Redo, typer.Option(help="What to do again.")] = Redo.NEVER_ENRICHED,
    collected_from: Annotated[
        datetime | None, typer.Option("--from", formats=[DAY], help="Collected on this day or later.")
    ] = None,
    collected_to: Annotated[
        datetime | None, typer.Option("--to", formats=[DAY], help="Collected on this day or earlier.")
    ] = None,
    source: Annotated[Source | None, typer.Option(help="Only this source.")] = None,
    zips: Annotated[
        list[str] | None, typer.Option("--zip", help="Only houses in this ZIP code; may be repeated.")
    ] = None,
    statuses: Annotated[
        list[Status] | None, typer.Option("--status", help="Only records in this state; may be repeated.")
    ] = None,
    prompt_older_than: Annotated[
        str, typer.Option(metavar="VERSION", help="Only texts of an older prompt version than this, say v2.")
    ] = "",
    ids: Annotated[list[str] | None, typer.Option("--id", help="Only this record; may be repeated.")] = None,
    decided_by_people: Annotated[
        bool, typer.Option("--decided-by-people", help="Also properties that a person has decided on.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many records.")] = None,
    resume: Annotated[
        str, typer.Option(metavar="ID", help="Go on with this backfill; 'latest' is the newest not done.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--run", help="Only tell what it would cost, or really do it.")
    ] = True,
    models: Annotated[
        Models, typer.Option(help="The configured tiers, only free ones (Ollama, composer), or none at all.")
    ] = Models.CONFIGURED,
    concurrency: Annotated[
        int, typer.Option(min=0, max=1000, help="LLM calls in flight. 0: half of MAX_CONCURRENCY.")
    ] = 0,
    listing: Annotated[bool, typer.Option("--list", help="The backfills so far; starts none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Enrich old records again, in chunks, beside the scheduled run. A dry run unless told --run."""
    if listing:
        _list(as_json)
        return
    selection = _selection(
        redo=redo.value.replace("-", " "),
        collected_from=collected_from.date() if collected_from else None,
        collected_to=collected_to.date() if collected_to else None,
        source=source.value if source else "any",
        zips=zips or [],
        statuses=[status.value for status in statuses or ()],
        prompt_older_than=prompt_older_than,
        ids=ids or [],
        decided_by_people=decided_by_people,
        limit=limit or 0,
    )
    how = {"models": models.value, "max_concurrency": concurrency}
    parameters = {"what": selection, "how": how, "resume": resume, "dry_run": dry_run}
    _told(_run(load_settings(), parameters), as_json)


def _selection(**wanted: object) -> Selection:
    try:
        return Selection.model_validate(wanted)
    except ValidationError as invalid:
        problems = "; ".join(error["msg"].removeprefix("Value error, ") for error in invalid.errors())
        raise ConfigurationError(
            f"No such choice can be made: {problems}. See phoenix backfill --help."
        ) from None


def _run(settings: Settings, parameters: dict[str, Any]) -> Estimate | BackfillReport | str:
    # The progress bar and the report say it better; the run's page in the UI keeps every line.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with prefect_api(settings), progress("records") as bar:
        from flows.backfill import backfill as backfill_flow
        from flows.progress import listening

        shown = bar.add_task("Backfilling", total=None)
        with listening(lambda done, of: bar.update(shown, completed=done, total=of)):
            state = backfill_flow(**parameters, return_state=True)
    if state.data is None:
        return str(state.message)
    result: Any = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return Estimate.model_validate(result) if parameters["dry_run"] else BackfillReport.model_validate(result)


def _told(result: Estimate | BackfillReport | str, as_json: bool) -> None:
    if isinstance(result, str):
        print_json({"told": result}) if as_json else say(result)
        return
    if as_json:
        print_json(_for_programs(result))
    elif isinstance(result, Estimate):
        _show_estimate(result)
    else:
        _show_report(result)
    if isinstance(result, BackfillReport) and result.ended not in NOTHING_FAILED:
        fail(result.notes[0])


def _for_programs(result: Estimate | BackfillReport) -> dict[str, Any]:
    told = result.model_dump(mode="json")
    if isinstance(result, Estimate):
        return told | {"cost_usd": usd(result.cost_micro_usd)}
    return told | {"left": result.left}


def _show_estimate(told: Estimate) -> None:
    head = ("tier", "model", "properties", "calls", "in the cache", "tokens in", "tokens out", "USD")
    rows = [
        (
            one.tier,
            ", ".join(one.models),
            *(f"{number:,}" for number in (one.properties, one.calls, one.cached)),
            *(f"{number:,}" for number in (one.input_tokens, one.output_tokens)),
            f"{usd(one.cost_micro_usd):.6f}",
        )
        for one in told.tiers
    ]
    print_table("Dry run: nothing is changed", head, rows, right=head[2:])
    out.print(Text(told.one_line, style="bold"), soft_wrap=True)
    for line in (*told.lengths, *told.notes):
        out.print(Text(f"note: {line}"), soft_wrap=True)
    say("Really do it: the same with --run.")


def _show_report(report: BackfillReport) -> None:
    for line in report.reasons:
        name = line.address or ", ".join(line.raw_ids)
        out.print(Text(f"{line.outcome.value:<12}  {name}: {'; '.join(line.told)}"), soft_wrap=True)
    if report.more_reasons:
        out.print(Text(f"... and {report.more_reasons:,} more"))
    for note in report.notes:
        out.print(Text(f"note: {note}"), soft_wrap=True)
    out.print(Text(f"\n{report.ended}: {report.one_line}", style="bold"), soft_wrap=True)
    spent, today, share = (
        dollars(amount)
        for amount in (report.spent_in_run_micro_usd, report.spent_today_micro_usd, report.a_day_micro_usd)
    )
    out.print(f"spent in this run {spent}, today {today}; backfills stop at {share} a day")
    if report.left:
        say(f"Go on: phoenix backfill --resume {report.job} --run")


def _list(as_json: bool) -> None:
    with open_store(load_settings()) as store:
        jobs = Jobs(store.database)
        listed = [(job, jobs.counts(job)) for job in jobs.all()]
    if as_json:
        print_json([job.model_dump(mode="json") | {"counts": counts} for job, counts in listed])
        return
    for job, counts in listed:
        print_entry(job.id, _summary(job, counts), job.notes)
    say("Go on with one: phoenix backfill --resume ID --run." if listed else "There is no backfill yet.")


def _summary(job: Job, counts: dict[str, int]) -> str:
    looked = f"{looked_at(counts):,} of {job.records:,} records looked at"
    return f"{job.selection.redo}, {job.state}, begun {job.created_at:%Y-%m-%d %H:%M} UTC, {looked}"
