"""Which property the main flow makes of the records of a house."""

from __future__ import annotations

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.flows.reported import RunFlow, report_of


def test_one_house_from_two_sources_is_one_property(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {
        "Assessor Number": "103-06-001",
        "House Number": "4001",
        "Compass": "N",
        "Street Name": "55TH",
        "St Suffix": "AVE",
        "City/Town Code": "Phoenix",
        "State/Province": "AZ",
        "Zip Code": "85031",
        "List Price": "312000.00",
        "# Bedrooms": "3",
        "Private Pool Y/N": "Y",
        "Dwelling Type": "Single Family - Detached",
    }
    store.raw.add([house(1), RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    report = report_of(run_flow(settings, models="composer"))
    [document] = store.processed.find()
    assert sorted(document["metadata"]["raw_ids"]) == ["listing-1", "raw-1"]
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert sum(report.counts.values()) == 2


def test_one_house_in_two_batches_is_one_property_with_the_facts_of_both(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([house(1), RawRecord(id="raw-1-listing", source="phoenix_mls", data=listing), house(2)])
    report = report_of(run_flow(settings, models="composer", batch_size=1))
    documents = {document["_id"]: document for document in store.processed.find()}
    assert set(documents) == {"10306001", "10306002"}
    assert set(documents["10306001"]["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert sum(report.counts.values()) == 3


def test_facts_that_came_earlier_from_another_source_are_kept(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add([house(1, pool="yes")])
    run_flow(settings, models="composer")
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    run_flow(settings, models="composer")
    [document] = store.processed.find()
    assert document["property"]["price"] == 312000
    assert document["property"]["square_feet"] == 1451
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}


def test_a_house_whose_parcel_number_becomes_known_stays_one_property(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    run_flow(settings, models="composer")
    store.raw.add([house(1)])
    run_flow(settings, models="composer")
    [document] = store.processed.find()
    assert document["_id"] == "10306001"
    assert document["property"]["price"] == 312000
