"""Records in other files than JSON: pages, exports, code pages, folders."""

import csv
import io
import json
from pathlib import Path

import pytest

from phoenix_real_estate.normalize import normalize
from tests.intake_files import records, refusals, written
from tests.normalize.records import ARMLS, SEARCH_ROW


def test_a_record_of_html_keeps_its_page(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path, "a.json", {"source": "phoenix_mls", "html": "<p>"}))
    assert (record.html, record.data) == ("<p>", None)


def test_html_files_are_listing_pages(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path, "a.html", "<p>Casa Niña</p>"))
    assert (record.source, record.html) == ("phoenix_mls", "<p>Casa Niña</p>")


def armls_csv(encoding: str) -> bytes:
    text = io.StringIO()
    row = {**ARMLS, "Features": "Parking Spaces|Garage Spaces|2", "Subdivision": "CASA NIÑA", "Taxes": "--"}
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_an_armls_export_is_known_by_its_columns_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "export.csv").write_bytes(armls_csv(encoding))
    (record,) = records(tmp_path / "export.csv")
    read = normalize(record)
    assert record.id.startswith("phoenix_mls:7888371:")
    assert (read.subdivision, read.garage_spaces, read.annual_tax) == ("Casa Niña", 2, None)


def test_json_in_the_windows_code_page_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(
        json.dumps({**SEARCH_ROW, "x": "Niña"}, ensure_ascii=False).encode("cp1252")
    )
    (record,) = records(tmp_path / "a.json")
    assert record.data is not None
    assert record.data["x"] == "Niña"


def test_other_csv_files_need_a_source(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'situs_address,sq_ft\n"12 E Elm St, Tempe, AZ",1850,extra\n')
    (record,) = records(path, source="maricopa_api")
    assert record.data == {"situs_address": "12 E Elm St, Tempe, AZ", "sq_ft": "1850"}


def test_a_broken_csv_is_refused_at_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a,b\n1,2\n3," + "x" * 10_000_001)
    assert refusals(path, source="maricopa_api")[0][0] == "a.csv:2"
