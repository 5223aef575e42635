"""Real-shaped payloads with invented houses, shared by the tests of this room."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest

from phoenix_real_estate.models import RawRecord, Source

SHARED = Path(__file__).parents[3] / "shared" / "data"

needs_shared_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the folder of real records, {os.path.relpath(SHARED)}, is not there"
)

SEARCH_ROW: dict[str, Any] = {
    "MCR": "6706",
    "SubdivisonName": "MARYVALE TERRACE  3 AMD LOT 1-40",
    "SectionTownshipRange": "292N2E",
    "APN": "99906005",
    "Ownership": "POE EDGAR A",
    "SitusAddress": "4027 N 55TH AVE",
    "SitusCity": "PHOENIX",
    "SitusZip": "85031",
    "PropertyType": "RESIDENTIAL",
    "RentalID": None,
}
DETAILS: dict[str, Any] = {
    "ConstructionYear": "1992",
    "LotSize": "7247",
    "LivableSpace": "1257",
    "Pool": False,
    "RoofType": "Ct - Concrete Tile",
    "BathFixtures": "6",
    "Cooling": "RF - REFRIGERATION",
    "NumberOfGarages": "2",
    "NumberOfCarports": 0,
    "ParkingDetails": {"ParkingType": "Garage", "ParkingCount": "1"},
}
VALUATIONS: list[dict[str, Any]] = [
    {
        "TaxYear": "2025",
        "FullCashValue": "333800",
        "LimitedPropertyValue": "164998      ",
        "LegalClassificationCode": "4.1 ",
        "AssessedFCV": "na",
        "AssessedLPV": "16500       ",
        "PEPropUseDesc": "Single Family Residence",
    },
    {
        "TaxYear": "2024",
        "FullCashValue": "350000",
        "LimitedPropertyValue": "157141      ",
        "LegalClassificationCode": "3.1 ",
        "AssessedFCV": "na",
        "AssessedLPV": "15714       ",
        "PEPropUseDesc": "Single Family Residence",
    },
]
BUNDLE: dict[str, Any] = {
    "apn": "99906005",
    "search/property row": SEARCH_ROW,
    "parcel/{apn}/residential-details": DETAILS,
    "parcel/{apn}/valuations": VALUATIONS,
}
PARCEL: dict[str, Any] = {
    "PropertyAddress": "4600 N 68TH ST 371 SCOTTSDALE, AZ 85251",
    "LotSize": "738",
    "SubdivisionName": "CASA SOMBRA",
    "Lot": "371",
    "HighSchoolDistrict": "SCOTTSDALE UNIFIED #48",
    "PropertyType": "Condo",
    "Owner": {
        "Ownership": "POE EDGAR A",
        "MailingAddress1": "1 RAVEN RD",
        "MailingCity": "TUCSON",
        "SalePrice": "215000",
        "FullMailingAddress": "1 RAVEN RD TUCSON AZ 85701",
    },
    "RentalInformation": {
        "ParcelNumber": "99935524",
        "SitusAddress": "4600 N 68TH ST 371 SCOTTSDALE 85251",
        "OwnerName": "POE EDGAR A",
        "OwnerPhone": "602-555-0142",
        "AgentName": "USHER RODERICK",
    },
    "Valuations": VALUATIONS,
    "ResidentialPropertyData": DETAILS,
    "SimilarParcels": [
        {"Parcel": "999-35-599", "SitusAddress": "4610 N 68TH ST 472", "LivableSqFootage": "9"}
    ],
    "APN": "999-35-524",
}
ARMLS: dict[str, Any] = {
    "List Number": "7888371",
    "Agency Name": "Usher Realty",
    "Agency Phone": "602-555-0143",
    "Listing Agent": "Roderick Usher",
    "Ownr/Occ Name - DND2": "Edgar Poe",
    "Owner/Occ Phn - DND2": "602-555-0144",
    "Property Type": "Residential",
    "Dwelling Type": "Apartment",
    "Status": "A",
    "List Price": "325900.00",
    "House Number": "4620",
    "Compass": "N",
    "Street Name": "68",
    "Unit #": "155",
    "St Suffix": "ST",
    "St Dir Sfx": "--",
    "City/Town Code": "Scottsdale",
    "State/Province": "AZ",
    "Zip Code": "85251",
    "Approx SQFT": "702.00",
    "Bedrooms Plus": "2.00",
    "Year Built": "1974",
    "# Bedrooms": "1",
    "Total Bathrooms": "1.50",
    "Taxes": "395.00",
    "Tax Year": "2024",
    "Assessor Number": "999-35-361-A",
    "Ownership": "Leasehold",
    "Elementary School": "Hopi",
    "High School": "Arcadia High",
    "Approx Lot SqFt": "71.00",
    "Subdivision": "CASA SOMBRA",
    "Flood Zone": "No",
    "Private Pool Y/N": "N",
    "Community Pool Y/N": "Y",
    "Public Remarks": "Ground-floor flat. Call 602-555-0142 or raven@example.com for a tour.",
    "Features": {
        "Association & Fees": {
            "HOA Y/N": "Y",
            "HOA Name": "CASA SOMBRA",
            "HOA Fee": "1,039.50",
            "HOA Paid Frequency": "Quarterly",
            "HOA Management Company": "Usher Management",
        },
        "Parking Spaces": {"Garage Spaces": "0", "Carport Spaces": "1.5", "Slab Parking Spaces": "2"},
        "Cooling": {"Central Air": "Yes", "Ceiling Fan(s)": "Yes"},
        "Roofing": {"Foam": "Yes", "Built-Up": "Yes", "Other": "Yes"},
        "Utilities": {"SRP": "Yes"},
        "Landscaping": {"Desert Front": "Yes", "Desert Back": "Yes"},
    },
}

# A Web API answer's row as members publish it: metadata, persons, media and local fields around the facts.
RESO_LISTING: dict[str, Any] = {
    "@odata.id": "https://api.example/Property('7900106')",
    "@odata.etag": "W/1",
    "ListingKey": "7900106",
    "ListingId": "7900106",
    "MlsStatus": "UCB (Under Contract-Backups)",
    "StandardStatus": "ActiveUnderContract",
    "PropertyType": "Residential",
    "PropertySubType": "SingleFamilyResidence",
    "ListPrice": 379900.0,
    "ClosePrice": None,
    "CloseDate": None,
    "StreetNumber": "1211",
    "StreetNumberNumeric": 1211,
    "StreetDirPrefix": "E",
    "StreetName": "Lemon",
    "StreetSuffix": "Street",
    "UnitNumber": "#106",
    "City": "Tempe",
    "StateOrProvince": "AZ",
    "PostalCode": "85281",
    "PostalCodePlus4": "4120",
    "CountyOrParish": "Maricopa",
    "UnparsedAddress": "1211 E LEMON Street 106",
    "BedroomsTotal": 2,
    "BathroomsTotalInteger": 3,
    "BathroomsFull": 2,
    "BathroomsHalf": 1,
    "LivingArea": 1288.0,
    "LivingAreaUnits": "Square Feet",
    "LotSizeArea": 0.1,
    "LotSizeUnits": "Acres",
    "YearBuilt": 2004,
    "ParcelNumber": "999-10-024",
    "PoolPrivateYN": False,
    "PoolFeatures": ["Community", "Heated"],
    "AssociationYN": True,
    "AssociationFee": 255,
    "AssociationFeeFrequency": "Quarterly",
    "AssociationFee2": 300,
    "AssociationFee2Frequency": "Semi-Annually",
    "AssociationName": "LEMON GROVE",
    "GarageSpaces": 2.0,
    "CarportSpaces": 0,
    "Cooling": ["Central Air", "Ceiling Fan(s)"],
    "Roof": ["Tile"],
    "FloodZone": "Zone AE",
    "WaterSource": ["Public"],
    "ElectricExpense": 120,
    "DirectionFaces": "North",
    "IrrigationWaterRightsYN": True,
    "IrrigationSource": ["SRP"],
    "PowerProductionOwnership": "Third Party",
    "HighSchoolDistrict": "TEMPE UNION",
    "TaxAnnualAmount": 1650,
    "ListAgentFullName": "Roderick Usher",
    "ListAgentEmail": "usher@example.com",
    "ListOfficeName": "Usher Realty",
    "ListOfficePhone": "602-555-0142",
    "Media": [{"MediaURL": "https://img.example/1.jpg", "BedroomsTotal": 99, "ListPrice": 1}],
    "Rooms": [{"RoomType": "Bedroom", "RoomArea": 120}],
    "ARM_SolarPanels": "None",
}


def county(data: dict[str, Any], record_id: str = "r1") -> RawRecord:
    return RawRecord(id=record_id, source=Source.MARICOPA, data=data)


def mls(data: dict[str, Any], record_id: str = "m1") -> RawRecord:
    return RawRecord(id=record_id, source=Source.MLS, data=data)


def page(html: str) -> RawRecord:
    return RawRecord(id="p1", source=Source.MLS, html=html)


def changed(payload: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A copy of a payload with other values."""
    copied = copy.deepcopy(payload)
    copied.update(values)
    return copied


def with_features(**categories: dict[str, str]) -> dict[str, Any]:
    """The ARMLS row with other features; underscores stand for the spaces of a category's name."""
    features = {name.replace("_", " "): names for name, names in categories.items()}
    return {**ARMLS, "Features": {**ARMLS["Features"], **features}}
