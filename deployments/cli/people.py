"""What the commands for people have in common: who decides, and how a list reads."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from deployments.cli.console import legible, out
from phoenix_real_estate.errors import ConfigurationError

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.", show_default="the user")]


def user(by: str) -> str:
    """The name that was given, else that of the operating system's user."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise ConfigurationError("The system does not tell who you are: say it with --by NAME.") from None


def print_entry(head: str, details: str, lines: Iterable[str]) -> None:
    """One entry of a list on stdout: what it is, what is known of it, and reasons below."""
    out.print(Text.assemble((legible(head), "bold"), "  ", (legible(details), "dim")), soft_wrap=True)
    for line in lines:
        out.print(Text(f"    {legible(line)}"), soft_wrap=True)
