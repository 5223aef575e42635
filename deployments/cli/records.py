"""Records in and out: `phoenix load` and `phoenix export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TextIO

import typer

from deployments.arrivals import tell_of_arrival
from deployments.cli.console import complain, progress, say
from phoenix_real_estate.embedded import servers
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.export import Names, exported
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import RawRecord, Source
from phoenix_real_estate.settings import Settings, load_settings
from phoenix_real_estate.store import Added, Store

WRITTEN_AT_ONCE = 500
REFUSALS_SHOWN = 20
ADVICE = "Correct it, say what it is with --source, or name another file."


class Status(StrEnum):
    """Which processed properties to export."""

    PUBLISHED = "published"
    NEEDS_REVIEW = "needs_review"
    ALL = "all"


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The store of these settings, on embedded servers where none are set."""
    with servers(settings) as running:
        store = Store.connect(running.settings)
        try:
            yield store
        finally:
            store.close()


def load(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files or folders.", show_default=False)
    ],
    source: Annotated[
        Source | None,
        typer.Option(help="What the records are, where they name no source or none that is known."),
    ] = None,
) -> None:
    """Load raw records: JSON, JSONL, ARMLS CSV or HTML, files or folders. Known records are left alone."""
    settings = load_settings()
    with open_store(settings) as store:
        loaded = [_load_one(store, path, source) for path in paths]
        if new := sum(one.new for one in loaded):
            tell_of_arrival(settings, new)
    failures = [one.failure for one in loaded if one.failure]
    for failure in failures:
        complain(failure)
    if failures:
        raise typer.Exit(1)


class _Loaded(NamedTuple):
    """How many records were new, or the reason why nothing could be taken."""

    new: int = 0
    failure: str | None = None


def _load_one(store: Store, path: Path, source: Source | None) -> _Loaded:
    """Loads a file or folder."""
    refusals: list[Refusal] = []
    try:
        read = read_records(path, source=source)
    except ConfigurationError as error:
        return _Loaded(failure=str(error))
    added = _added(store, path.name, _taken(read, refusals), refusals)
    if added.new or added.known:
        say(f"{path}: {added.new} new, {added.known} known already, {len(refusals)} refused")
        _show(refusals)
        return _Loaded(new=added.new)
    if len(refusals) == 1:
        return _Loaded(failure=f"{path}: no record taken. {refusals[0].where}: {refusals[0].why} {ADVICE}")
    _show(refusals)
    return _Loaded(failure=f"{path}: none of {len(refusals)} records taken, for the reasons above. {ADVICE}")


def _added(store: Store, name: str, taken: Iterator[RawRecord], refusals: list[Refusal]) -> Added:
    """How many were new and known; what MongoDB would not take joins the refusals."""
    new = known = 0
    with progress("records") as bar:
        task = bar.add_task(name, total=None)
        while records := list(islice(taken, WRITTEN_AT_ONCE)):
            added = store.raw.add(records)
            new, known = new + added.new, known + added.known
            refusals += [Refusal(where=one, why=f"{why}.") for one, why in added.refused.items()]
            bar.advance(task, len(records))
    return Added(new=new, known=known)


def _show(refusals: Sequence[Refusal]) -> None:
    for refusal in refusals[:REFUSALS_SHOWN]:
        say(f"  refused {refusal.where}: {refusal.why}")
    if len(refusals) > REFUSALS_SHOWN:
        say(f"  ... and {len(refusals) - REFUSALS_SHOWN} more")


def _taken(read: Iterable[RawRecord | Refusal], refusals: list[Refusal]) -> Iterator[RawRecord]:
    for one in read:
        if isinstance(one, Refusal):
            refusals.append(one)
        else:
            yield one


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .jsonl or .json file; - is stdout (JSONL).")
    ],
    status: Annotated[Status, typer.Option(help="Which properties.")] = Status.PUBLISHED,
    names: Annotated[Names, typer.Option(help="Field names of the facts: ours or RESO's.")] = Names.PHOENIX,
) -> None:
    """Write the processed properties to a file."""
    require_known_ending(file)
    with open_store(load_settings()) as store:
        wanted = None if status is Status.ALL else status.value
        documents = (exported(document, names) for document in store.processed.find(wanted))
        write_documents(file, documents, "properties")


def require_known_ending(file: Path) -> None:
    """Raises ConfigurationError for a file that is neither .jsonl nor .json nor stdout."""
    if str(file) != "-" and file.suffix not in {".jsonl", ".json"}:
        raise ConfigurationError(f"{file}: export writes .jsonl or .json; choose one of these endings.")


def write_documents(file: Path, documents: Iterable[dict[str, Any]], what: str) -> None:
    """Writes the documents and says how many; `-` is stdout."""
    if str(file) == "-":
        _write_lines(sys.stdout, documents)
    else:
        say(f"{_write_file(file, documents)} {what} written to {file}")


def _write_file(file: Path, documents: Iterable[dict[str, Any]]) -> int:
    """The file is replaced only once everything is written."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as target:
            written = _write_lines(target, documents) if file.suffix == ".jsonl" else _dump(target, documents)
        unfinished.replace(file)
        return written
    except OSError as problem:
        raise ConfigurationError(
            f"{file} cannot be written: {problem.strerror}. Choose another path."
        ) from None


def _dump(target: TextIO, documents: Iterable[dict[str, Any]]) -> int:
    everything = list(documents)
    json.dump(everything, target, ensure_ascii=False, indent=2)
    return len(everything)


def _write_lines(target: TextIO, documents: Iterable[dict[str, Any]]) -> int:
    return sum(1 for line in map(_as_line, documents) if target.write(line))


def _as_line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"
