"""Reads files of collected records: JSON, JSONL, ARMLS CSV exports and HTML listing pages.

Nothing is dropped in silence: what cannot be taken comes out as a Refusal with its file and line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from phoenix_real_estate.captures import Refusal, Taken, raw_record, records_of
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Source

__all__ = ["Refusal", "read_records"]

_READ_AS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
}
_ARMLS_COLUMNS = {"List Number", "List Price", "Dwelling Type"}

csv.field_size_limit(10_000_000)


def read_records(path: Path, *, source: str | None = None) -> Taken:
    """The raw records of a file, or of all files under a folder in the order of their names.

    `source` stands in where a record names none that is known and its shape does not tell; CSV files other
    than ARMLS exports need it. A record without an `_id`, or of such a source, gets one from its content:
    the same content always gets the same one.

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
    yield from records_of(numbered, source)


def _jsonl_file(path: Path, source: str | None) -> Taken:
    yield from records_of(_lines(path), source)


def _lines(path: Path) -> Iterator[tuple[str, JsonValue] | Refusal]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                yield where, _loaded(line)
            except (ValueError, RecursionError) as malformed:
                why = malformed.msg if isinstance(malformed, json.JSONDecodeError) else str(malformed)
                yield Refusal(where=where, why=f"not JSON: {why}.")


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
                yield raw_record(of, data=told)
        except csv.Error as malformed:
            yield Refusal(where=f"{path.name}:{rows.line_num}", why=f"not CSV: {malformed}.")


def _html_file(path: Path, source: str | None) -> Taken:
    page = path.read_text(encoding=_encoding(path), errors="replace")
    yield raw_record(source or Source.MLS.value, html=page)


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
    document: JsonValue = json.loads(decoded, object_hook=_plain, parse_int=_whole)
    return document


def _whole(digits: str) -> int | str:
    """MongoDB's integers have eight bytes; a longer one stays the text it was and is no fact."""
    return int(digits) if len(digits) < 19 else digits


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
