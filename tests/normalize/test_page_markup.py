import json

import pytest

from phoenix_real_estate.models import RawRecord, Source
from phoenix_real_estate.normalize.page import Page, read_page
from phoenix_real_estate.normalize.page.outline import LONGEST_LEAF, outline


def read(html: str) -> Page:
    return read_page(RawRecord(id="p", source=Source.MLS, html=html))


def house(street: str, **more: object) -> str:
    node = {"@type": "House", "address": street, **more}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_of_several_houses_the_one_in_the_heading_is_the_page_s() -> None:
    html = house("12 E Elm St", numberOfBedrooms=3) + house("9 W Oak St", numberOfBedrooms=5)
    assert read(html + "<h1>12 E Elm St, Tempe, AZ 85281</h1>").labelled["bedrooms"] == 3


def test_json_ld_tells_full_and_partial_baths_and_extra_properties() -> None:
    extra = [{"name": "Garage Spaces", "value": "2"}, {"name": 7}]
    html = house("12 E Elm St", numberOfFullBathrooms=2, numberOfPartialBathrooms=1, additionalProperty=extra)
    told = read(html).labelled
    assert (told["bathrooms"], told["garage_spaces"]) == (2.5, 2.0)


def test_a_rent_is_no_price_and_square_metres_are_no_square_feet() -> None:
    rent = {"price": 2400, "priceSpecification": {"unitCode": "MON"}}
    told = read(house("12 E Elm St", offers=rent, floorSize={"value": 171, "unitCode": "MTK"})).labelled
    assert "price" not in told
    assert "square_feet" not in told


def test_microdata_in_void_elements_is_read() -> None:
    html = (
        '<div itemscope itemtype="https://schema.org/House"><meta itemprop="yearBuilt" content="1974"></div>'
    )
    assert read(html).labelled["year_built"] == "1974"


def test_too_many_properties_or_items_of_microdata_are_left_out() -> None:
    many = "".join(f'<meta itemprop="p{n}" content="x">' for n in range(300))
    html = f"<div itemscope itemtype=House>{many}</div>" + "<div itemscope itemtype=House></div>" * 600
    assert len(outline(html).items) == 500


def test_a_long_element_is_no_label_and_no_value() -> None:
    html = f"<b class=label>{'x' * (LONGEST_LEAF + 1)}</b><p class=value>{'<i>y</i>' * 500}</p>"
    assert outline(html).leaves == []


def test_list_items_far_from_their_list_are_not_closed() -> None:
    html = "<li>" + "<div>" * 60 + "<li>Beds: 3</li>"
    assert read(html).patterns["bedrooms"] == 3


@pytest.mark.parametrize(
    "hidden",
    [
        "<dialog>Beds: 9</dialog>",
        '<div role="navigation">Beds: 9</div>',
        "<style>p > b, .x {display:none}</style><div class=x>Beds: 9</div>",
        "<section><h2>Similar homes</h2><p>Beds: 9</p></section>",
        '<span class="hidden">Beds: 9</span>',
        "<h2>Nearby homes</h2><h3>9 Oak St</h3><p>Beds: 9</p>",
    ],
)
def test_what_is_unseen_or_about_other_homes_is_no_text(hidden: str) -> None:
    assert "bedrooms" not in read(f"{hidden}<p>x</p>").patterns


@pytest.mark.parametrize(
    "shown",
    [
        "<dialog open>Beds: 3</dialog>",
        '<span class="hidden md:block">Beds: 3</span>',
        "<style>@media print{.x{display:none}}</style><div class=x>Beds: 3</div>",
        "<section><h2>Similar homes</h2></section><p>Beds: 3</p>",
        "<h2>Similar homes</h2><p>Beds: 9</p><h2>Interior</h2><p>Beds: 3</p>",
        '<div class="has-agent listing-page">Beds: 3</div>',
    ],
)
def test_what_is_seen_of_the_home_is_text(shown: str) -> None:
    assert read(shown).patterns["bedrooms"] == 3


def test_sentences_tell_districts_and_kinds() -> None:
    prose = "A lovely townhome in the Kyrene Elementary School District with room for everybody. " * 3
    told = read(f"<p>{prose}It has one full and a half bath upstairs and more.</p>").patterns
    assert (told["school_district"], told["property_type"], told["bathrooms"]) == (
        "Kyrene Elementary School District",
        "townhome",
        1.5,
    )


def test_a_street_in_the_heading_takes_its_city_from_further_down() -> None:
    told = read("<h1>12 E Elm St</h1><p>Three bedrooms</p><p>Tempe, AZ 85281</p>").patterns
    assert told["address"] == "12 E Elm St, Tempe, AZ 85281"


def test_a_table_of_several_homes_is_none_of_them() -> None:
    rows = "<tr><td>3<td>2<td>1,400</tr><tr><td>4<td>3<td>2,100</tr>"
    table = f"<table><tr><th>Beds<th>Baths<th>SqFt</tr>{rows}</table>"
    told = read(table)
    assert (told.labelled, told.patterns) == ({}, {})
