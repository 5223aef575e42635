"""The sample records show what the project is for."""

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import Property
from phoenix_real_estate.normalize import House, Normalized, harmonize, normalize
from phoenix_real_estate.samples import samples_dir
from tests.intake_files import records


def houses() -> list[House]:
    read = []
    for record in records(samples_dir()):
        try:
            read.append(Normalized(raw_id=record.id, source=record.source, property=normalize(record)))
        except RecordError:
            continue
    return harmonize(read)


def test_the_samples_show_every_outcome() -> None:
    found = []
    for record in records(samples_dir()):
        try:
            normalize(record)
            found.append("Property")
        except RecordError as refused:
            found.append(refused.reason)
    assert {reason: found.count(reason) for reason in set(found)} == {
        "Property": 19,
        "UnsupportedProperty": 2,
        "UnusableRecord": 1,
        "UnknownSource": 1,
    }


def test_the_samples_hold_houses_of_both_sources_and_one_contested_pool() -> None:
    shared = [house for house in houses() if len(house.facts_by_source) == 2]
    conflicts = [str(conflict) for house in houses() for conflict in house.property.conflicts]
    assert len(shared) == 4
    assert conflicts == ["pool_type: phoenix_mls says private, maricopa_api says none"]


def test_the_samples_reach_every_tier_of_value() -> None:
    values = [house.property.value or 0 for house in houses()]
    assert min(value for value in values if value) < 200_000
    assert any(200_000 <= value < 500_000 for value in values)
    assert max(values) > 500_000


def test_the_samples_have_what_rents_are_computed_from() -> None:
    def complete(facts: Property) -> bool:
        return bool(facts.bedrooms and facts.address.zip and facts.value)

    found = houses()
    assert sum(complete(house.property) for house in found) * 3 > len(found) * 2


def test_the_samples_know_the_valleys_specialities() -> None:
    found = [house.property for house in houses()]
    assert any(facts.flood_irrigation_rights and facts.irrigation_district == "SRP" for facts in found)
    assert any(facts.solar_panels == "leased" for facts in found)
    assert any(facts.property_type == "Condominium" for facts in found)
    assert any(facts.hoa_fee == 82.0 for facts in found)
