"""Files to be read in, and what became of them."""

import json
from pathlib import Path

from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import RawRecord

MONDAY = "2026-11-02T15:00:00+00:00"


def written(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def captured(endpoint: str, body: object, status: int = 200) -> dict[str, object]:
    url = f"https://assessor.example/{endpoint}"
    return {"method": "GET", "url": url, "status_code": status, "timestamp": MONDAY, "body": body}


def records(path: Path, source: str | None = None) -> list[RawRecord]:
    taken = list(read_records(path, source=source))
    assert [item for item in taken if isinstance(item, Refusal)] == []
    return [item for item in taken if isinstance(item, RawRecord)]


def refusals(path: Path, source: str | None = None) -> list[tuple[str, str]]:
    return [(item.where, item.why) for item in read_records(path, source=source) if isinstance(item, Refusal)]
