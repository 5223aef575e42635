"""Reads a listing page: what its markup labels, what its visitor reads, what patterns find there.

Scripts (JSON-LD apart), styles, hidden text, other listings, calculators and histories are not facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.page import amounts, labels, prose, readers
from phoenix_real_estate.normalize.page.json_ld import facts_of_objects, objects_of
from phoenix_real_estate.normalize.page.labels import Told
from phoenix_real_estate.normalize.page.outline import Outline, outline
from phoenix_real_estate.normalize.page.patterns import facts_in_text
from phoenix_real_estate.normalize.page.sections import Line, own_positions

LONGEST_PAGE = 5_000_000

_NOT_FACTS = {
    "full_baths", "half_baths", "three_quarter_baths", "hoa_as_paid", "hoa_monthly", "hoa_yearly",
    "hoa_quarterly",
    "hoa_frequency", "private_pool", "community_pool", "community_features", "parking", "lot_acres",
}  # fmt: skip
_POOL = re.compile(r"\bpools?\b", re.IGNORECASE)
_PARTED_FEES = (("hoa_monthly", "monthly"), ("hoa_quarterly", "quarterly"), ("hoa_yearly", "yearly"))


@dataclass(frozen=True)
class Page:
    """What a page says: `labelled` by its markup, `text` as a visitor reads it, `patterns` in that text.

    Facts stand under the project's field names, `hoa_fee` in USD a month, areas in square feet where they are
    numbers. `text` has one block element a line, the cells of a table's row parted by tabs.
    """

    labelled: Mapping[str, JsonValue]
    text: str
    patterns: Mapping[str, JsonValue]


def facts_of_page(record: RawRecord) -> dict[str, JsonValue]:
    """What patterns find on the page, completed and overruled by what its markup labels.

    Raises UnusableRecord where there is nothing, and where `read_page` does.
    """
    page = read_page(record)
    found = {**page.patterns, **page.labelled}
    if not found:
        raise UnusableRecord(f"record {record.id}: HTML without machine-readable facts.")
    return found


def read_page(record: RawRecord) -> Page:
    """The page of a record. Raises UnusableRecord for one too long, or of several properties."""
    html = record.html or ""
    if len(html) > LONGEST_PAGE:
        raise UnusableRecord(
            f"record {record.id}: an HTML page of {len(html):,} characters is not a listing."
        )
    seen = outline(html)
    own = list(own_positions(seen.lines))
    lines = [seen.lines[at] for at in own]
    return Page(
        labelled=_labelled(record, seen, frozenset(own)),
        text="\n".join(line.text for line in lines),
        patterns=facts_of_lines(lines, seen.title),
    )


def facts_of_lines(lines: list[Line], title: str = "") -> Told:
    """What patterns find in the lines of a page."""
    told = facts_in_text([line.text for line in lines])
    if "address" not in told or not (told.get("zip") or re.search(r"\b8\d{4}\b", str(told["address"]))):
        told = {**told, **prose.address_in(lines, title)}
    return _completed({**prose.description_in(lines), **told})


def _labelled(record: RawRecord, seen: Outline, own: frozenset[int]) -> Told:
    """JSON-LD and microdata before tables, lists and labelled elements."""
    heading = " ".join([seen.title, *(line.text for line in seen.lines if line.level == 1)])
    machine = facts_of_objects(record.id, [*objects_of(seen.json_ld), *seen.items], heading)
    told: Told = {}
    for table in seen.tables:
        rows = [cells for at, cells in table if at in own]
        _add(told, labels.facts_of_columns(rows))
        _add(told, labels.facts_of_rows(rows))
    _add(told, labels.facts_in_pairs(pair for at, pair in seen.leads if at in own))
    _add(told, labels.facts_beside_labels([text for at, text in seen.leaves if at in own])[0])
    return _completed({**_completed(told), **machine})


def _add(told: Told, more: Told) -> None:
    for field, fact in more.items():
        told.setdefault(field, fact)


def _completed(told: Told) -> Told:
    """Facts that are told in parts, put together: full and half baths, a fee and its frequency, two pools."""
    whole: Told = {field: fact for field, fact in told.items() if field not in _NOT_FACTS}
    _add(whole, {"lot_size": told["lot_acres"]} if "lot_acres" in told else {})
    whole |= _baths(told)
    _add(whole, _fee(told))
    whole |= _pools(told)
    _add(whole, _parking(told))
    return whole


def _baths(told: Told) -> Told:
    """Full and half ones make the total; where there is a total, only if they are the same baths."""
    full, half, quarter = (_count(told.get(f"{kind}_baths")) for kind in ("full", "half", "three_quarter"))
    said = _count(told.get("bathrooms"))
    if full is None and half and said is not None and said.is_integer():
        return {"bathrooms": said + 0.5 * half}
    total = readers.total_baths(full, half, quarter)
    if total is None or (said is not None and said != (full or 0) + (half or 0) + (quarter or 0)):
        return {}
    return {"bathrooms": total}


def _count(value: JsonValue) -> float | None:
    return values.number(value, 0, 60)


def _fee(told: Told) -> Told:
    paid = _count_of_money(told.get("hoa_as_paid"))
    if paid is not None:
        fee = amounts.monthly(paid, str(told.get("hoa_frequency") or "monthly"))
        return {} if fee is None else {"hoa_fee": fee}
    for field, period in _PARTED_FEES:
        if (paid := _count_of_money(told.get(field))) is not None:
            return {"hoa_fee": amounts.monthly(paid, period)}
    return {}


def _count_of_money(value: JsonValue) -> float | None:
    return values.number(value, 0, 50_000)


def _pools(told: Told) -> Told:
    """Two labels tell surer than one word."""
    private, community = told.get("private_pool"), told.get("community_pool")
    near = community is True or bool(_POOL.search(str(told.get("community_features") or "")))
    if private is None and not near:
        return {}
    if private is None and told.get("pool_type") in {"private", "both"}:
        return {"pool_type": "both"}
    kind = vocabulary.pool_of(private=private is True, community=near, known=private is False)
    return {} if kind is None else {"pool_type": kind}


def _parking(told: Told) -> Told:
    found: Told = {}
    for part in re.split(r"[,;]", str(told.get("parking") or "")):
        for word, field in (("garage", "garage_spaces"), ("carport", "carport_spaces")):
            if word in part.lower() and (spaces := readers.cars(part.strip())) is not None:
                found.setdefault(field, spaces)
    return found
