"""Four properties, from much known to little, and what the deterministic writer makes of one."""

from collections.abc import Iterator
from typing import cast

from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Address, Feature, InvestmentAnalysis, Operation, Property, Valuation

HOUSE = Property(
    address=Address(street="8213 W Sample Vista Rd", city="Phoenix", state="AZ", zip="85035"),
    parcel_number="99999001",
    property_type="Single Family Residence",
    bedrooms=3,
    bathrooms=2.5,
    square_feet=1850,
    lot_size=7200,
    year_built=1974,
    price=425_000,
    price_kind="list",
    valuations=(Valuation(tax_year=2026, full_cash_value=361_200, limited_property_value=180_000),),
    annual_tax=1234,
    garage_spaces=2,
    carport_spaces=1,
    pool_type="private",
    flood_irrigation_rights=True,
    irrigation_district="Salt River Project",
    flood_zone="X",
    hoa_fee=0,
    solar_panels="owned",
    desert_landscaping_pct=60,
    cooling_type="Central Air, Ceiling Fan(s)",
    roof_type="Concrete Tile",
    neighborhood="Maryvale",
    subdivision="SAMPLE TERRACE 5",
    school_district="Cartwright Elementary",
    remarks="Perfect for families! Sold in 3 days.",
)
CONDO = Property(
    address=Address(street="4600 N Sample St", unit="321", city="Scottsdale", state="AZ", zip="85251"),
    property_type="Condominium",
    bedrooms=1,
    bathrooms=1,
    square_feet=702,
    lot_size=75,
    year_built=1971,
    price=299_000,
    price_kind="list",
    annual_tax=395,
    carport_spaces=1,
    pool_type="community",
    hoa_fee=312.5,
    hoa_name="SAMPLE HOA",
    cooling_type="Central Air",
    school_district="Scottsdale Unified",
)
ASSESSED = Property(
    address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031"),
    parcel_number="99999002",
    square_feet=1400,
    year_built=1958,
    lot_size=6800,
    pool_type="none",
    price=260_000,
    price_kind="full_cash_value",
    valuations=(Valuation(tax_year=2025, full_cash_value=260_000, limited_property_value=120_000),),
    cooling_type="Refrigeration",
    roof_type="Asphalt Shingle",
    garage_spaces=0,
)
ADDRESS_ONLY = Property(address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031"))


def description(property: Property) -> str:
    return cast(str, compose(Operation.DESCRIPTION, property))


def features(property: Property) -> tuple[Feature, ...]:
    return cast(tuple[Feature, ...], compose(Operation.FEATURES, property))


def analysis(property: Property) -> InvestmentAnalysis:
    return cast(InvestmentAnalysis, compose(Operation.INVESTMENT_ANALYSIS, property))


def texts_of(property: Property) -> Iterator[str]:
    told = analysis(property)
    yield description(property)
    yield from (text for f in features(property) for text in (f.feature, f.appeal))
    yield told.narrative
    yield from (*told.risks, *told.opportunities)
