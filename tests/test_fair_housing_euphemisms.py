"""Who should live there, said without the words that the law's lists name, and innocent look-alikes."""

from __future__ import annotations

import pytest

from phoenix_real_estate import fair_housing


def categories(text: str) -> set[str]:
    return {one.rule.removeprefix("housing.") for one in fair_housing.findings_in(text, "description")}


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("familial_status", "A floor plan made for a growing brood."),
        ("familial_status", "It suits someone with no little ones in tow."),
        ("familial_status", "Room for the whole clan."),
        ("familial_status", "The pitter-patter of little feet fits these halls."),
        ("familial_status", "A quiet place for a person living alone."),
        ("familial_status", "Just the two of you will fit."),
        ("familial_status", "Bring the kids and the stroller."),
        ("religion", "You'd be among people who share your Sunday mornings."),
        ("religion", "The neighbors keep the Sabbath."),
        ("religion", "Within earshot of church bells."),
        ("religion", "A short hop from your congregation."),
        ("national_origin", "Leasing to households raised speaking English."),
        ("national_origin", "Tenants who speak Spanish fill the street."),
        ("national_origin", "No heavy accents on this block."),
        ("race_and_color", "Neighbors who look like you."),
        ("race_and_color", "The demographics are turning."),
        ("disability", "Best for those steady on their feet."),
        ("disability", "The steps are not for bad knees."),
        ("disability", "You must be fit enough to manage the stairs."),
        ("age", "A house for the golden years."),
        ("age", "The street is full of thirty-somethings."),
        ("age", "It would suit someone fresh out of college."),
        ("sex", "A woman's touch shows in every room."),
        ("sex", "The lady of the house will approve."),
        ("source_of_income", "Rent to someone who works for a living."),
        ("source_of_income", "A tenant with a steady paycheck and no vouchers."),
        ("preference", "Decent people live on this street."),
        ("preference", "The kind of neighbors you want."),
    ],
)
def test_a_euphemism_is_for_a_person_to_see(category: str, text: str) -> None:
    assert category in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "Two bedrooms could suit a buyer who needs rooms.",
        "The gap must be subsidized by the owner.",
        "The owner would subsidize the loan.",
        "Ask a licensed professional or consult tax professionals.",
        "A healthy coverage ratio leaves a margin.",
        "You live with a 1962 roof until it is replaced.",
        "The parent parcel was split in 1970.",
        "Expecting a profit would be wrong.",
        "Its age of 62 years shows in the record.",
        "Their age and condition are unknown.",
        "The amount lent by the bank falls.",
        "An accent wall and a choir loft.",
        "A monthly subsidy of this size is more than most owners accept.",
        "Consult professionals before you sign.",
        "The home has not been physically inspected.",
        "Systems of a similar age often fail.",
        "Returns in the low teens would need a lower price.",
        "Finding quality tenants may take time.",
        "Straight talk: the loan costs more than the rent.",
        "The rent is estimated for a household of any size.",
    ],
)
def test_what_speaks_of_the_dwelling_or_the_deal_is_innocent(text: str) -> None:
    assert categories(text) == set()
