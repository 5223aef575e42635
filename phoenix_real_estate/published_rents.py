"""Reads rents as HUD and Zillow publish them, for the tables of `rent_tables`.

HUD's Small Area FMRs come as one workbook for the country, with line breaks in its column names; saved as
CSV it is what `read_hud` takes. Zillow's ZORI by ZIP comes as CSV with a column a month.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.market import whole
from phoenix_real_estate.rent_tables import AskingRents, HudRents

METRO = "Phoenix-Mesa"
_BEDROOMS = tuple(f"SAFMR {bedrooms}BR" for bedrooms in range(5))
_ZIP = "ZIP Code"
# The name since FY2025, the one before, and the short one of tables that others made of them.
_AREA = ("HUD Fair Market Rent Area Name", "HUD Metro Fair Market Rent Area Name", "HUD Area Name")
_FISCAL_YEAR = "Fiscal Year"
_ZIP_ARCHIVE = b"PK"
_ZIP_CODE = re.compile(r"\d{3,5}", re.ASCII)
_USD = re.compile(r"\$?([1-9][\d,]{1,6}(?:\.\d+)?)", re.ASCII)
_YEAR_IN_NAME = re.compile(r"fy[-_ ]?(?:20)?(\d\d)(?!\d)", re.IGNORECASE)
# As Zillow writes a month, and as spreadsheets rewrite it.
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-\d\d|(?P<us_month>\d\d?)/\d\d?/(?P<us_year>\d{4})")


def read_hud(path: Path, fiscal_year: int | None = None) -> HudRents:
    """The Phoenix rents of HUD's file for a fiscal year.

    Without one it is the newest of the file's own column, else what the name says (fy2026_safmrs.csv).

    Raises:
        ConfigurationError: the file is not what HUD publishes; the message names what is missing.
    """
    file = _Published(path)
    file.require(_ZIP, *_BEDROOMS)
    area = file.first_of(*_AREA)
    rows = [row for row in file.rows if row[area].startswith(METRO)]
    year = fiscal_year or _fiscal_year(path, rows)
    rows = [row for row in rows if row.get(_key(_FISCAL_YEAR), str(year)) == str(year)]
    if not rows:
        raise ConfigurationError(
            f"{path} has no row of {METRO} for fiscal year {year}. Take HUD's file of it."
        )
    return HudRents(
        area=rows[0][area],
        fiscal_year=year,
        rents={file.zip(row, _ZIP): tuple(file.usd(row, name) for name in _BEDROOMS) for row in rows},
    )


def read_zori(path: Path, month: str | None = None) -> AskingRents:
    """The Phoenix rents of Zillow's file for a month (2023-10), else for its newest.

    A ZIP without a rent in that month is left out.

    Raises:
        ConfigurationError: the file is not ZORI by ZIP; the message names what is missing.
    """
    file = _Published(path)
    file.require("RegionName", "Metro")
    months = {told: name for name in file.head if (told := _month(name))}
    wanted = month or max(months, default="")
    if wanted not in months:
        raise ConfigurationError(
            f"{path} has no column for {wanted or 'any month'}. Take Zillow's ZORI by ZIP."
        )
    rows = [row for row in file.rows if row[_key("Metro")].startswith(METRO) and row[_key(months[wanted])]]
    if not rows:
        raise ConfigurationError(f"{path} has no ZIP of {METRO} with a rent. Take Zillow's ZORI by ZIP.")
    return AskingRents(
        area=rows[0][_key("Metro")],
        month=wanted,
        rents={file.zip(row, "RegionName"): file.usd(row, months[wanted]) for row in rows},
    )


class _Published:
    """A CSV file, its cells under their column names without spaces, line breaks and capitals."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.head, *lines = [*csv.reader(io.StringIO(_text(path), newline=""))] or [[]]
        keys = [_key(name) for name in self.head]
        self.rows = [dict(zip_longest(keys, line[: len(keys)], fillvalue="")) for line in lines if line]

    def require(self, *names: str) -> None:
        for name in names:
            self.first_of(name)

    def first_of(self, *names: str) -> str:
        """The key of the first of these columns that is there."""
        found = next((key for key in map(_key, names) if key in map(_key, self.head)), None)
        if found is None:
            columns = ", ".join(" ".join(name.split()) for name in self.head[:8])
            raise ConfigurationError(
                f"{self._path} has no column {names[0]!r}; it has: {columns or 'nothing'}."
            )
        return found

    def zip(self, row: dict[str, str], name: str) -> str:
        """Five digits; spreadsheets drop leading zeros."""
        code = row[_key(name)].strip()
        if not _ZIP_CODE.fullmatch(code):
            raise ConfigurationError(f"{self._path}: {code!r} under {name!r} is no ZIP code.")
        return code.zfill(5)

    def usd(self, row: dict[str, str], name: str) -> int:
        """Whole USD out of 1460, 1,460, $1,460 or 1460.37."""
        told = row[_key(name)]
        amount = _USD.fullmatch(told.strip())
        if amount is None:
            raise ConfigurationError(f"{self._path}: {told!r} under {name!r} is no rent.")
        return whole(Decimal(amount[1].replace(",", "")))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ConfigurationError(f"{path} cannot be read: {problem.strerror}. Check the name.") from None
    if content.startswith(_ZIP_ARCHIVE):
        raise ConfigurationError(f"{path} is an Excel workbook. Save its sheet as CSV and name that file.")
    return content.decode("utf-8-sig", errors="replace")


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _fiscal_year(path: Path, rows: list[dict[str, str]]) -> int:
    years = [int(year) for row in rows if (year := row.get(_key(_FISCAL_YEAR), "")).isdecimal()]
    if years:
        return max(years)
    if named := _YEAR_IN_NAME.search(path.name):
        return 2000 + int(named[1])
    raise ConfigurationError(f"{path}: neither a column nor its name tells the year. Add --fiscal-year.")


def _month(name: str) -> str | None:
    day = _MONTH.fullmatch(name.strip())
    if day is None:
        return None
    year, month = day["year"] or day["us_year"], day["month"] or day["us_month"]
    return f"{year}-{int(month):02}"
