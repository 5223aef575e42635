"""The rent tables of the package: read once, and written anew by `phoenix market renew`.

A table is a CSV file whose `#` lines name its source, its year or month and its date.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Frozen

FOLDER = Path(__file__).parent / "tables"
HUD_SOURCE = (
    "HUD USER, Small Area Fair Market Rents, https://www.huduser.gov/portal/datasets/fmr/smallarea/index.html"
)
ZILLOW_SOURCE = "Zillow Observed Rent Index (ZORI), all homes, https://www.zillow.com/research/data/"
_HUD_FILE = "rents_hud_safmr.csv"
_ZILLOW_FILE = "rents_zillow_zori.csv"


class HudRents(Frozen):
    """HUD's rents by ZIP, whole USD a month with utilities: a studio, then one to four bedrooms."""

    area: str
    fiscal_year: int
    percentile: int = 40
    rents: Mapping[str, tuple[int, ...]]


class AskingRents(Frozen):
    """Zillow's typical asking rent by ZIP, whole USD a month, homes of all sizes; `month` is 2023-10."""

    area: str
    month: str
    rents: Mapping[str, int]


@cache
def hud_rents(folder: Path = FOLDER) -> HudRents:
    """The table that the package ships."""
    notes, rows = _read(folder / _HUD_FILE)
    rents = {zip_code: tuple(map(int, rents)) for zip_code, *rents in rows}
    return HudRents.model_validate({**notes, "rents": rents})


@cache
def asking_rents(folder: Path = FOLDER) -> AskingRents | None:
    """The table that `phoenix market renew --zori` made; None before: Zillow's data is not ours to ship."""
    if not (folder / _ZILLOW_FILE).is_file():
        return None
    notes, rows = _read(folder / _ZILLOW_FILE)
    return AskingRents.model_validate({**notes, "rents": dict(rows)})


def write_hud_rents(table: HudRents, date: str, folder: Path = FOLDER) -> Path:
    """Replaces the table of HUD's rents.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    notes = {
        "source": HUD_SOURCE,
        "area": table.area,
        "fiscal_year": table.fiscal_year,
        "percentile": table.percentile,
        "renewed": date,
    }
    title = "Monthly rents in USD by ZIP code and bedrooms (br0 is a studio), utilities included."
    rows = ((zip_code, *rents) for zip_code, rents in sorted(table.rents.items()))
    return _write(folder / _HUD_FILE, title, notes, ("zip", "br0", "br1", "br2", "br3", "br4"), rows)


def write_asking_rents(table: AskingRents, date: str, folder: Path = FOLDER) -> Path:
    """Replaces the table of Zillow's asking rents; raises like `write_hud_rents`."""
    notes = {"source": ZILLOW_SOURCE, "area": table.area, "month": table.month, "renewed": date}
    title = "Typical monthly asking rents in USD by ZIP code, homes of all sizes."
    return _write(folder / _ZILLOW_FILE, title, notes, ("zip", "rent"), sorted(table.rents.items()))


def _read(path: Path) -> tuple[dict[str, str], list[list[str]]]:
    lines = path.read_text("utf-8").splitlines()
    notes = dict(line.lstrip("# ").split(": ", 1) for line in lines if line.startswith("#") and ": " in line)
    return notes, list(csv.reader(line for line in lines if not line.startswith("#")))[1:]


def _write(
    path: Path, title: str, notes: Mapping[str, object], head: Sequence[str], rows: Iterable[Sequence[object]]
) -> Path:
    """The old table is replaced only once the new one is written."""
    text = io.StringIO()
    text.write(
        "".join(f"# {line}\n" for line in (title, *(f"{name}: {told}" for name, told in notes.items())))
    )
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(text.getvalue(), "utf-8")
        unfinished.replace(path)
    except OSError as problem:
        raise ConfigurationError(
            f"{path} cannot be written: {problem.strerror}. Name a folder of yours with --to."
        ) from None
    return path
