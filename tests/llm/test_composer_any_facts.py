"""Whatever is known of a property, the deterministic writer's texts are whole, true in numbers and fair."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.investment import analyze, figures_of
from phoenix_real_estate.models import Address, Property, Valuation
from tests.llm.composed import analysis, description, features, texts_of

CATEGORIES = {"interior", "exterior", "location", "financial", "systems", "community"}
FORBIDDEN = re.compile(
    r"famil(y|ies)(?! home)|perfect|ideal|best|great|stunning|luxur|safe|quiet|exclusive|guarante|dream"
    r"|must.see|walking distance|empty.nest|retire|single(?!-family home)|couple|student|church",
    re.IGNORECASE,
)


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def known_numbers(property: Property) -> set[str]:
    figures = analyze(property)
    words = facts_of(property) | (figures_of(figures) if figures else {})
    return numbers_in(" | ".join(words.values()))


def known_or_not(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


names = st.sampled_from(["Maryvale", "DOBSON RANCH UNIT IV", "Sun City West", "ARCADIA 5"])
systems = st.sampled_from(
    ["Central Air", "REFRIGERATION", "Built-Up, Foam", "See Remarks", "Mini Split; Other"]
)
addresses = st.builds(
    Address,
    street=known_or_not(st.sampled_from(["123 Main St", "16032 S 45th Pl"])),
    unit=known_or_not(st.just("4")),
    city=known_or_not(st.sampled_from(["Phoenix", "Mesa"])),
    state=known_or_not(st.just("AZ")),
    zip=known_or_not(st.sampled_from(["85031", "85251", "99999"])),
)
valuations = st.builds(
    Valuation,
    tax_year=st.integers(2019, 2026),
    full_cash_value=known_or_not(st.integers(1, 3_000_000)),
    limited_property_value=known_or_not(st.integers(1, 2_000_000)),
)
properties = st.builds(
    Property,
    address=addresses,
    parcel_number=known_or_not(st.just("99999004")),
    property_type=known_or_not(st.sampled_from(["Townhouse", "Duplex", "Single Family Residence"])),
    bedrooms=known_or_not(st.integers(0, 9)),
    bathrooms=known_or_not(st.sampled_from([1.0, 1.75, 2.5, 12.0])),
    square_feet=known_or_not(st.integers(200, 20_000)),
    lot_size=known_or_not(st.integers(1, 2_000_000)),
    year_built=known_or_not(st.integers(1895, 2026)),
    price=known_or_not(st.integers(1, 9_000_000)),
    price_kind=st.sampled_from([None, "list", "sale", "full_cash_value"]),
    valuations=st.lists(valuations, max_size=3).map(tuple),
    annual_tax=known_or_not(st.integers(1, 90_000)),
    garage_spaces=known_or_not(st.sampled_from([0.0, 1.0, 2.5, 8.0])),
    carport_spaces=known_or_not(st.sampled_from([0.0, 1.0, 3.0])),
    pool_type=st.sampled_from([None, "private", "community", "both", "none"]),
    flood_irrigation_rights=st.sampled_from([None, True, False]),
    irrigation_district=known_or_not(names),
    flood_zone=known_or_not(st.sampled_from(["X", "AE", "D"])),
    hoa_name=known_or_not(names),
    hoa_fee=known_or_not(st.sampled_from([0.0, 45.0, 312.5, 2000.0])),
    solar_panels=st.sampled_from([None, "owned", "leased", "yes", "none"]),
    desert_landscaping_pct=known_or_not(st.sampled_from([0.0, 60.0, 100.0])),
    cooling_type=known_or_not(systems),
    roof_type=known_or_not(systems),
    neighborhood=known_or_not(names),
    subdivision=known_or_not(names),
    school_district=known_or_not(names),
)


@settings(max_examples=300, deadline=None)
@given(properties)
def test_whatever_is_known_every_text_is_whole_true_in_its_numbers_and_fair(property: Property) -> None:
    known = known_numbers(property)
    for text in texts_of(property):
        assert text
        assert numbers_in(text) <= known, text
        assert not re.search(r"[{}]|None|  | [.,]|\.\.|,,|: \.", text), text
        assert not re.search(r"\b1 (?:bedroom|bathroom|garage space|carport space)s\b", text), text
        assert text[0].isupper() or text[0].isdigit(), text
        assert not FORBIDDEN.search(text), text


@settings(max_examples=200, deadline=None)
@given(properties)
def test_whatever_is_known_lengths_and_categories_keep_their_bounds(property: Property) -> None:
    assert len(description(property).split()) <= 130
    assert description(property).endswith(".")
    found = features(property)
    assert len(found) <= 8
    assert len({f.feature for f in found}) == len(found)
    assert all(len(f.feature.split()) <= 10 and f.category in CATEGORIES and f.appeal for f in found)
    told = analysis(property)
    assert told.recommendation
    assert 1 <= len(told.risks) <= 3
    assert 1 <= len(told.opportunities) <= 3
