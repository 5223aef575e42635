"""Fractions in words: of an acre, and how much of the grounds is desert."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.shares import share_of
from phoenix_real_estate.models import Enrichment
from tests.sample import HOUSE


def objected(text: str, **facts: object) -> list[str | None]:
    home = HOUSE.model_copy(update=facts)
    return [finding.span for finding in grounding.check(Enrichment(description=text), home)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("half", 0.5),
        ("¾", 0.75),
        ("3/16", 0.1875),
        ("one-fifteenth", 1 / 15),
        ("Three tenths", 0.3),
        ("seventeen-hundredths", 0.17),
    ],
)
def test_a_fraction_has_its_value(words: str, value: float) -> None:
    assert share_of(words) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "The lot comes to three-tenths of an acre.",
        "The lot is just under three tenths of an acre.",
        "It stands on a three-tenths-acre lot.",
        "About 3/10 of an acre.",
        "The land is six-twentieths of an acre.",
    ],
)
def test_a_fraction_of_an_acre_is_the_lot(text: str) -> None:
    assert objected(text, lot_size=12_949) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The lot comes to three-tenths of an acre.", "three-tenths of an acre"),
        ("The land is about one-fifteenth of an acre.", "one-fifteenth of an acre"),
        ("A little over a tenth of an acre of land.", "tenth of an acre"),
        ("A two-fifths-acre lot.", "two-fifths-acre"),
    ],
)
def test_another_fraction_of_an_acre_is_found(text: str, span: str) -> None:
    assert objected(text, lot_size=8_200) == [span]


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("The landscaping is three-quarters desert.", 75),
        ("Three quarters of the yard is desert.", 75),
        ("Half the lot is desert landscaping.", 50),
        ("More than half of the lot is desert landscaping.", 65),
        ("About a third of the grounds is given over to desert landscaping.", 35),
        ("Desert landscaping covers two-thirds of the lot.", 65),
        ("All of the landscaping is desert.", 100),
        ("The yard is entirely desert.", 100),
        ("A fully xeriscaped lot.", 100),
        ("Desert landscaping covers the entire lot.", 100),
        ("Nearly all of the landscaping is desert.", 95),
        ("Not all of the landscaping is desert.", 60),
        ("Mostly desert landscaping.", 75),
        ("Most of the landscaping is desert.", 60),
        ("Desert landscaping is put at one hundred percent.", 100),
        ("None of the landscaping is desert.", 0),
        ("Zero percent of the landscaping is desert.", 0),
    ],
)
def test_how_much_is_desert_may_be_told_in_words(text: str, percent: float) -> None:
    assert objected(text, desert_landscaping_pct=float(percent)) == []


@pytest.mark.parametrize(
    ("text", "span", "percent"),
    [
        ("About half of the landscaping is desert.", "half", 100),
        ("Half desert landscaping.", "Half", 75),
        ("The yard is a quarter desert.", "a quarter", 75),
        ("Two-thirds of the yard is desert.", "Two-thirds", 35),
        ("All of the landscaping is desert.", "All", 75),
        ("The landscaping is entirely desert.", "entirely", 90),
        ("Fully xeriscaped.", "Fully", 60),
        ("An all-desert yard.", "all", 35),
        ("Mostly desert landscaping.", "Mostly", 35),
        ("None of the landscaping is desert.", "None", 60),
        ("More than half of the lot is desert landscaping.", "half", 35),
    ],
)
def test_another_share_of_desert_is_found(text: str, span: str, percent: float) -> None:
    assert span in objected(text, desert_landscaping_pct=float(percent))


@pytest.mark.parametrize(
    "text", ["Half of the charm is the street.", "All of the rooms are here.", "The entire lot."]
)
def test_a_share_of_something_else_states_no_number(text: str) -> None:
    assert objected(text) == []
