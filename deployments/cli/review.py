"""Properties for a person: `phoenix review list|show|approve|edit|reject|re-enrich|withdraw|export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markdown import Markdown

from deployments.cli.console import fail, legible, out, print_json, say
from deployments.cli.people import By, print_entry, user
from deployments.cli.records import open_store, require_known_ending, write_documents
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Enrichment, Property, Verdict
from phoenix_real_estate.review import (
    Answer,
    Case,
    Choice,
    Texts,
    case_of,
    examples,
    notes_of,
    published_case,
    put_in_order,
    rule,
    waiting,
)
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import Store

app = typer.Typer(
    name="review",
    no_args_is_help=True,
    help="Properties that need a person: look, approve, edit, reject, have them enriched again, or withdraw "
    "what is published. "
    "The same in a form: the deployment review in the Prefect UI.",
)

One = Annotated[str, typer.Argument(metavar="ID", help="A property.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]
Version = Annotated[
    datetime | None,
    typer.Option(
        metavar="TIME", help="Only if it is still of this version, as show tells it.", show_default="any"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("list")
def list_cases(as_json: AsJson = False) -> None:
    """The properties that wait, the longest first, each with its reasons."""
    with _in_order() as store:
        cases = waiting(store)
    if as_json:
        print_json([_told(case) for case in cases])
        return
    for case in cases:
        details = f"{case.name}, score {case.quality_score:.2f}, since {_version(case)}"
        print_entry(case.property_id, details, [f"{one.why} ({one.rule})" for one in case.findings])
    say("One of them: phoenix review show ID." if cases else "Nothing waits for a person.")


@app.command()
def show(
    property_id: One,
    as_json: AsJson = False,
    texts: Annotated[bool, typer.Option("--texts", help="Only the texts, as edit takes them.")] = False,
) -> None:
    """One property: texts with what was found in them, conflicts, scores, facts, and who wrote it."""
    with _in_order() as store:
        case = case_of(store, property_id)
    if texts:
        print_json(Texts.of(case.enrichment).model_dump(mode="json"))
    elif as_json:
        print_json(_told(case))
    else:
        out.print(Markdown(legible(notes_of(case).page)))
        say(f"version {_version(case)}")
        say(f"Next: phoenix review approve|edit|reject|re-enrich {property_id}")


@app.command()
def approve(property_id: One, reason: Reason = "", version: Version = None, by: By = "") -> None:
    """Publish the texts as they are. They pass the gate again: nothing false is published."""
    _decide(property_id, Choice.APPROVE, version, by, reason)


@app.command()
def edit(
    property_id: One,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The texts as JSON; - is stdin.")],
    reason: Reason = "",
    version: Version = None,
    by: By = "",
) -> None:
    """Publish with other texts: description, features, narrative. What the gate rejects is not published.

    phoenix review show ID --texts > texts.json writes what there is to edit.
    """
    _decide(property_id, Choice.EDIT, version, by, reason, _texts(file))


@app.command()
def reject(property_id: One, reason: Reason = "", version: Version = None, by: By = "") -> None:
    """Publish nothing: the records become dead letters with your --reason, which is needed."""
    _decide(property_id, Choice.REJECT, version, by, reason)


@app.command("re-enrich")
def re_enrich(property_id: One, reason: Reason = "", version: Version = None, by: By = "") -> None:
    """Send the records round again, with the facts, prompts and models of the next run.

    Where none of these has changed the cached answer is the same until CACHE_TTL_HOURS are over.
    """
    _decide(property_id, Choice.RE_ENRICH, version, by, reason)


@app.command()
def withdraw(property_id: One, reason: Reason = "", version: Version = None, by: By = "") -> None:
    """Take a published property back into review, with your --reason, which is needed.

    Consumers no longer read it; earlier decisions are kept.
    """
    _decide(property_id, Choice.WITHDRAW, version, by, reason)


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .jsonl or .json file; - is stdout (JSONL).")
    ],
) -> None:
    """Write the decisions as a data set: facts, texts before and after, findings, prompts, models."""
    require_known_ending(file)
    with _in_order() as store:
        write_documents(file, examples(store), "decisions")


@contextmanager
def _in_order() -> Iterator[Store]:
    with open_store(load_settings()) as store:
        put_in_order(store, at=datetime.now(UTC))
        yield store


def _decide(
    property_id: str,
    choice: Choice,
    version: datetime | None,
    by: str,
    reason: str,
    texts: Texts | None = None,
) -> None:
    answer = Answer(choice=choice, by=user(by), reason=reason, texts=texts or Texts())
    with _in_order() as store:
        found = published_case if choice is Choice.WITHDRAW else case_of
        case = found(store, property_id)
        ruling = rule(store, property_id, version or case.version, answer, _judge, at=datetime.now(UTC))
    if ruling.outcome in {"refused", "overtaken"}:
        fail(ruling.told)
    say(ruling.told)


def _judge(property: Property, enrichment: Enrichment) -> Verdict:
    from expectations.opinion import opinion

    return opinion(property, enrichment, threshold=load_settings().quality_threshold)


def _texts(file: Path) -> Texts:
    try:
        return Texts.model_validate_json(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as problem:
        raise ConfigurationError(f"{file} cannot be read: {problem.strerror}. Name another file.") from None
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise ConfigurationError(
            f"{file} holds no texts: {where}: {first['msg']}. See phoenix review show ID --texts."
        ) from None


def _told(case: Case) -> dict[str, object]:
    return case.model_dump(mode="json", exclude={"facts": {"remarks"}})


def _version(case: Case) -> str:
    return case.version.isoformat() if case.version else "unknown"
