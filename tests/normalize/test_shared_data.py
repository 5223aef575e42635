"""Every real record is read, or refused for a reason that a person agrees with."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.intake import read_records
from phoenix_real_estate.models import Property, RawRecord
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import SHARED, county, mls, needs_shared_data

pytestmark = needs_shared_data


def outcome(record: RawRecord) -> str:
    try:
        normalize(record)
    except RecordError as refused:
        return refused.reason
    return "Property"


def outcomes(path: Path) -> Counter[str]:
    return Counter(
        outcome(item) if isinstance(item, RawRecord) else "Refusal" for item in read_records(SHARED / path)
    )


def armls_rows() -> list[dict[str, Any]]:
    return [json.loads(row) for row in (SHARED / "armls/export_rows.jsonl").read_text("utf-8").splitlines()]


def test_captured_search_pages_give_their_dwellings_and_refuse_the_rest_by_kind() -> None:
    found = outcomes(Path("maricopa/search_and_parcel_responses_2025-07-23.json"))
    assert found == {"Property": 36, "UnsupportedProperty": 39, "Refusal": 29}


def test_real_parcels_are_read_except_a_warehouse_and_an_apartment_complex() -> None:
    assert outcomes(Path("maricopa/parcel_details_real_2025-09-16.json")) == {
        "Property": 2,
        "UnsupportedProperty": 2,
    }
    assert outcomes(Path("maricopa/parcel_full_unflattened_real.json")) == {"Property": 1}


def test_every_export_row_is_read_except_a_fractional_share() -> None:
    assert outcomes(Path("armls/export_rows.jsonl")) == {"Property": 86, "UnsupportedProperty": 1}


def test_residential_details_without_an_address_are_refused_one_by_one() -> None:
    rows = read_records(SHARED / "maricopa/residential_10k.csv", source="maricopa_api")
    found = Counter(
        outcome(row) for row, _ in zip(rows, range(500), strict=False) if isinstance(row, RawRecord)
    )
    assert found == {"UnusableRecord": 500}


def test_residential_details_with_an_address_keep_what_they_measure() -> None:
    with (SHARED / "maricopa/residential_10k.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[::20]
    for row in rows:
        read = normalize(county({**row, "situs_address": "12 E ELM ST PHOENIX AZ 85031"}))
        told = {"lot_size": "lot_size_sf", "year_built": "build_yr", "square_feet": "build_size_sf"}
        doubted = {doubt.field for doubt in read.doubts}
        for field, column in told.items():
            number = float(row[column] or 0)
            assert (getattr(read, field) or 0) == (0 if field in doubted else round(number)), row
        assert read.bathrooms is None


def test_export_columns_and_facts_agree_on_every_row() -> None:
    rows = [row for row in armls_rows() if row["Ownership"] != "Timeshare"]
    assert [row["List Number"] for row in rows if _expected(row) != _read(normalize(mls(row)))] == []


def _expected(row: dict[str, Any]) -> tuple[object, ...]:
    fees = row["Features"].get("Association & Fees", {})
    months = {"Monthly": 1, "Quarterly": 3, "Annually": 12}.get(fees.get("HOA Paid Frequency", ""), 1)
    fee = float(fees.get("HOA Fee", "0").replace(",", "")) / months + float(fees.get("HOA 2 Fee", "0"))
    pools = {"YY": "both", "YN": "private", "NY": "community", "NN": "none"}
    return (
        round(float(row["Approx SQFT"])),
        round(float(row["Approx Lot SqFt"])) or None,
        int(row["Year Built"]),
        round(float(row["List Price"])),
        int(row["# Bedrooms"]),
        float(row["Total Bathrooms"]),
        pools[row["Private Pool Y/N"] + row["Community Pool Y/N"]],
        float(row["Features"]["Parking Spaces"]["Garage Spaces"]),
        round(fee, 2),
        row["Assessor Number"].replace("-", ""),
        row["Zip Code"],
        row.get("Unit #"),
    )


def _read(facts: Property) -> tuple[object, ...]:
    return (
        facts.square_feet,
        facts.lot_size,
        facts.year_built,
        facts.price,
        facts.bedrooms,
        facts.bathrooms,
        facts.pool_type,
        facts.garage_spaces,
        facts.hoa_fee,
        facts.parcel_number,
        facts.address.zip,
        facts.address.unit,
    )


def test_no_agency_or_owner_of_a_real_row_is_in_its_property() -> None:
    with (SHARED / "armls/armls_csv_columns.txt").open(encoding="utf-8") as columns:
        personal = [
            name for (name,) in csv.reader(columns) if "Agen" in name or "Own" in name or "Phone" in name
        ]
    row = {**armls_rows()[0], **dict.fromkeys(personal, "Edgar Poe"), "Ownership": "Leasehold"}
    assert "Poe" not in normalize(mls(row)).model_dump_json()
