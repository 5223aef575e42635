"""Reads files of collected records: JSON, JSONL, ARMLS CSV exports and HTML listing pages.

Nothing is dropped in silence: what cannot be taken comes out as a Refusal with its file and line.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Frozen, RawRecord, Source
from phoenix_real_estate.normalize.payload import compact, named_values

_READ_AS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
}
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
_ARMLS_COLUMNS = {"List Number", "List Price", "Dwelling Type"}
_PARCEL_URL = re.compile(r"/parcel/([0-9A-Za-z.-]+)(?:/([a-z-]+))?/?$")
_WHEN = TypeAdapter(datetime)

csv.field_size_limit(10_000_000)


class Refusal(Frozen):
    """Something in a file that is no record: `where` is `file.json:12`, `why` says what to do."""

    where: str
    why: str


Taken = Iterator[RawRecord | Refusal]


def read_records(path: Path, *, source: str | None = None) -> Taken:
    """The raw records of a file, or of all files under a folder in the order of their names.

    `source` stands in where a record does not name its own and its shape does not tell; CSV files other than
    ARMLS exports need it. A record without an `_id` gets one from its content: the same content always gets
    the same one.

    Raises:
        ConfigurationError: there is no such file or folder.
    """
    if not path.exists():
        raise ConfigurationError(f"{path}: no such file or folder. Name a file or folder of raw records.")
    if not path.is_dir():
        return _file(path, source)
    return _folder(path, source)


def _folder(folder: Path, source: str | None) -> Taken:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name[0] != "."]
    if not paths:
        yield Refusal(where=str(folder), why="the folder holds no files.")
    for path in paths:
        yield from _file(path, source)


def _file(path: Path, source: str | None) -> Taken:
    readers = {"json": _json_file, "jsonl": _jsonl_file, "csv": _csv_file, "html": _html_file}
    kind = _READ_AS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(_READ_AS)
        yield Refusal(where=path.name, why=f"not a kind of file that holds raw records: {known}.")
        return
    try:
        if path.stat().st_size == 0:
            yield Refusal(where=path.name, why="the file is empty.")
            return
        taken = False
        for item in readers[kind](path, source):
            taken = True
            yield item
        if not taken:
            yield Refusal(where=path.name, why="there is no record in it.")
    except OSError as failed:
        yield Refusal(where=path.name, why=f"cannot be read: {failed.strerror}.")


def _json_file(path: Path, source: str | None) -> Taken:
    try:
        document = _loaded(path.read_bytes())
    except json.JSONDecodeError as malformed:
        if malformed.msg == "Extra data":
            # mongoexport writes one document a line, whatever the file is called.
            yield from _jsonl_file(path, source)
            return
        yield Refusal(where=f"{path.name}:{malformed.lineno}", why=f"not JSON: {malformed.msg}.")
        return
    except (ValueError, RecursionError) as malformed:
        yield Refusal(where=path.name, why=f"not JSON: {malformed}.")
        return
    items = document if isinstance(document, list) else [document]
    numbered = (
        (f"{path.name}[{n}]" if isinstance(document, list) else path.name, item)
        for n, item in enumerate(items)
    )
    yield from _documents(numbered, source)


def _jsonl_file(path: Path, source: str | None) -> Taken:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                document = _loaded(line)
            except (ValueError, RecursionError) as malformed:
                why = malformed.msg if isinstance(malformed, json.JSONDecodeError) else str(malformed)
                yield Refusal(where=where, why=f"not JSON: {why}.")
                continue
            yield from _document(where, document, source)


def _csv_file(path: Path, source: str | None) -> Taken:
    with path.open(encoding=_encoding(path), errors="replace", newline="") as lines:
        rows = csv.DictReader(lines)
        columns = set(rows.fieldnames or ())
        of = Source.MLS.value if columns >= _ARMLS_COLUMNS else source
        if of is None:
            yield Refusal(where=path.name, why="not an ARMLS export; say which source its rows come from.")
            return
        try:
            for row in rows:
                told: dict[str, JsonValue] = {name: value for name, value in row.items() if name and value}
                yield _record(of, data=told)
        except csv.Error as malformed:
            yield Refusal(where=f"{path.name}:{rows.line_num}", why=f"not CSV: {malformed}.")


def _html_file(path: Path, source: str | None) -> Taken:
    page = path.read_text(encoding=_encoding(path), errors="replace")
    yield _record(source or Source.MLS.value, html=page)


def _encoding(path: Path) -> str:
    """UTF-8, else the Windows code page that ARMLS exports use."""
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _loaded(text: bytes) -> JsonValue:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = text.decode("cp1252", errors="replace")
    document: JsonValue = json.loads(decoded, object_hook=_plain)
    return document


def _plain(document: dict[str, JsonValue]) -> JsonValue:
    """MongoDB's extended JSON without its type marks: {"$oid": "..."} is the text in it."""
    if len(document) == 1:
        ((mark, value),) = document.items()
        if mark in {"$oid", "$date"}:
            return value
        if mark in {"$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"} and isinstance(
            value, str
        ):
            return float(value) if mark in {"$numberDouble", "$numberDecimal"} else int(value)
    return document


def _documents(numbered: Iterator[tuple[str, JsonValue]], source: str | None) -> Taken:
    """One by one, but the captured answers about one parcel become one record."""
    parcels: dict[str, dict[str, JsonValue]] = {}
    collected: dict[str, datetime | None] = {}
    for where, document in numbered:
        parcel = _parcel_answer(document)
        if parcel is None:
            yield from _document(where, document, source)
            continue
        apn, endpoint, answer = parcel
        bundle = parcels.setdefault(apn, {"apn": apn})
        bundle[endpoint] = answer["body"]
        collected[apn] = _when(answer.get("timestamp"))
    for apn, bundle in parcels.items():
        yield _record(source or Source.MARICOPA.value, data=bundle, collected_at=collected[apn])


def _parcel_answer(document: JsonValue) -> tuple[str, str, dict[str, JsonValue]] | None:
    """Parcel number, endpoint and answer, of a captured Assessor answer that says something."""
    if not isinstance(document, dict) or document.get("status_code") != 200 or not document.get("body"):
        return None
    url = _PARCEL_URL.search(str(document.get("url", "")).partition("?")[0])
    if url is None or "/mapid/" in str(document["url"]):
        return None
    return url[1], f"parcel/{{apn}}/{url[2]}" if url[2] else "parcel/{apn}", document


def _document(where: str, document: JsonValue, source: str | None) -> Taken:
    if not isinstance(document, dict):
        yield Refusal(where=where, why='not an object; a raw record is {"source": ..., "data": {...}}.')
    elif "source" in document and ("data" in document or "html" in document):
        yield _own(where, document)
    elif "status_code" in document and "body" in document:
        yield from _answer(where, document, source)
    elif (rows := _rows_of_page(document)) is not None:
        yield from _page(where, rows, source, collected_at=None)
    else:
        yield _payload(where, document, source, collected_at=None)


def _own(where: str, document: dict[str, JsonValue]) -> RawRecord | Refusal:
    """A record in the collectors' own shape."""
    html, data, name = document.get("html"), document.get("data"), document["source"]
    if not isinstance(name, str) or not name:
        return Refusal(where=where, why="`source` is not a name.")
    if html is not None and not isinstance(html, str):
        return Refusal(where=where, why="`html` is not a text.")
    if data is not None and not isinstance(data, dict):
        return Refusal(where=where, why="`data` is not an object.")
    named = document.get("_id")
    record = _record(name, data=data, html=html, collected_at=_when(document.get("collected_at")))
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
    return _record(told, data=data, collected_at=collected_at)


def source_of(data: dict[str, JsonValue]) -> str | None:
    """The source whose names a payload uses; None when it uses no source's."""
    names = set(named_values(data)) | {compact(key) for key in data}
    if names & _COUNTY_NAMES:
        return Source.MARICOPA.value
    return Source.MLS.value if names & _MLS_NAMES else None


def _record(
    source: str,
    *,
    data: dict[str, JsonValue] | None = None,
    html: str | None = None,
    collected_at: datetime | None = None,
) -> RawRecord:
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
