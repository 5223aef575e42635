"""Houses of our own making for tests: one that has something of everything, and plainer ones."""

from __future__ import annotations

from phoenix_real_estate.models import Address, Property, Valuation

HOUSE = Property(
    address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031"),
    parcel_number="10230001",
    property_type="Single Family Residence",
    bedrooms=4,
    bathrooms=2.5,
    square_feet=2150,
    lot_size=8200,
    year_built=1994,
    price=525_000,
    price_kind="list",
    valuations=(Valuation(tax_year=2026, full_cash_value=480_000, limited_property_value=300_000),),
    annual_tax=1850,
    garage_spaces=2,
    carport_spaces=1,
    pool_type="private",
    flood_irrigation_rights=True,
    irrigation_district="SALT RIVER PROJECT",
    flood_zone="X",
    hoa_name="MARYVALE TERRACE HOA",
    hoa_fee=45,
    solar_panels="owned",
    desert_landscaping_pct=60,
    cooling_type="Central Air",
    roof_type="Tile",
    neighborhood="Maryvale",
    subdivision="MARYVALE TERRACE II",
    school_district="Phoenix Union",
    remarks="Updated kitchen with quartz counters and a covered patio.",
)

PLAIN = Property(
    address=HOUSE.address,
    property_type="Single Family Residence",
    bedrooms=3,
    square_feet=1500,
    price=190_000,
)
MODERATE = PLAIN.model_copy(update={"pool_type": "private", "hoa_fee": 45.0, "price": 450_000})
