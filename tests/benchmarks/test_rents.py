"""How close the rents come to other people's estimates; nothing is asserted. Run with `make bench`.

The estimates are of listings of 2021 that tell address, ZIP code and price, but neither bedrooms nor area. So
HUD's rent is taken for three bedrooms, the most common home, and every other way has only the ZIP and the
price to go by. A house price index of the metro is one number for all of them: the factor holds it already.
"""

from __future__ import annotations

import csv
import json
import math
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.market import bedrooms_of, rent_of
from phoenix_real_estate.models import Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.published_rents import read_hud, read_zori

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
MARKET = SHARED / "market"
LISTINGS = MARKET / "maricopa_forsale_with_rent_estimates_2021.csv"
FOLDS = 10
NEIGHBOURS = 25


class Listing(NamedTuple):
    """A home for sale and what somebody thinks it rents for, USD."""

    zip_code: str
    price: float
    rent: float


Estimate = Callable[[Listing], float | None]


def listings() -> list[Listing]:
    if not LISTINGS.is_file():
        pytest.skip(f"no rent estimates at {LISTINGS.parent.name}/{LISTINGS.name} beside the project")
    with LISTINGS.open(newline="", encoding="utf-8") as file:
        return [
            Listing(row["PostalCode"], float(row["ListPrice"]), float(row["rent_est"]))
            for row in csv.DictReader(file)
        ]


def by_bedrooms(rents: Sequence[int], bedrooms: int) -> float:
    return rents[bedrooms] if bedrooms < 5 else 1.15 * rents[4]


def ways(homes: Sequence[Listing]) -> dict[str, Estimate]:
    hud = {year: read_hud(MARKET / "hud_safmr_phoenix_fy2021_2026.csv", year).rents for year in (2021, 2022)}
    zori = read_zori(MARKET / "zillow_zori_zip_phoenix_2015_2023-10.csv", "2021-06").rents
    hud21 = hud[2021]
    dearer = dict(zip(homes, bedrooms_by_price(homes), strict=True))
    return {
        "HUD FY2021, three bedrooms": lambda home: hud21[home.zip_code][3],
        "HUD FY2022, three bedrooms": lambda home: hud[2022][home.zip_code][3],
        "HUD FY2021, bedrooms by price rank": lambda home: by_bedrooms(hud21[home.zip_code], dearer[home]),
        "Zillow ZORI June 2021": lambda home: zori.get(home.zip_code),
        "HUD at ZORI's level of the ZIP": lambda home: (
            hud21[home.zip_code][3] * zori[home.zip_code] / hud21[home.zip_code][2]
            if home.zip_code in zori
            else None
        ),
        "a share of the price": lambda home: home.price / 200,
        "the square root of the price": lambda home: 3 * math.sqrt(home.price),
        "between HUD and a share of the price": lambda home: math.sqrt(
            hud21[home.zip_code][3] * home.price / 200
        ),
    }


def bedrooms_by_price(homes: Sequence[Listing]) -> list[int]:
    """Two for the cheapest fifth of the metro, three up to 65 percent, four up to 92, else five."""
    order = sorted(home.price for home in homes)
    quantiles = [order[int(share * len(order))] for share in (0.2, 0.65, 0.92)]
    return [2 + sum(home.price > quantile for quantile in quantiles) for home in homes]


def told(name: str, pairs: Sequence[tuple[float, float]], of: int) -> None:
    """The share of all listings within ten percent, and of those that have an estimate."""
    errors = [abs(estimate / rent - 1) for estimate, rent in pairs]
    within = sum(error <= 0.1 for error in errors)
    print(
        f"  {name:<50} {within / len(errors):6.1%} of {len(errors):5,} within 10% "
        f"({within / of:5.1%} of all), median error {statistics.median(errors):5.1%}"
    )


def factored(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each tenth of the estimates times the one factor that the other nine tenths suggest."""
    scaled = []
    for fold in range(FOLDS):
        others = [rent / estimate for n, (estimate, rent) in enumerate(pairs) if n % FOLDS != fold]
        factor = statistics.median(others)
        scaled += [(factor * estimate, rent) for estimate, rent in pairs[fold::FOLDS]]
    return scaled


def test_rents_against_the_estimates_of_2021() -> None:
    homes = listings()
    print(f"\n{len(homes):,} listings of 2021 with a rent estimate, ZIP and price known")
    for name, estimate in ways(homes).items():
        pairs = [(found, home.rent) for home in homes if (found := estimate(home))]
        if "price" not in name or "rank" in name:
            told(name, pairs, len(homes))
        told(f"{name}, one factor", factored(pairs), len(homes))


def test_what_zip_and_price_can_tell_at_most() -> None:
    homes = listings()
    hud = read_hud(MARKET / "hud_safmr_phoenix_fy2021_2026.csv", 2021).rents
    places = [(math.log(home.price), 2 * math.log(hud[home.zip_code][3])) for home in homes]
    pairs = []
    for n, home in enumerate(homes):
        nearest = sorted(
            (m for m in range(len(homes)) if m % FOLDS != n % FOLDS),
            key=lambda m: math.dist(places[m], places[n]),
        )
        pairs.append((statistics.median(homes[m].rent for m in nearest[:NEIGHBOURS]), home.rent))
    print(f"\nfitted to the estimates themselves, for comparison only ({FOLDS} folds)")
    told(f"the {NEIGHBOURS} most alike by price and HUD's rent", pairs, len(homes))
    alike = [
        (one.rent, other.rent)
        for one, other in pairwise(sorted(homes))
        if one.zip_code == other.zip_code and other.price < 1.02 * one.price
    ]
    told("the next home of the ZIP, priced within 2%", alike, len(alike))


def test_bedrooms_inferred_from_the_living_area() -> None:
    path = SHARED / "armls" / "export_rows.jsonl"
    if not path.is_file():
        pytest.skip(f"no real listings at {path.parent.name}/{path.name} beside the project")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    homes = [home for n, row in enumerate(rows) if (home := _home(n, row))]
    off, in_range = [], []
    for home in homes:
        blind = home.model_copy(update={"bedrooms": None})
        off.append(abs((bedrooms_of(blind) or 0) - (home.bedrooms or 0)))
        known, inferred = rent_of(home), rent_of(blind)
        if known and inferred:
            in_range.append(inferred.rent_low <= known.rent_monthly <= inferred.rent_high)
    print(
        f"\n{len(homes)} MLS listings: bedrooms inferred exactly {statistics.mean(n == 0 for n in off):.0%}, "
        f"within one {statistics.mean(n <= 1 for n in off):.0%}; "
        f"HUD's rent for the true count inside the range {statistics.mean(in_range):.0%}"
    )


def _home(number: int, row: dict[str, str]) -> Property | None:
    try:
        home = normalize(RawRecord(id=str(number), source="phoenix_mls", data=row))
    except RecordError:
        return None
    return home if home.bedrooms is not None and home.square_feet else None
