"""Facts told as in a table, a thing and behind it of what kind it is: "Solar: leased", "Pool (community)"."""

from __future__ import annotations

import pytest

from tests.grounding.judged_texts import findings, rules
from tests.sample import HOUSE

OTHER = HOUSE.model_copy(
    update={
        "solar_panels": "leased",
        "pool_type": "community",
        "roof_type": "Built-Up, Foam",
        "flood_zone": "AE",
    }
)
OWN = [
    *("Solar: owned", "Solar (owned).", "Solar panels: owned outright", "Solar system = owned"),
    *("Pool: private", "Pool type: private", "Pool (private).", "Swimming pool: own"),
    *(
        "Roof: tile",
        "Roof type: concrete tile",
        "Roof (tile).",
        "The roof is of tile.",
        "A roof of clay tile.",
    ),
    *("Flood zone: X", "Flood zone is X", "Flood zone X"),
]
OTHERS = [
    *("Solar: leased", "Solar (leased).", "Solar panels: leased", "The solar panels are on a lease."),
    *("Pool: community", "Pool type: community", "Pool (shared).", "Pool: HOA"),
    *("Roof: foam", "Roof: built-up and foam", "Roofing: flat", "The roof is of foam.", "Roof = rolled"),
    *("Flood zone: AE", "Flood zone is AE", "Flood zone code AE"),
]


@pytest.mark.parametrize("text", OWN)
def test_a_kind_behind_its_thing_is_true_of_one_home(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize("text", OWN)
def test_and_false_of_another(text: str) -> None:
    assert {"claim.contradicted", "claim.unsupported"} & set(rules(text, OTHER))


@pytest.mark.parametrize("text", OTHERS)
def test_the_other_s_kinds_are_true_of_the_other(text: str) -> None:
    assert findings(text, OTHER) == []


@pytest.mark.parametrize("text", [*OTHERS, "Roof: shingle", "Roof is metal.", "Roof of slate."])
def test_and_false_of_the_first(text: str) -> None:
    assert {"claim.contradicted", "claim.unsupported"} & set(rules(text))


@pytest.mark.parametrize(
    "text",
    [
        "Roof is not foam.",
        "Solar: not leased",
        "Pool: not community",
        "Roof: tile, no foam",
    ],
)
def test_a_kind_that_is_denied_is_not_claimed(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Pool: yes (private)",
            "Pool – private",
            "Garage: 2 car",
            "Garage: two cars; carport: one car",
            "Gar: 2",
        ),
        *("Carport: 1 car", "Parking: 3 covered spaces", "Cooling: central air", "Heating: unknown"),
        *(
            "Heating: not recorded",
            "Roof – tile",
            "Roof/tile",
            "Solar – owned",
            "Owned PV",
            "Irrigation: yes",
        ),
        *("Irrigation: Salt River Project", "School district – Phoenix Union", "SF: 2,150", "Lot SF: 8,200"),
        *("Price/SF: $244", "4 bd, 2,150 sf, 1994", "Lot sq ft: 8,200", "Stories: not recorded"),
        "Beds: 4 | Baths: 2.5 | SF: 2,150 | Lot: 8,200 | Yr: 1994",
    ],
)
def test_a_list_of_facts_may_be_written_in_many_ways(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("Pool: yes (community)", "Pool – shared", "Garage: 3 car", "Garage: three cars", "Gar: 3"),
        *("Carport: 2 cars", "Parking: none", "Parking: on street", "Cooling: none", "HVAC: none"),
        *("A/C: evap cooler", "Heating: gas", "Roof – foam", "Roof/shingle", "Solar – leased", "Leased PV"),
        *("Irrigation: none", "School district – Madison", "SF: 2,510", "Sq ft: 2,250", "Stories: 2"),
        *("Levels: two", "Street parking", "Pool access: community"),
        "Beds: 4 | Baths: 2.5 | SF: 8,200 | Yr: 1994",
    ],
)
def test_what_a_list_says_wrongly_is_found(text: str) -> None:
    assert rules(text)


@pytest.mark.parametrize("sign", [" • ", " | ", "\n- ", " ■ "])
def test_what_one_item_denies_or_leaves_open_ends_with_it(sign: str) -> None:
    true = sign.join(["Not known: a fireplace", "Pool: private", "Garage: 2", "Roof: tile"])
    assert findings(true) == []
    assert "claim.contradicted" in rules(true, HOUSE.model_copy(update={"pool_type": "none"}))
    assert rules(sign.join(["Pool: private", "no garage", "tile roof"])) == ["claim.contradicted"]
