"""The tables of grounding: whole rows, patterns that compile, names that the code knows."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.investment import Assumptions, Figures
from phoenix_real_estate.models import (
    Property,
)
from tests.sample import HOUSE


def test_every_computed_number_and_assumption_has_its_words() -> None:
    named = {row["field"] for row in rows_of("grounding_fields.csv")}
    for model in (Figures, Assumptions):
        schema = model.model_json_schema(mode="serialization")["properties"]
        numeric = {
            name
            for name, kind in schema.items()
            if {"integer", "number"} & {kind.get("type"), *(one.get("type") for one in kind.get("anyOf", ()))}
        }
        assert numeric
        assert numeric <= named


@pytest.mark.parametrize(
    "table",
    [
        "grounding_fields.csv",
        "grounding_units.csv",
        "grounding_street_words.csv",
        "lexicon_claims.csv",
        "lexicon_style.csv",
        "lexicon_places.csv",
        "fair_housing_rules.csv",
    ],
)
def test_every_table_row_has_the_cells_of_its_header(table: str) -> None:
    rows = rows_of(table)
    assert rows
    assert all(set(row) == set(rows[0]) for row in rows)


def test_every_claim_names_a_known_circumstance_or_field() -> None:
    circumstances = Known(HOUSE).circumstances
    for row in rows_of("lexicon_claims.csv"):
        name, _, pattern = row["fact"].partition("~")
        assert name in ("", "-") or (name in Property.model_fields if pattern else name in circumstances)


def test_every_table_has_whole_rows_and_patterns_that_compile() -> None:
    tables = [
        path for path in (files("phoenix_real_estate") / "tables").iterdir() if path.name.endswith(".csv")
    ]
    assert len(tables) >= 9
    for table in tables:
        for row in rows_of(table.name):
            assert None not in row, (table.name, row)
            re.compile(row.get("pattern", ""))
