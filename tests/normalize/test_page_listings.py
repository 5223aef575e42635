import pytest

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import Property
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.page import read_page
from tests.normalize.listing_pages import NAMES, Tally, html_of, record_of, tally_of_both, tally_of_patterns
from tests.normalize.records import page

PERSONS = ("Usher", "Poe", "Tremaine", "Ligeia", "Roderick", "Edgar", "555-01", "example.com", "Raven")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_a_page_does_not_tell_of_its_property_becomes_a_fact(name: str) -> None:
    assert tally_of_patterns(name).wrong == ()
    assert tally_of_both(name).wrong == ()


def test_patterns_alone_find_at_least_95_percent_of_what_visitors_read_and_both_find_more() -> None:
    patterns, both = ([read(name) for name in NAMES] for read in (tally_of_patterns, tally_of_both))
    assert share(both) >= share(patterns) >= 0.95


def read_or_reason(html: str) -> Property | str:
    try:
        return normalize(page(html))
    except RecordError as refused:
        return refused.reason


def share(tallies: list[Tally]) -> float:
    """The facts read right, a wrong one counting double."""
    told = sum(one.right + len(one.missing) for one in tallies)
    return sum(one.right - 2 * len(one.wrong) for one in tallies) / told


@pytest.mark.parametrize("name", NAMES)
def test_no_person_on_a_page_is_in_its_facts(name: str) -> None:
    read = read_page(record_of(name))
    facts = [str(fact) for found in (read.patterns, read.labelled) for field, fact in found.items()]
    property_text = normalize(record_of(name)).model_dump_json(exclude={"remarks"})
    for person in PERSONS:
        assert person not in property_text
        assert not [fact for fact in facts if person in fact and len(fact) < 100]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_cut_anywhere_is_facts_or_a_refusal(name: str) -> None:
    html = html_of(name)
    for end in range(0, len(html), max(1, len(html) // 25)):
        read = read_or_reason(html[:end])
        assert isinstance(read, Property) or read in {"UnusableRecord", "UnsupportedProperty"}


@pytest.mark.parametrize(
    "padding", ["<p>x</p>", "<!-- x -->", "<div><div>", "&amp;", "<span class=label>Beds</span>", "\0"]
)
def test_a_listing_that_is_padded_to_megabytes_is_still_read(padding: str) -> None:
    read = normalize(page(html_of("mobile_card") + padding * (4_900_000 // len(padding))))
    assert (read.price, read.bedrooms, read.bathrooms) == (1_250_000, 4, 3.5)
