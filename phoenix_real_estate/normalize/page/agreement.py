"""What running text says in several places: where it contradicts itself, nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from phoenix_real_estate.normalize.page.labels import Told

_GUARDED = {
    "price", "square_feet", "bedrooms", "bathrooms", "lot_size", "year_built", "pool_type", "hoa_fee",
    "solar_panels", "flood_irrigation_rights",
}  # fmt: skip
# These are told piecemeal, on short lines and in sentences alike; a number is told best on a short line.
_ONE_ON_A_PAGE = ("price", "year_built", "pool_type", "solar_panels", "flood_irrigation_rights")


def agreed(tolds: Iterable[Told]) -> Told:
    """The first of every fact, without the guarded ones that are told in two ways."""
    found = _by_field(tolds)
    return {
        field: facts[0] for field, facts in found.items() if field not in _GUARDED or len(set(facts)) == 1
    }


def without_contested(told: Told, labelled: Told, prose: Sequence[Told], fees: Iterable[Told]) -> Told:
    """Without what stands in prose alone and is told in two ways, and without a fee that has a second one."""
    found = _by_field(prose)
    contested = {field for field in _ONE_ON_A_PAGE if len(set(found.get(field, []))) > 1} - labelled.keys()
    paid = _by_field([*prose, *fees]).get("hoa_fee", [])
    if len(set(paid)) > 1:
        contested |= {"hoa_fee", "hoa_as_paid"}
    return {field: fact for field, fact in told.items() if field not in contested}


def _by_field(tolds: Iterable[Mapping[str, JsonValue]]) -> dict[str, list[JsonValue]]:
    found: dict[str, list[JsonValue]] = {}
    for told in tolds:
        for field, fact in told.items():
            found.setdefault(field, []).append(fact)
    # Panels that somebody owns are panels.
    owners = [owner for owner in found.get("solar_panels", []) if owner != "yes"]
    return {**found, "solar_panels": owners} if owners else found
