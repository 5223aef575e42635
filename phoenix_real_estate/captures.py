"""Turns collected documents into raw records, by their shape.

Known shapes: the collectors' own (`{source, data | html}`), captured responses (`{url, status_code, body}`),
search pages (one record a row), single parcels, listings and bundles of endpoint answers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pydantic import JsonValue, TypeAdapter, ValidationError

from phoenix_real_estate.models import Frozen, RawRecord, Source
from phoenix_real_estate.normalize.payload import compact, named_values

_COUNTY_NAMES = {
    "apn",
    "situsaddress",
    "subdivisonname",
    "livablespace",
    "constructionyear",
    "bathfixtures",
}
_MLS_NAMES = {
    "listnumber",
    "listprice",
    "listingid",
    "listingkey",
    "unparsedaddress",
    "dwellingtype",
    "standardstatus",
}
_PARCEL_URL = re.compile(r"/parcel/([0-9A-Za-z.-]+)(?:/([a-z-]+))?/?$")
_ZERO_BYTE_NAME = re.compile(rb'\\u0000[^"]*": ')
_WHEN = TypeAdapter(datetime)


DEEPEST = 90
"""Levels of nesting; MongoDB takes 100, and the record around the payload needs some."""


class Refusal(Frozen):
    """Something in a file that is no record: `where` is `file.json:12`, `why` says what to do."""

    where: str
    why: str


Taken = Iterator[RawRecord | Refusal]


def records_of(numbered: Iterator[tuple[str, JsonValue] | Refusal], source: str | None) -> Taken:
    """The records of numbered documents; refusals among them pass through.

    The captured answers about one parcel become one record. `source` stands in where neither a document nor
    its shape tells.
    """
    parcels: dict[str, dict[str, JsonValue]] = {}
    collected: dict[str, datetime | None] = {}
    for item in numbered:
        if isinstance(item, Refusal):
            yield item
            continue
        where, document = item
        if why := _unstorable(document):
            yield Refusal(where=where, why=why)
            continue
        parcel = _parcel_answer(document)
        if parcel is None:
            yield from _record_of(where, document, source)
            continue
        apn, endpoint, answer = parcel
        bundle = parcels.setdefault(apn, {"apn": apn})
        bundle[endpoint] = answer["body"]
        collected[apn] = _when(answer.get("timestamp"))
    for apn, bundle in parcels.items():
        yield raw_record(source or Source.MARICOPA.value, data=bundle, collected_at=collected[apn])


def _unstorable(document: JsonValue) -> str | None:
    """Why MongoDB would not take a document: its depth, or text that no encoding can write."""
    level = [document]
    for _ in range(DEEPEST):
        level = [inner for node in level for inner in _inner(node)]
    if level:
        return f"nested more than {DEEPEST} levels deep."
    try:
        written = json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "holds text that is not Unicode."
    return "holds a name with a zero byte." if _ZERO_BYTE_NAME.search(written) else None


def _inner(node: JsonValue) -> Iterable[JsonValue]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _parcel_answer(document: JsonValue) -> tuple[str, str, dict[str, JsonValue]] | None:
    """Parcel number, endpoint and answer, of a captured Assessor answer that says something."""
    if not isinstance(document, dict) or document.get("status_code") != 200 or not document.get("body"):
        return None
    url = _PARCEL_URL.search(str(document.get("url", "")).partition("?")[0])
    if url is None or "/mapid/" in str(document["url"]):
        return None
    return url[1], f"parcel/{{apn}}/{url[2]}" if url[2] else "parcel/{apn}", document


def _record_of(where: str, document: JsonValue, source: str | None) -> Taken:
    if not isinstance(document, dict):
        yield Refusal(where=where, why='not an object; a raw record is {"source": ..., "data": {...}}.')
    elif "source" in document and ("data" in document or "html" in document):
        yield _own(where, document, source)
    elif "status_code" in document and "body" in document:
        yield from _answer(where, document, source)
    elif (rows := _rows_of_page(document)) is not None:
        yield from _page(where, rows, source, collected_at=None)
    else:
        yield _payload(where, document, source, collected_at=None)


def _own(where: str, document: dict[str, JsonValue], source: str | None) -> RawRecord | Refusal:
    """A record in the collectors' own shape. `source` stands in for one that nobody knows."""
    html, data, name = document.get("html"), document.get("data"), document["source"]
    if not isinstance(name, str) or not name:
        return Refusal(where=where, why="`source` is not a name.")
    if html is not None and not isinstance(html, str):
        return Refusal(where=where, why="`html` is not a text.")
    if data is not None and not isinstance(data, dict):
        return Refusal(where=where, why="`data` is not an object.")
    stands_in = source is not None and name not in set(Source)
    # Under its own name the record may be known already, as a dead letter.
    named = None if stands_in else document.get("_id")
    told = str(source) if stands_in else name
    record = raw_record(told, data=data, html=html, collected_at=_when(document.get("collected_at")))
    return record.model_copy(update={"id": str(named)}) if isinstance(named, str | int) else record


def _answer(where: str, answer: dict[str, JsonValue], source: str | None) -> Taken:
    """A captured response of the Assessor: {url, status_code, body, timestamp}."""
    body = answer["body"]
    if answer["status_code"] != 200:
        yield Refusal(where=where, why=f"the Assessor answered {answer['status_code']}: no such parcel.")
    elif not body or not isinstance(body, dict):
        yield Refusal(where=where, why="the Assessor's answer is empty: no such parcel.")
    elif "raw_text" in body:
        yield Refusal(where=where, why="an HTML page of the Assessor's site, not a parcel.")
    else:
        rows = _rows_of_page(body)
        if rows and not any(source_of(row) for row in rows if isinstance(row, dict)):
            yield Refusal(where=where, why="its rows are not parcels.")
            return
        collected_at = _when(answer.get("timestamp"))
        yield from _page(where, [body] if rows is None else rows, source, collected_at)


def _rows_of_page(document: dict[str, JsonValue]) -> list[JsonValue] | None:
    """The rows of an Assessor search page or of a RESO Web API answer."""
    rows = document.get("Results", document.get("value"))
    return rows if isinstance(rows, list) else None


def _page(where: str, rows: list[JsonValue], source: str | None, collected_at: datetime | None) -> Taken:
    if not rows:
        yield Refusal(where=where, why="a search page without results.")
    for number, row in enumerate(rows):
        if isinstance(row, dict):
            yield _payload(f"{where} row {number}", row, source, collected_at)
        else:
            yield Refusal(where=f"{where} row {number}", why="not an object.")


def _payload(
    where: str, data: dict[str, JsonValue], source: str | None, collected_at: datetime | None
) -> RawRecord | Refusal:
    told = source or source_of(data)
    if told is None:
        return Refusal(
            where=where, why="no source is named and the shape tells none; say which source it is."
        )
    return raw_record(told, data=data, collected_at=collected_at)


def source_of(data: dict[str, JsonValue]) -> str | None:
    """The source whose names a payload uses; None when it uses no source's."""
    names = set(named_values(data)) | {compact(key) for key in data}
    if names & _COUNTY_NAMES:
        return Source.MARICOPA.value
    return Source.MLS.value if names & _MLS_NAMES else None


def raw_record(
    source: str,
    *,
    data: dict[str, JsonValue] | None = None,
    html: str | None = None,
    collected_at: datetime | None = None,
) -> RawRecord:
    """A raw record whose id follows from its content; collected now unless it says when."""
    content = json.dumps([data, html], sort_keys=True, ensure_ascii=True)
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    name = _natural_key(data or {}) or fingerprint[8:20]
    # Not validated: a payload of any depth is the normalizer's to judge, and nothing else can be wrong.
    return RawRecord.model_construct(
        id=f"{source}:{name}:{fingerprint[:8]}",
        source=source,
        collected_at=collected_at or datetime.now(tz=UTC),
        data=data,
        html=html,
    )


def _natural_key(data: dict[str, JsonValue]) -> str | None:
    """The parcel or listing number that a person would look the record up by."""
    found = named_values(data)
    for name in ("apn", "parcelnumber", "listnumber", "listingid", "listingkey", "assessornumber"):
        value = found.get(name)
        if isinstance(value, str | int) and str(value).strip():
            return re.sub(r"[^0-9A-Za-z]", "", str(value)[:40]) or None
    return None


def _when(value: JsonValue) -> datetime | None:
    """A moment out of ISO text or milliseconds; without a zone it is UTC. Unreadable is unknown."""
    try:
        moment = _WHEN.validate_python(value)
    except ValidationError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
