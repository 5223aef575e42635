"""Reads a listing page's machine-readable facts: schema.org JSON-LD, labelled tables, definition lists.

Scripts, styles and hidden text are not facts. A page without any of these is refused.
"""

from __future__ import annotations

import json
from html import unescape

from pydantic import JsonValue

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.markup import Tag, tokens
from phoenix_real_estate.normalize.payload import compact

LONGEST_PAGE = 5_000_000
MOST_ROWS = 2_000
LONGEST_CELL = 2_000

_DWELLINGS = {
    "accommodation",
    "apartment",
    "house",
    "product",
    "realestatelisting",
    "residence",
    "singlefamilyresidence",
}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_LABELS = {"th", "dt"}
_CELLS = {"td", "dd"}
_ROWS = {"tr", "dl"}


def facts_of_page(record: RawRecord) -> dict[str, JsonValue]:
    """The labelled values of a page, by label. Raises UnusableRecord where it has none."""
    page = record.html or ""
    if len(page) > LONGEST_PAGE:
        raise UnusableRecord(
            f"record {record.id}: an HTML page of {len(page):,} characters is not a listing."
        )
    reader = _PageReader()
    reader.read(page)
    found: dict[str, JsonValue] = {**reader.rows, **_from_json_ld(record, reader.json_ld)}
    if not found:
        raise UnusableRecord(f"record {record.id}: HTML without machine-readable facts.")
    return found


class _PageReader:
    """Collects JSON-LD texts and label/value rows that a visitor of the page would see."""

    def __init__(self) -> None:
        self.json_ld: list[str] = []
        self.rows: dict[str, str] = {}
        self._hiding = ""
        self._hidden_depth = 0
        self._cell = ""
        self._text = ""
        self._label = ""

    def read(self, page: str) -> None:
        for token in tokens(page):
            if isinstance(token, Tag):
                self._take_tag(token)
            elif self._cell and not self._hiding:
                self._text = (self._text + token)[:LONGEST_CELL]
        self._finish_cell()

    def _take_tag(self, tag: Tag) -> None:
        if tag.name == "script" and tag.content and tag.attribute("type") == "application/ld+json":
            self.json_ld.append(tag.content)
        elif self._hiding:
            self._count_hidden(tag)
        elif not tag.closing and tag.name not in _VOID and _is_hidden(tag):
            self._hiding, self._hidden_depth = tag.name, 1
        elif tag.name in _LABELS | _CELLS | _ROWS:
            self._finish_cell()
            self._cell = "" if tag.closing or tag.name in _ROWS else tag.name
            self._label = "" if tag.name in _ROWS else self._label
        elif tag.name == "br":
            self._text += " "

    def _count_hidden(self, tag: Tag) -> None:
        """Hidden until the element that hides is closed."""
        if tag.name == self._hiding:
            self._hidden_depth += -1 if tag.closing else 1
            self._hiding = self._hiding if self._hidden_depth else ""

    def _finish_cell(self) -> None:
        """A heading, or the first cell of a row, is a label; what follows it is its value."""
        told = " ".join(unescape(self._text).split())
        if self._cell in _LABELS or (self._cell in _CELLS and not self._label):
            self._label = told.rstrip(": ")
        elif self._cell and told and len(self.rows) < MOST_ROWS:
            self.rows.setdefault(self._label, told)
            self._label = ""
        self._cell = self._text = ""


def _is_hidden(tag: Tag) -> bool:
    style = (tag.attribute("style") or "").replace(" ", "").lower()
    invisible = "display:none" in style or "visibility:hidden" in style
    return tag.attribute("hidden") is not None or tag.attribute("aria-hidden") == "true" or invisible


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
