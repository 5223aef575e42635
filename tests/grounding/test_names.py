"""The property's own names, masked before a text is read."""

from __future__ import annotations

import pytest

from phoenix_real_estate.grounding.names import MASK, Names
from phoenix_real_estate.models import (
    Address,
    Property,
)
from tests.grounding.judged_texts import critical_spans, findings
from tests.sample import HOUSE


def test_a_street_of_two_words_is_known_without_its_kind() -> None:
    wren = HOUSE.model_copy(update={"address": Address(street="2214 E Cactus Wren Dr", city="Phoenix")})
    assert findings("It stands along Cactus Wren; the number 2214 is on the door.", wren) == []
    assert findings("10 homes stand there.", wren) != []
    school = HOUSE.model_copy(update={"address": Address(street="10808 S Alma School Rd", unit="129")})
    assert findings("10808 S Alma School #129. For sale.", school) == []
    unnumbered = HOUSE.model_copy(update={"address": Address(street="Cactus Wren Dr", city="Phoenix")})
    assert findings("It stands along Cactus Wren.", unnumbered) == []
    assert critical_spans("A cactus garden.", wren) == ["cactus"]


@pytest.mark.parametrize(
    "text",
    [
        "It lies in Mıssion Groves, all of it.",
        "It lies in MIſſION GROVES, all of it.",
        "It lies in mission  groves, all of it.",
    ],
)
def test_a_name_is_masked_however_its_letters_are_written(text: str) -> None:
    names = Names(Property(subdivision="Mission Groves"))
    masked = names.mask(text)
    assert masked == f"It lies in {MASK * (len(text) - len('It lies in , all of it.'))}, all of it."


@pytest.mark.parametrize("name", ["Señora Hills", "Cañón Ñandú"])
def test_a_name_with_other_letters_is_masked_in_capitals_too(name: str) -> None:
    assert set(Names(Property(neighborhood=name)).mask(name.upper())) == {MASK}


@pytest.mark.parametrize("name", [" ", ",", "School District #48"])
def test_a_name_without_a_word_names_nothing(name: str) -> None:
    names = Names(Property(neighborhood=name, school_district=name))
    assert names.mask("A plain text.") == "A plain text."
    assert list(names.traced_in("A plain text.")) == []


def test_of_two_names_that_begin_at_one_place_the_longer_one_is_traced() -> None:
    names = Names(Property(subdivision="Brown Ranch", neighborhood="Brown Ranch Estates West"))
    text = "Brown Ranch Estates West, then Brown Ranch, then Brown Ranch Estates West"
    assert [(span, field) for _, span, field in names.traced_in(text)] == [
        ("Brown Ranch Estates West", "neighborhood"),
        ("Brown Ranch", "subdivision"),
        ("Brown Ranch Estates West", "neighborhood"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The home has {zip} square feet.",
        "Living area: {zip} sq ft",
        "A {zip}-square-foot home",
        "On a {zip} sq. ft. lot",
        "It has {zip} bedrooms.",
        "A garage for {zip} cars",
        "{zip}% desert landscaping",
        "Yours for ${zip}.",
    ],
)
def test_a_zip_that_measures_or_counts_is_no_name(text: str) -> None:
    assert HOUSE.address.zip
    assert critical_spans(text.format(zip=HOUSE.address.zip)) != []


@pytest.mark.parametrize(
    "text",
    [
        "It stands in {zip}.",
        "ZIP {zip}: 4 bedrooms.",
        "A {zip} home, built in 1994",
        "4 bedrooms in {zip}, square and plain",
    ],
)
def test_a_zip_is_a_name(text: str) -> None:
    assert critical_spans(text.format(zip=HOUSE.address.zip)) == []


@pytest.mark.parametrize("name", ["Maryvale Terrace 3 Amd", "Maryvale Terrace 3", "Maryvale Terrace"])
def test_an_amended_plat_may_be_called_without_the_word(name: str) -> None:
    amended = HOUSE.model_copy(update={"subdivision": "Maryvale Terrace 3 Amd"})
    assert critical_spans(f"It stands in {name}.", amended) == []
    assert critical_spans("It stands in Maryvale Terrace 17.", amended) != []
