"""Homes of our own making, seeded: the shapes of the two sources, with the gaps that real records have."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from phoenix_real_estate.models import Property

COUNT = 132
_SEED = 85_031


class Home(NamedTuple):
    """One property, as a line of `phoenix grade` holds it and as the project reads it."""

    fields: dict[str, Any]
    facts: Property


class _Town(NamedTuple):
    city: str
    zips: tuple[str, ...]
    district: str
    subdivisions: tuple[str, ...]


_TOWNS = (
    _Town("Phoenix", ("85031", "85014", "85021"), "Phoenix Union", ("Maryvale Terrace", "Windsor Square")),
    _Town("Mesa", ("85201", "85204"), "Mesa Unified", ("Dobson Ranch", "Alta Mesa")),
    _Town("Scottsdale", ("85251", "85254"), "Scottsdale Unified", ("Cox Heights", "Country Trace")),
    _Town("Chandler", ("85224", "85226"), "Chandler Unified", ("Andersen Springs", "Pepperwood")),
    _Town("Gilbert", ("85234", "85296"), "Gilbert Unified", ("Val Vista Lakes", "Finley Farms")),
    _Town("Tempe", ("85281", "85283"), "Tempe Union", ("Hughes Acres", "The Lakes")),
    _Town("Glendale", ("85301", "85308"), "Deer Valley Unified", ("Arrowhead Ranch", "Hillcrest Ranch")),
    _Town("Peoria", ("85345", "85383"), "Peoria Unified", ("Fletcher Heights", "Westwing Mountain")),
    _Town("Surprise", ("85374", "85388"), "Dysart Unified", ("Marley Park", "Sierra Montana")),
    _Town("Goodyear", ("85338", "85395"), "Agua Fria Union", ("Estrella Vista", "Wigwam Creek")),
    _Town("Queen Creek", ("85142",), "Queen Creek Unified", ("Sossaman Estates", "Cortina")),
    _Town("Fountain Hills", ("85268",), "Fountain Hills Unified", ("Sunridge Canyon", "Firerock")),
)
_STREETS = (
    *("W Osborn Rd", "E Christian St", "N Church St", "W Indian School Rd", "N 57th Dr", "E 3rd Ave"),
    *("S Mill Ave", "E Temple St", "N White Rock Ln", "W Monterey Way", "S Alma School Rd", "E Elm Ct"),
)
_TYPES = ("Single Family Residence",) * 6 + ("Townhouse", "Condominium", "Patio Home", "Manufactured Home")
_COOLING = ("Central Air", "Refrigeration, Ceiling Fan(s)", "Evaporative Cooling", "Heat Pump")
_ROOFS = ("Tile", "Composition Shingle", "Foam", "Metal", "Built-Up")


def homes(seed: int = _SEED) -> tuple[Home, ...]:
    """All homes, the same in every run; of another seed others."""
    chance = Random(seed)  # noqa: S311 (a fixed set, no secret)
    return tuple(_home(chance, number) for number in range(COUNT))


def _home(chance: Random, number: int) -> Home:
    known = dict(_facts(chance, number))
    return Home(known, Property.model_validate(known))


def _facts(chance: Random, number: int) -> Iterator[tuple[str, Any]]:
    town, kind = chance.choice(_TOWNS), chance.choice(_TYPES)
    shared = kind in ("Townhouse", "Condominium", "Patio Home")
    area = chance.randrange(38, 190) * 20 + chance.randrange(0, 20)
    yield "address", _address(chance, town, shared)
    yield "property_type", kind
    yield "parcel_number", f"{chance.randrange(100, 500)}{chance.randrange(10, 100)}{number:03d}"
    yield "square_feet", area
    yield "bedrooms", max(1, min(6, area // 560))
    yield "bathrooms", max(1.0, min(5.0, chance.choice((0, 0.5, 1)) + area // 900))
    yield "year_built", chance.randrange(1948, 2024)
    yield "price", chance.randrange(150, 1400) * 1000 - chance.choice((0, 0, 100, 1, 500))
    yield "price_kind", chance.choice(("list", "list", "list", "sale"))
    yield "collected_at", "2026-05-01T00:00:00Z"
    if not shared:
        yield "lot_size", chance.choice((10_890, 43_560, 21_780, 8_712)) if number % 5 == 0 else area * 4 + 37
    # Real records leave much untold: each of these is known of some homes only.
    optional = [*_outdoors(chance), *_services(chance, town), *_association(chance, town, shared)]
    yield from (each for each in optional if chance.random() < _TOLD)


_TOLD = 0.72


def _address(chance: Random, town: _Town, shared: bool) -> dict[str, str | None]:
    return {
        "street": f"{chance.randrange(100, 19_000)} {chance.choice(_STREETS)}",
        "unit": str(chance.randrange(1, 240)) if shared else None,
        "city": town.city,
        "state": "AZ",
        "zip": chance.choice(town.zips),
    }


def _outdoors(chance: Random) -> Iterator[tuple[str, Any]]:
    yield "pool_type", chance.choice(("private", "private", "none", "none", "community", "both"))
    yield "garage_spaces", chance.choice((0, 1, 2, 2, 2, 3))
    yield "carport_spaces", chance.choice((0, 0, 1, 2))
    yield "desert_landscaping_pct", chance.choice((0, 35, 60, 75, 100))
    yield "solar_panels", chance.choice(("owned", "leased", "none", "none", "yes"))


def _services(chance: Random, town: _Town) -> Iterator[tuple[str, Any]]:
    yield "cooling_type", chance.choice(_COOLING)
    yield "roof_type", chance.choice(_ROOFS)
    yield "flood_irrigation_rights", chance.choice((True, False, False))
    yield "irrigation_district", "Salt River Project"
    yield "flood_zone", chance.choice(("X", "X", "AE"))
    yield "school_district", town.district
    yield "annual_tax", chance.randrange(600, 4800)


def _association(chance: Random, town: _Town, shared: bool) -> Iterator[tuple[str, Any]]:
    subdivision = chance.choice(town.subdivisions)
    yield "subdivision", subdivision
    if shared or chance.random() < 0.5:
        yield "hoa_name", f"{subdivision} HOA"
        yield "hoa_fee", chance.randrange(25, 420)
    else:
        yield "hoa_fee", 0
