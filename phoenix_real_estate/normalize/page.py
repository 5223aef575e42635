"""Reads a listing page's machine-readable facts: schema.org JSON-LD, labelled tables, definition lists.

Scripts, styles and hidden text are not facts. A page without any of these is refused.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser

from pydantic import JsonValue

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.payload import compact

LONGEST_PAGE = 5_000_000
MOST_ROWS = 2_000

_DWELLINGS = {
    "accommodation",
    "apartment",
    "house",
    "product",
    "realestatelisting",
    "residence",
    "singlefamilyresidence",
}
_NEVER_SHOWN = {"script", "style", "template", "noscript"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_LABELS = {"th", "dt"}
_CELLS = {"td", "dd"}


def facts_of_page(record: RawRecord) -> dict[str, JsonValue]:
    """The labelled values of a page, by label. Raises UnusableRecord where it has none."""
    page = record.html or ""
    if len(page) > LONGEST_PAGE:
        raise UnusableRecord(
            f"record {record.id}: an HTML page of {len(page):,} characters is not a listing."
        )
    reader = _PageReader()
    reader.feed(page)
    reader.close()
    found: dict[str, JsonValue] = {**reader.rows, **_from_json_ld(record, reader.json_ld)}
    if not found:
        raise UnusableRecord(f"record {record.id}: HTML without machine-readable facts.")
    return found


class _PageReader(HTMLParser):
    """Collects JSON-LD texts and label/value rows that a visitor of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.json_ld: list[str] = []
        self.rows: dict[str, str] = {}
        self._hidden: list[str] = []
        self._cell: str | None = None
        self._text: list[str] = []
        self._label = ""
        self._in_json_ld = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._in_json_ld = tag == "script" and named.get("type") == "application/ld+json"
        if tag in _VOID:
            return
        if self._hidden or tag in _NEVER_SHOWN or _is_hidden(named):
            self._hidden.append(tag)
        elif tag in _LABELS | _CELLS:
            self._finish_cell()
            self._cell = tag
        elif tag in {"tr", "dl"}:
            self._finish_cell()
            self._label = ""

    def handle_endtag(self, tag: str) -> None:
        self._in_json_ld = False
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _LABELS | _CELLS:
            self._finish_cell()

    def handle_data(self, data: str) -> None:
        if self._in_json_ld:
            self.json_ld.append(data)
        elif self._cell and not self._hidden:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._finish_cell()

    def _finish_cell(self) -> None:
        """A heading, or the first cell of a row, is a label; what follows it is its value."""
        told = " ".join("".join(self._text).split())
        if self._cell in _LABELS or (self._cell in _CELLS and not self._label):
            self._label = told.rstrip(": ")
        elif self._cell and told and len(self.rows) < MOST_ROWS:
            self.rows.setdefault(self._label, told)
            self._label = ""
        self._cell = None
        self._text = []


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = (attributes.get("style") or "").replace(" ", "").lower()
    invisible = "display:none" in style or "visibility:hidden" in style
    return "hidden" in attributes or attributes.get("aria-hidden") == "true" or invisible


def _from_json_ld(record: RawRecord, texts: list[str]) -> dict[str, JsonValue]:
    dwellings = [node for text in texts for node in _nodes(_loaded(text)) if _is_dwelling(node)]
    facts: dict[str, JsonValue] = {}
    for node in dwellings:
        facts = {**_facts_of_node(node), **facts}
    addresses = {compact(str(node["address"])) for node in dwellings if "address" in node}
    if len(addresses) > 1:
        raise UnusableRecord(f"record {record.id}: the page describes {len(addresses)} properties, not one.")
    return facts


def _loaded(text: str) -> JsonValue:
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def _nodes(value: JsonValue, depth: int = 0) -> list[dict[str, JsonValue]]:
    """The objects of a JSON-LD document, past lists of other listings."""
    if depth > 6:
        return []
    if isinstance(value, list):
        return [node for item in value[:50] for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    inner = [value.get(key) for key in ("@graph", "mainEntity", "about", "itemOffered")]
    return [value, *(node for item in inner for node in _nodes(item, depth + 1))]


def _is_dwelling(node: dict[str, JsonValue]) -> bool:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.lower() in _DWELLINGS for kind in named)


def _facts_of_node(node: dict[str, JsonValue]) -> dict[str, JsonValue]:
    address, offer = _object(node.get("address")), _object(node.get("offers"))
    street = node["address"] if isinstance(node.get("address"), str) else address.get("streetAddress")
    told: dict[str, JsonValue] = {
        "address": street,
        "city": address.get("addressLocality"),
        "state": address.get("addressRegion"),
        "zip": address.get("postalCode"),
        "list_price": offer.get("price"),
        "square_feet": _object(node.get("floorSize")).get("value"),
        "lot_size": _lot(_object(node.get("lotSize"))),
        "bedrooms": node.get("numberOfBedrooms"),
        "bathrooms": node.get("numberOfBathroomsTotal"),
        "year_built": node.get("yearBuilt"),
        "remarks": node.get("description"),
        "property_type": node.get("accommodationCategory") or _kind(node),
    }
    return {name: value for name, value in told.items() if value is not None}


def _object(value: JsonValue) -> dict[str, JsonValue]:
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else {}


def _lot(size: dict[str, JsonValue]) -> JsonValue:
    unit = (values.text(size.get("unitText")) or values.text(size.get("unitCode")) or "").lower()
    told = values.text(size.get("value"))
    return f"{told} acres" if told and unit in {"acre", "acres", "acr"} else told


def _kind(node: dict[str, JsonValue]) -> JsonValue:
    kinds = {"SingleFamilyResidence": "Single Family Residence", "Apartment": "Apartment"}
    kind = node.get("@type")
    return kinds.get(kind) if isinstance(kind, str) else None
