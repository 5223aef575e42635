"""Records of the Assessor's shape out of rows of residential characteristics.

The rows have neither parcel nor address: both are of our own making here, one of each per row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from pydantic import JsonValue

from phoenix_real_estate.models import RawRecord

ROWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "maricopa" / "residential_10k.csv"
FIRST_COLLECTED = datetime(2026, 1, 1, 15, tzinfo=UTC)
ZIPS = {
    "AVONDALE": "85323",
    "CHANDLER": "85224",
    "FOUNTAIN HILLS": "85268",
    "GILBERT": "85234",
    "GLENDALE": "85301",
    "MESA": "85201",
    "PEORIA": "85345",
    "SCOTTSDALE": "85251",
    "TEMPE": "85281",
    "TOLLESON": "85353",
}


def assessor_records(limit: int | None = None) -> Iterator[RawRecord]:
    """The rows, or the first `limit` of them, as collected over some weeks."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(islice(csv.DictReader(file), limit)):
            yield RawRecord(
                id=f"maricopa-{number:05d}",
                source="maricopa_api",
                collected_at=FIRST_COLLECTED + timedelta(minutes=10 * number),
                data=_parcel(number, row),
            )


def _parcel(number: int, row: Mapping[str, str]) -> dict[str, JsonValue]:
    apn, city = f"9{number:07d}", row["city"] if row["city"] in ZIPS else "PHOENIX"
    value = row["price_usd"] or str(180 * int(row["build_size_sf"] or 1500))
    return {
        "apn": apn,
        "search/property row": {
            "APN": apn,
            "SitusAddress": f"{1000 + number} N {number % 89 + 11}TH AVE",
            "SitusCity": city,
            "SitusZip": ZIPS.get(city, "85031"),
            "PropertyType": "RESIDENTIAL",
        },
        "parcel/{apn}/residential-details": {
            "ConstructionYear": row["build_yr"],
            "LotSize": row["lot_size_sf"],
            "LivableSpace": row["build_size_sf"],
            "Pool": False,
            "NumberOfPatios": row["patio_ct"],
            "PatioType": row["patio_type"],
            "ExteriorWalls": row["wall_type"],
            "RoofType": row["roof_type"],
            "BathFixtures": row["bath_fixtures_ct"],
            "NumberOfGarages": 2 if row["parking_type"] == "GR" else None,
            "NumberOfCarports": 1 if row["parking_type"] == "CP" else None,
        },
        "parcel/{apn}/valuations": [
            {
                "TaxYear": "2026",
                "FullCashValue": value,
                "LimitedPropertyValue": str(int(value) // 2),
                "PEPropUseDesc": "Single Family Residence",
            }
        ],
    }
