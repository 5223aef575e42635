from phoenix_real_estate.models import Address
from phoenix_real_estate.postal import abbreviated


def test_two_spellings_of_a_street_have_one_abbreviation() -> None:
    assert abbreviated("815 West Bridle Trail") == abbreviated("815 w. Bridle Tr") == "815 W BRIDLE TRL"


def test_two_spellings_of_an_address_have_one_key() -> None:
    spelled = Address(street="12 North Elm Street", unit="4b", zip="85281")
    short = Address(street="12 N Elm St", unit="4B", city="Tempe", zip="85281")
    assert spelled.key == short.key == "12NELMST|4B|85281"


def test_an_address_without_a_city_and_zip_has_no_key() -> None:
    assert Address(street="12 N Elm St").key is None
