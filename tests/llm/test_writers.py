from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

import phoenix_real_estate
from phoenix_real_estate.llm.writers import WRITERS, fingerprint_of, writers_fingerprint


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/rents.csv").write_text("85031,1650\n")
    (tmp_path / "figures.py").write_text("RATE = 6.5\n")
    return tmp_path


def test_what_writes_without_a_model_has_a_stable_fingerprint() -> None:
    assert (
        writers_fingerprint() == writers_fingerprint() == fingerprint_of(WRITERS, files(phoenix_real_estate))
    )
    assert len(writers_fingerprint()) == 16


@pytest.mark.parametrize("changed", ["tables/rents.csv", "figures.py"])
def test_it_differs_when_a_table_or_a_module_does(package: Path, changed: str) -> None:
    before = fingerprint_of(("figures.py", "tables"), package)
    (package / changed).write_text("another")

    assert fingerprint_of(("figures.py", "tables"), package) != before


def test_it_differs_with_another_table_and_not_with_other_files(package: Path) -> None:
    before = fingerprint_of(("tables",), package)
    (package / "tables/notes.txt").write_text("no table")
    (package / "figures.py").write_text("RATE = 7")
    assert fingerprint_of(("tables",), package) == before

    (package / "tables/more.csv").write_text("")
    assert fingerprint_of(("tables",), package) != before


def test_a_text_that_moves_from_one_file_to_the_next_is_a_change(package: Path) -> None:
    (package / "market.py").write_text("")
    names = ("figures.py", "market.py")
    before = fingerprint_of(names, package)
    (package / "market.py").write_text((package / "figures.py").read_text())
    (package / "figures.py").write_text("")

    assert fingerprint_of(names, package) != before


def test_the_tables_and_the_code_of_the_figures_are_among_them() -> None:
    assert {"tables", "figures.py", "investment.py", "market.py", "reasons.py", "facts.py"} <= set(WRITERS)
    assert {"llm/composer.py", "llm/sentences.py", "llm/selling_points.py"} <= set(WRITERS)
