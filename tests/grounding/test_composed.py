"""What the composer writes is true, of any house; features are read with their appeal."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import (
    Address,
    Enrichment,
    Feature,
    Operation,
    Property,
    Valuation,
)
from tests.sample import HOUSE


def test_features_are_read_with_their_appeal() -> None:
    features = (Feature(feature="4 bedrooms", appeal="Room for 9 bedrooms", category="interior"),)
    (found,) = grounding.check(Enrichment(features=features), HOUSE)
    assert (found.field, found.span) == ("features[0].appeal", "9 bedrooms")


BARE = Property(address=Address(street="1 Elm St", city="Mesa", state="AZ", zip="85201"))


VARIED = {
    "everything": HOUSE,
    "bare": BARE,
    "no address": Property(parcel_number="10230001", square_feet=1500),
    "unit on a numbered street": HOUSE.model_copy(
        update={
            "address": Address(
                street="4620 N 68th St",
                unit="155",
                city="Scottsdale",
                state="AZ",
                zip="85251",
                raw="4620 N 68TH ST #155, SCOTTSDALE AZ 85251",
            ),
            "property_type": "Apartment",
            "subdivision": "Camelback House 2",
        }
    ),
    "nothing there": HOUSE.model_copy(
        update={"pool_type": "none", "solar_panels": "none", "hoa_fee": 0, "hoa_name": None}
    ),
    "community pool": HOUSE.model_copy(update={"pool_type": "community", "solar_panels": "leased"}),
    "both pools": HOUSE.model_copy(update={"pool_type": "both", "flood_zone": "AE"}),
    "assessed only": HOUSE.model_copy(
        update={
            "price": None,
            "price_kind": None,
            "bedrooms": None,
            "bathrooms": None,
            "valuations": (Valuation(tax_year=2025, full_cash_value=312_300),),
        }
    ),
    "valued by the county": HOUSE.model_copy(update={"price_kind": "full_cash_value", "valuations": ()}),
    "studio": HOUSE.model_copy(update={"bedrooms": 0, "square_feet": 480, "lot_size": 70}),
    "absurd price": HOUSE.model_copy(update={"price": 10**30}),
}


@pytest.mark.parametrize("name", [name for name in VARIED if name != "absurd price"])
def test_what_the_composer_writes_is_true(name: str) -> None:
    property = VARIED[name]
    parts = {operation.value: compose(operation, property) for operation in Operation}
    assert grounding.check(Enrichment.model_validate(parts), property) == []


def test_an_absurd_price_leaves_the_figures_uncomputed() -> None:
    assert Known(VARIED["absurd price"]).figures is None
