"""The Maricopa County Assessor: search rows, parcels, the answers of single endpoints and bundles of them.

The county knows neither bedrooms nor bathrooms (`BathFixtures` counts fixtures), and its `Pool` speaks of a
private pool only. A past sale's price is not today's value: the valuations carry that. Shapes as the live API
answers them, misspelt keys included (`SubdivisonName`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.models import Property, RawRecord, Source, Valuation
from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.fields import Facts, address_of, build, read_facts, refuse_other_kinds
from phoenix_real_estate.normalize.payload import lists_of_objects, named_values
from phoenix_real_estate.normalize.spelling import title_case
from phoenix_real_estate.normalize.told import Told

Rows = list[dict[str, JsonValue]]

_LOTS = re.compile(r"\s+(?:LOTS?|LTS?|TRS?)\s+[0-9A-Z].*$", re.IGNORECASE)
_HIGHEST_VALUE = 10_000_000_000


def normalize(record: RawRecord) -> Property:
    """One property out of an Assessor record. Raises RecordError."""
    found = named_values(record.data)
    lists = list(lists_of_objects(record.data))
    _refuse_error_pages(record, found, lists)
    valuations = _valuations(lists)
    if valuations and valuations[0].property_use:
        found.setdefault("pepropusedesc", valuations[0].property_use)
    told = Told(found, Source.MARICOPA.value)
    refuse_other_kinds(told, record)
    facts = read_facts(told)
    facts |= {"valuations": valuations} if valuations else _plain_value(found, facts)
    facts.pop("subdivision", None)
    if subdivision := _subdivision(found):
        facts["subdivision"] = subdivision
    address = address_of(told)
    # The county's own parcels lie in Arizona whether it says so or not.
    return build(record, facts, address.model_copy(update={"state": address.state or "AZ"}), told)


def _refuse_error_pages(record: RawRecord, found: Mapping[str, JsonValue], lists: Sequence[Rows]) -> None:
    """Answers that hold no parcel: 404, an empty list, an HTML page, a page of many parcels."""
    if record.html is not None:
        raise UnusableRecord(f"record {record.id} is an HTML page; the Assessor's records are JSON.")
    if isinstance(status := found.get("statuscode"), int) and status >= 400:
        raise UnusableRecord(f"record {record.id}: the Assessor answered {status}, there is no such parcel.")
    if "rawtext" in found:
        raise UnusableRecord(
            f"record {record.id} holds an HTML page of the Assessor's site instead of a parcel."
        )
    if any("APN" in rows[0] and len(rows) > 1 for rows in lists):
        raise UnusableRecord(
            f"record {record.id} holds a page of several parcels; store one record for each of them."
        )
    if not found or _is_empty_answer(record.data):
        raise UnusableRecord(f"record {record.id} is empty: the Assessor has no such parcel.")


def _is_empty_answer(data: JsonValue) -> bool:
    """A captured response, or a search page, with nothing in it."""
    body = data.get("body", data) if isinstance(data, dict) else data
    return not body or (isinstance(body, dict) and body.get("Results") == [])


def _valuations(lists: Sequence[Rows]) -> tuple[Valuation, ...]:
    """The valuations, newest first."""
    rows = next((rows for rows in lists if any("TaxYear" in row for row in rows)), [])
    years = {year: row for row in reversed(rows) if (year := values.count(row.get("TaxYear"), 1900, 2100))}
    return tuple(_valuation(year, years[year]) for year in sorted(years, reverse=True))


def _valuation(tax_year: int, row: dict[str, JsonValue]) -> Valuation:
    def usd(key: str) -> int | None:
        return values.whole(row.get(key), 1, _HIGHEST_VALUE)

    return Valuation(
        tax_year=tax_year,
        full_cash_value=usd("FullCashValue"),
        limited_property_value=usd("LimitedPropertyValue"),
        assessed_limited_property_value=usd("AssessedLPV"),
        legal_class=values.text(row.get("LegalClassificationCode")),
        property_use=values.text(row.get("PEPropUseDesc")),
    )


def _plain_value(found: Mapping[str, JsonValue], facts: Facts) -> Facts:
    """A full cash value told without a list of valuations: a valuation if its tax year is told too."""
    value = values.whole(found.get("fullcashvalue"), 1, _HIGHEST_VALUE)
    tax_year = values.count(found.get("taxyear"), 1900, 2100)
    if value is None or "price" in facts:
        return {}
    if tax_year is None:
        return {"price": value, "price_kind": "full_cash_value"}
    return {"valuations": (Valuation(tax_year=tax_year, full_cash_value=value),)}


def _subdivision(found: Mapping[str, JsonValue]) -> str | None:
    """Its name without the lots. Land without a recorded map (MCR) has a survey text in that place."""
    if "mcr" in found and values.text(found["mcr"]) is None:
        return None
    keys = ("subdivisonname", "subdivisionname", "subdivision")
    told = next((told for key in keys if (told := values.text(found.get(key)))), None)
    return title_case(_LOTS.sub("", told)) if told else None
