"""What the command line prints: words and tables for people on stderr and stdout, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def legible(text: str) -> str:
    """The text without power over the terminal: control and direction characters are shown as escapes."""
    return "".join(c if c.isprintable() or c in "\n\t\u00a0" else ascii(c)[1:-1] for c in text)


def complain(message: str) -> None:
    """What went wrong, in one line on stderr."""
    err.print(Text.assemble(("phoenix: ", "bold red"), legible(message)), soft_wrap=True)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """One line on stderr, and the end."""
    complain(message)
    sys.exit(code)


def say(message: str) -> None:
    """A line for a person; text of records is shown as it is, never as markup."""
    err.print(Text(legible(message)), soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def print_table(
    title: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """A table for a person; columns named in `right` hold numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in head:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(legible(cell)) for cell in row))
    out.print(table)


@contextmanager
def progress(unit: str) -> Iterator[Progress]:
    """A progress bar while something long runs; nothing where stderr is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield bar
