"""A listing's page of our own making whose facts stand in prose, beside other homes and hidden text."""

from __future__ import annotations

from phoenix_real_estate.models import RawRecord

ADDRESS = "4521 E Pinchot Ave, Phoenix, AZ 85018"
PROSE = (
    "This single-family home built in 1974 has 3 remodeled bedrooms and 2.5 updated baths in "
    "1,850 sq ft of living space on a lot of 0.19 acres. There is a private pool, a 2-car garage "
    "and an HOA of $45 a month."
)


def html(prose: str = PROSE, *, price: str = "Offered at $450,000", more: str = "") -> str:
    """The page: an address, a price, prose, something hidden, and another home."""
    return f"""<!DOCTYPE html><html><head><title>A home</title></head><body>
    <nav><a href="/">Search</a> <a href="/sell">Sell</a></nav>
    <h1>{ADDRESS}</h1>
    <p>{price}</p>
    <div style="display:none">7 bedrooms, offered at $1,000,000</div>
    <p>{prose}</p>
    {more}
    <h2>Similar homes</h2>
    <p>5 bedrooms 4 baths, offered at $525,000, built in 1999</p>
    </body></html>"""


def page(name: str = "page-1", **parts: str) -> RawRecord:
    return RawRecord(id=name, source="phoenix_mls", html=html(**parts))
