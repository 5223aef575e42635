"""The market tables of the package: `phoenix market renew`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.console import say
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.published_rents import read_hud, read_zori
from phoenix_real_estate.rent_tables import FOLDER, write_asking_rents, write_hud_rents

app = typer.Typer(name="market")


@app.callback()
def market() -> None:
    """The rents behind the investment analysis."""


@app.command()
def renew(
    hud: Annotated[
        Path | None,
        typer.Option(help="HUD's Small Area FMRs (fy2026_safmrs.xlsx), its sheet saved as CSV."),
    ] = None,
    zori: Annotated[
        Path | None, typer.Option(help="Zillow's Observed Rent Index by ZIP code, CSV as downloaded.")
    ] = None,
    fiscal_year: Annotated[
        int | None, typer.Option(min=2018, max=2100, help="Where HUD's file does not tell it.")
    ] = None,
    to: Annotated[
        Path, typer.Option(help="Folder of the tables.", show_default="the package's own")
    ] = FOLDER,
) -> None:
    """Write the rent tables anew from the files that HUD and Zillow publish.

    HUD's: https://www.huduser.gov/portal/datasets/fmr/smallarea/index.html
    Zillow's: https://www.zillow.com/research/data/ (Rentals, ZORI, ZIP code)
    """
    if hud is None and zori is None:
        raise ConfigurationError("Nothing to renew: name a file with --hud or --zori.")
    today = datetime.now(UTC).date().isoformat()
    rents = read_hud(hud, fiscal_year) if hud else None
    asking = read_zori(zori) if zori else None
    if rents:
        path = write_hud_rents(rents, today, to)
        say(f"{path}: {len(rents.rents)} ZIP codes, fiscal year {rents.fiscal_year}, {rents.area}")
    if asking:
        path = write_asking_rents(asking, today, to)
        say(f"{path}: {len(asking.rents)} ZIP codes, {asking.month}, {asking.area}")
    say("Runs that start from now on use it, and no text that was kept from other rents.")
