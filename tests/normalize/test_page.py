import json
from typing import Any

import pytest

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.page import LONGEST_PAGE
from tests.normalize.records import page

HOUSE: dict[str, Any] = {
    "@type": "SingleFamilyResidence",
    "address": {
        "streetAddress": "12 E Elm St",
        "addressLocality": "Tempe",
        "addressRegion": "AZ",
        "postalCode": "85281",
    },
    "numberOfBedrooms": 3,
    "numberOfBathroomsTotal": 2.5,
    "floorSize": {"value": "1,850", "unitCode": "FTK"},
    "lotSize": {"value": 0.25, "unitText": "acres"},
    "yearBuilt": 1974,
    "offers": [{"price": "450000"}],
    "description": "A house.",
}


def json_ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def test_json_ld_is_read() -> None:
    read = normalize(page(json_ld(HOUSE)))
    assert read.address.one_line == "12 E Elm St, Tempe, AZ 85281"
    assert (read.bedrooms, read.bathrooms, read.square_feet, read.lot_size) == (3, 2.5, 1850, 10_890)
    assert (read.price, read.price_kind, read.year_built, read.remarks) == (450_000, "list", 1974, "A house.")
    assert read.property_type == "Single Family Residence"


def test_json_ld_is_found_inside_a_listing_and_beside_broken_scripts() -> None:
    listing = {"@graph": [{"@type": "WebPage"}, {"@type": ["RealEstateListing"], "mainEntity": HOUSE}]}
    html = '<script type="application/ld+json">{broken</script>' + json_ld(listing, "text", {"@type": 7})
    assert normalize(page(html)).bedrooms == 3


def test_an_address_in_one_text_and_a_lot_in_square_feet_are_read() -> None:
    flat = {
        "@type": "House",
        "address": "12 E Elm St, Tempe, AZ 85281",
        "lotSize": {"value": 6000},
        "offers": [],
    }
    assert normalize(page(json_ld(flat))).lot_size == 6000


def test_a_page_of_several_houses_is_refused() -> None:
    other = {**HOUSE, "address": "14 E Elm St, Tempe, AZ 85281"}
    with pytest.raises(UnusableRecord, match="describes 2 properties"):
        normalize(page(json_ld([HOUSE, other])))


def test_labelled_tables_and_definition_lists_are_read() -> None:
    html = """
        <body><h1>House</h1>
        <table>
          <tr><th>Address:</th><td>12 E Elm St,<br> Tempe, AZ 85281<img src=x></td></tr>
          <tr><td>Bedrooms</td><td>3</td></tr>
          <tr><th>Empty</th><td></td></tr>
          <tr><td>alone</td></tr>
        </table>
        <dl><dt>Year Built<dd>1974<dt>Square Feet<dd>1,850</dl>
    """
    read = normalize(page(html))
    assert read.address.one_line == "12 E Elm St, Tempe, AZ 85281"
    assert (read.bedrooms, read.year_built, read.square_feet) == (3, 1974, 1850)


@pytest.mark.parametrize(
    "hiding",
    ["hidden", 'style="display: none"', 'style="Visibility:hidden"', 'aria-hidden="true"'],
)
def test_hidden_text_is_no_fact(hiding: str) -> None:
    hidden = f"<div {hiding}><div><table><tr><th>Bedrooms</th><td>9</td></tr></table></div><p>x</div>"
    html = json_ld({**HOUSE, "numberOfBedrooms": None}) + hidden + "<dl><dt>Garage</dt><dd>2</dd></dl>"
    read = normalize(page(html))
    assert (read.bedrooms, read.garage_spaces) == (None, 2)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>A house at the corner",
        "<script>var bedrooms = 3</script><style>td {}</style>",
        "</div></td></tr>",
        "&#" + "9" * 5_000,
        json_ld([[[[[[[[HOUSE]]]]]]]]),
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    ],
)
def test_a_page_without_machine_readable_facts_is_refused(html: str) -> None:
    with pytest.raises(UnusableRecord, match="HTML without machine-readable facts"):
        normalize(page(html))


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<!--",
        "<![",
        "<!",
        "<?",
        "&#",
        "</",
        "<a ",
        '<a b="',
        "<script>",
        "<td hidden>",
        "<dt>",
        "<div><p>",
    ],
)
def test_a_hostile_page_neither_hangs_nor_crashes(hostile: str) -> None:
    with pytest.raises(UnusableRecord, match="HTML without machine-readable facts"):
        normalize(page(hostile * 100_000))


def test_comments_declarations_and_quoted_brackets_are_no_text() -> None:
    html = """
        <!DOCTYPE html><!-- <dl><dt>Bedrooms</dt><dd>9</dd></dl> --><?php ?>
        <dl><dt title="a > b">Address</dt><dd title="never">12 E Elm St &amp; Co, Tempe, AZ 85281</dd>
        <dt>Bedrooms</dt><dd>3 < 4</dd><dt>Garage</dt><dd title="odd>2</dd></dl>
    """
    read = normalize(page(html))
    assert (read.address.street, read.bedrooms, read.garage_spaces) == ("12 E Elm St & Co", None, 2)


def test_a_page_of_many_megabytes_is_refused() -> None:
    with pytest.raises(UnusableRecord, match="is not a listing"):
        normalize(page("x" * (LONGEST_PAGE + 1)))


def test_a_link_to_sign_in_above_the_house_hides_nothing() -> None:
    body = "<h1>4118 N 57th Dr, Phoenix, AZ 85031</h1><p>$389,900</p><p>3 beds 2 baths 1,500 sqft</p>"
    read = normalize(page(f"<html><body><header><a>Sign in</a></header>{body}</body></html>"))
    assert (read.price, read.bedrooms, read.square_feet) == (389900, 3, 1500)
