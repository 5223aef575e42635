"""Records that were given up: `phoenix dead-letters list|show|replay|drop`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from deployments.cli.console import print_json, print_table, say
from deployments.cli.people import By, print_entry, user
from deployments.cli.records import open_store
from phoenix_real_estate.errors import ConfigurationError, RecordError
from phoenix_real_estate.models import Source
from phoenix_real_estate.replay import (
    Found,
    Wanted,
    advice,
    drop,
    find_letters,
    foreseen,
    grouped,
    identity,
    replay,
)
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import DeadLetter, Store
from phoenix_real_estate.store.dead_letters import LetterState

app = typer.Typer(
    name="dead-letters",
    no_args_is_help=True,
    help="Records that were given up, each with its reason: look, give them another chance, or drop them.",
)


class State(StrEnum):
    """Which letters, by what was done about them."""

    OPEN = "open"
    REPLAYED = "replayed"
    DROPPED = "dropped"
    ALL = "all"


Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Raw records.", show_default=False)]
ErrorClass = Annotated[str | None, typer.Option("--class", help="Only this error class.")]
Stage = Annotated[str | None, typer.Option(help="Only this stage: normalize, enrich, gate, review.")]
From = Annotated[Source | None, typer.Option("--source", help="Only this source.")]
OlderThan = Annotated[float | None, typer.Option(metavar="DAYS", min=0, help="Only letters this old.")]
NewerThan = Annotated[float | None, typer.Option(metavar="DAYS", min=0, help="Only letters of these days.")]
InState = Annotated[State, typer.Option(help="Only these.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Everything = Annotated[bool, typer.Option("--all", help="All open letters.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell how many it would be.")]
Dropped = Annotated[bool, typer.Option("--dropped", help="Those that were dropped, not the open ones.")]


@app.command("list")
def list_letters(
    error_class: ErrorClass = None,
    stage: Stage = None,
    source: From = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    state: InState = State.OPEN,
    each: Annotated[bool, typer.Option("--each", help="Every letter, not groups of them.")] = False,
    as_json: AsJson = False,
) -> None:
    """The dead letters by error class: how many, since when, from where and why."""
    wanted = _wanted(None, error_class, stage, source, older_than, newer_than, state)
    with open_store(load_settings()) as store:
        found = find_letters(store, wanted, now=datetime.now(UTC))
    if as_json:
        print_json(
            {
                "groups": [group.model_dump(mode="json") for group in grouped(found)],
                "letters": [_told(one) for one in found],
            }
        )
    elif not found:
        say("No dead letters.")
    elif each:
        _print_letters(found)
    else:
        _print_groups(found)


@app.command()
def show(
    record: Annotated[str, typer.Argument(metavar="ID", help="A raw record.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """One dead letter: the whole reason, which record it is, and what to do next."""
    with open_store(load_settings()) as store:
        one = _found(store, record)
        raw = store.raw.read([record]).get(record)
    facts = identity(raw[0]) if raw else {}
    if as_json:
        print_json(_told(one) | {"record": facts, "next": advice(one.letter)})
        return
    letter = one.letter
    rows = [("record", letter.raw_id), ("source", one.source or "unknown"), *facts.items()]
    rows += [("stage", letter.stage), ("error class", letter.error_class), ("attempts", str(letter.attempts))]
    rows += [("when", _when(letter)), ("letter", letter.state), ("record is now", one.status or "gone")]
    print_table("Dead letter", ("", ""), rows)
    say(f"Reason: {letter.message}")
    for settled in letter.settled:
        say(
            f"{settled.state} by {settled.by} at {settled.at:%Y-%m-%d %H:%M} UTC: "
            f"{settled.why or 'no reason given'}"
        )
    for earlier in letter.history:
        say(f"before, {_when(earlier)}: {earlier.message}")
    say(f"Next: {advice(letter)}")


@app.command("replay")
def replay_letters(
    ids: Ids = None,
    error_class: ErrorClass = None,
    stage: Stage = None,
    source: From = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    everything: Everything = False,
    dropped: Dropped = False,
    dry_run: DryRun = False,
    why: Annotated[str, typer.Option(help="What has changed; kept with the letters.")] = "",
    by: By = "",
) -> None:
    """Put records back to pending with all their attempts; their history is kept."""
    state = State.DROPPED if dropped else State.OPEN
    wanted = _chosen(_wanted(ids, error_class, stage, source, older_than, newer_than, state), everything)
    now = datetime.now(UTC)
    with open_store(load_settings()) as store:
        found = find_letters(store, wanted, now=now)
        _complain_of_unknown(ids, found)
        told = foreseen(found) if dry_run else replay(store, found, by=user(by), at=now, why=why)
    say(f"{'Dry run: would put ' if dry_run else ''}{told.one_line}.")


@app.command("drop")
def drop_letters(
    ids: Ids = None,
    error_class: ErrorClass = None,
    stage: Stage = None,
    source: From = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    everything: Everything = False,
    dry_run: DryRun = False,
    why: Annotated[str, typer.Option(help="Why nothing more is to be done. Needed.")] = "",
    by: By = "",
) -> None:
    """Mark letters as dropped: nobody is to be bothered again. They are kept, and can be replayed later."""
    if not why.strip():
        raise ConfigurationError("Say with --why why nothing more is to be done; it is kept with the letter.")
    wanted = _chosen(_wanted(ids, error_class, stage, source, older_than, newer_than, State.OPEN), everything)
    now = datetime.now(UTC)
    with open_store(load_settings()) as store:
        found = find_letters(store, wanted, now=now)
        _complain_of_unknown(ids, found)
        number = len(found) if dry_run else drop(store, found, by=user(by), at=now, why=why)
    say(f"{number} {'would be dropped (dry run)' if dry_run else 'dropped'}.")


def _wanted(
    ids: list[str] | None,
    error_class: str | None,
    stage: str | None,
    source: Source | None,
    older_than: float | None,
    newer_than: float | None,
    state: State,
) -> Wanted:
    states: dict[State, LetterState | None] = {
        State.OPEN: "open",
        State.REPLAYED: "replayed",
        State.DROPPED: "dropped",
        State.ALL: None,
    }
    return Wanted(
        ids=tuple(ids) if ids else None,
        error_class=error_class,
        stage=stage,
        source=source.value if source else None,
        older_than=None if older_than is None else timedelta(days=older_than),
        newer_than=None if newer_than is None else timedelta(days=newer_than),
        state=states[state],
    )


def _chosen(wanted: Wanted, everything: bool) -> Wanted:
    if wanted.is_everything and not everything:
        raise ConfigurationError("Name records, narrow the choice (--class, --stage, ...), or say --all.")
    return wanted


def _complain_of_unknown(ids: list[str] | None, found: list[Found]) -> None:
    unknown = sorted(set(ids or ()) - {one.letter.raw_id for one in found})
    if unknown:
        raise RecordError(
            f"no such dead letter: {', '.join(unknown)}. See phoenix dead-letters list --each --state all."
        )


def _found(store: Store, record: str) -> Found:
    found = find_letters(store, Wanted(ids=(record,), state=None), now=datetime.now(UTC))
    _complain_of_unknown([record], found)
    return found[0]


def _told(one: Found) -> dict[str, object]:
    return {**one.letter.model_dump(mode="json"), "source": one.source, "record_is_now": one.status}


def _print_groups(found: list[Found]) -> None:
    for group in grouped(found):
        sources = ", ".join(f"{source} {count:,}" for source, count in group.sources.items())
        details = f"at {group.stage}: {sources}; newest {group.newest:%Y-%m-%d %H:%M} UTC"
        print_entry(f"{group.count:,} {group.error_class}", details, [group.example])
    say("Each: --each. One: phoenix dead-letters show ID. Another chance: phoenix dead-letters replay.")


def _print_letters(found: list[Found]) -> None:
    for one in found:
        letter = one.letter
        details = f"{letter.error_class} at {letter.stage}, {_when(letter)}, {letter.state}"
        print_entry(letter.raw_id, details, [letter.message])


def _when(letter: DeadLetter) -> str:
    return f"{letter.at:%Y-%m-%d %H:%M} UTC"
