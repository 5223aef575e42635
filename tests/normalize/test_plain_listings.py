from typing import Any

import pytest

from phoenix_real_estate.normalize import normalize
from tests.normalize.records import mls

PLAIN: dict[str, Any] = {"address": "12 E Elm St, Tempe, AZ 85281"}


def test_the_projects_own_field_names_are_read() -> None:
    read = normalize(
        mls(
            {
                "address": {"street": "12 E ELM ST", "unit": "4", "city": "Tempe", "zip": "85281"},
                "price": "$450K",
                "price_kind": "sale",
                "garage": "2-car",
                "pool": "In ground",
                "solar": True,
                "flood_zone": "No",
                "remarks": "Call 602-555-0142.",
            }
        )
    )
    assert read.address.one_line == "12 E Elm St # 4, Tempe, AZ 85281"
    assert (read.price, read.price_kind, read.garage_spaces) == (450_000, "sale", 2)
    assert (read.pool_type, read.solar_panels, read.flood_zone) == ("private", "yes", None)
    assert read.remarks == "Call [removed]."


@pytest.mark.parametrize(
    ("told", "pool_type"),
    [
        ("both", "both"),
        ("private and community", "both"),
        ("no pool", "none"),
        ("Community", "community"),
        (True, "private"),
        ("lovely", None),
        ("No community pool", None),
        ("Community: No", None),
        ("No Private Pool", "none"),
        ("Private Pool Y/N: N", "none"),
        ("Not private", None),
        ("Private: No, Community: No", "none"),
        ("Private: No, Community: Yes", "community"),
        ("No private pool but a community pool", "community"),
        ("No private or community pool", "none"),
        ("Private, not heated", "private"),
        ("In-ground", "private"),
        ("Privately owned well", None),
        ("Isn't private", None),
    ],
)
def test_a_pool_in_words_is_understood(told: object, pool_type: str | None) -> None:
    assert normalize(mls({**PLAIN, "pool": told})).pool_type == pool_type


@pytest.mark.parametrize(
    ("told", "solar"),
    [
        ("leased", "leased"),
        ("seller owned", "owned"),
        ("Photovoltaics", "yes"),
        ("no", "none"),
        ("sunny", None),
        ("Not owned", None),
        ("Not leased", None),
        ("Owned, not leased", "owned"),
        ("Third-Party Owned", "leased"),
        ("Owned: No, Leased: Yes", "leased"),
        ("Please ask", None),
        ("Transparent", None),
        ("Unknown owner", None),
        ("No solar", "none"),
        ("Solar panels, not owned", "yes"),
    ],
)
def test_solar_in_words_is_understood(told: str, solar: str | None) -> None:
    assert normalize(mls({**PLAIN, "solar": told})).solar_panels == solar


@pytest.mark.parametrize(
    ("told", "monthly"),
    [
        ({"hoa_fee": 95}, 95),
        ({"hoa_fee": "$98 / month"}, 98),
        ({"hoa_fee": "$300/quarter"}, 100),
        ({"hoa_fee": "$1,200 per yr"}, 100),
        ({"hoa_fee": "$50 weird"}, None),
        ({"hoa_fee": 300, "hoa_frequency": "annually"}, 25),
        ({"hoa_fee_monthly": "88"}, 88),
        ({"hoa": False}, 0),
        ({"hoa": "No"}, 0),
        ({"hoa": True}, None),
        ({"hoa_fee": None}, None),
    ],
)
def test_a_plain_association_fee_is_usd_a_month(told: dict[str, Any], monthly: float | None) -> None:
    assert normalize(mls({**PLAIN, **told})).hoa_fee == monthly


@pytest.mark.parametrize(
    ("told", "price", "kind"),
    [
        ({"price": 300_000}, 300_000, "list"),
        ({"price": 300_000, "price_kind": "gift"}, 300_000, "list"),
        ({"list_price": 310_000, "sold_price": 300_000}, 310_000, "list"),
        ({"sold_price": 300_000}, 300_000, "sale"),
        ({"price": 12}, None, None),
    ],
)
def test_a_price_says_what_kind_it_is(told: dict[str, Any], price: int | None, kind: str | None) -> None:
    read = normalize(mls({**PLAIN, **told}))
    assert (read.price, read.price_kind) == (price, kind)


def test_an_unknown_cooling_or_roof_is_kept_as_named() -> None:
    read = normalize(mls({**PLAIN, "cooling": "XX - Ice blocks", "roof": "Bu - Built Up"}))
    assert (read.cooling_type, read.roof_type) == ("Ice blocks", "Built Up")


@pytest.mark.parametrize(
    "told",
    [
        "Jane Doe 602-555-1234",
        "Jane Doe [removed]",
        "Bob Smith Cell 602-555-1234",
        "Owner Jane Doe",
        "Agent: Jane",
        "jane@acme.com",
    ],
)
def test_a_name_that_comes_with_a_person_is_no_name_of_a_place(told: str) -> None:
    read = normalize(mls({**PLAIN, "subdivision": told, "neighborhood": told, "hoa_name": told}))
    assert (read.subdivision, read.neighborhood, read.hoa_name) == (None, None, None)


def test_an_association_of_owners_keeps_its_name() -> None:
    assert normalize(mls({**PLAIN, "hoa_name": "Casa Sombra Owners Association"})).hoa_name
