"""The command line `phoenix`: load, enrich, look, export, and the whole thing served.

Prefect and Great Expectations are imported by the commands that need them, so that the others answer
at once.
"""

from __future__ import annotations

import sys

import typer

from deployments.cli import (
    accounts,
    backfill,
    dead_letters,
    filters,
    market,
    models,
    records,
    review,
    runs,
    serve,
)
from deployments.cli.console import fail
from phoenix_real_estate.errors import PhoenixError

app = typer.Typer(
    name="phoenix",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Raw Phoenix property records in, enriched, judged and investment-ready ones out.",
    epilog="A first look: `phoenix demo`. Settings are environment variables or lines of .env; "
    "README.md lists them.",
)

for command in (
    *(runs.demo, records.load, runs.enrich, backfill.backfill),
    *(accounts.status, accounts.budget, records.export),
    *(models.models, serve.serve, serve.down, filters.normalize, filters.grade),
):
    app.command()(command)
for group in (review.app, dead_letters.app, market.app):
    app.add_typer(group)


def main() -> None:
    """Runs the command line; what is wrong is told in one line, without a traceback.

    Exit codes: 0 done, 1 the job could not be done, 2 wrong usage, 130 interrupted.
    """
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="phoenix", standalone_mode=False)
    except PhoenixError as error:
        fail(str(error))
    except typer.TyperException as error:
        told = " ".join(error.format_message().split()).rstrip(".")
        fail(f"{told}. See {_command(error)} --help.", code=error.exit_code)
    sys.exit(code)


def _command(error: typer.TyperException) -> str:
    """The command that was used wrongly: `phoenix load`."""
    context = getattr(error, "ctx", None)
    return context.command_path if context else "phoenix"
