"""What reading listing pages costs and finds; nothing is asserted about time. Run with `make bench`."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import RawRecord, Source
from phoenix_real_estate.normalize.page import LONGEST_PAGE, read_page
from tests.benchmarks.test_speed import microseconds_each
from tests.normalize.listing_pages import NAMES, html_of, tally_of_both, tally_of_patterns

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ORDINARY = 60_000
HOSTILE = (
    "<",
    "<!--",
    "<!",
    "<a ",
    '<a b="',
    "<div>",
    "<b><p>",
    "<table><td>",
    "&#",
    "<p>3 beds",
    "\0",
    "<dl><dt>Beds<dd>3",
)


def read(html: str) -> None:
    try:
        read_page(RawRecord(id="page", source=Source.MLS, html=html))
    except RecordError:
        return


def ordinary_page() -> str:
    """A portal's page with as much script around its text as such pages have."""
    page = html_of("portal_large")
    script = "<script>" + "var a = {b: 1};" * ((ORDINARY - 3 * len(page)) // 15) + "</script>"
    return page.replace("</body>", html_of("flexmls_report") + html_of("tabs_and_cards")[:5_000] + script)


def test_an_ordinary_page_against_the_standard_library() -> None:
    html = ordinary_page()
    ours = microseconds_each(lambda: read(html), 1, rounds=15)
    standard = microseconds_each(lambda: HTMLParser().feed(html), 1, rounds=15)
    print(
        f"\npage of {len(html):,} characters: {ours / 1000:.1f} ms, facts and all ="
        f" {ours / standard:.2f} x html.parser alone ({standard / 1000:.1f} ms)"
    )


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_hostile_page(seed: str) -> None:
    html = seed * (LONGEST_PAGE // len(seed))
    print(f"\n5 MB of {seed!r}: {microseconds_each(lambda: read(html), 1, rounds=1) / 1e6:.2f} s")


def test_what_is_read_off_the_pages() -> None:
    print()
    for name in NAMES:
        print(f"{name:26} patterns alone: {tally_of_patterns(name)} | both: {tally_of_both(name)}")
