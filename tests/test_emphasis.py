"""Markdown in texts: its words are read without its signs, and what is left of it is a defect."""

from __future__ import annotations

import pytest

from phoenix_real_estate import legibility
from phoenix_real_estate.models import Enrichment, Feature, InvestmentAnalysis
from tests.grounding.judged_texts import findings, rules


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Layout:** 4 bedrooms", "Layout: 4 bedrooms"),
        (
            "It has **four bedrooms**, **two bathrooms** and *central air*.",
            "It has four bedrooms, two bathrooms and central air.",
        ),
        ("* **Pool:** none\n* **HOA:** $45", "* Pool: none\n* HOA: $45"),
        ("- **Garage**: two cars", "- Garage: two cars"),
        ("## At a glance\nBuilt in 1972.", "At a glance\nBuilt in 1972."),
        ("### **Costs**\n\n1. *Tax*: $1,150", "Costs\n\n1. Tax: $1,150"),
        ("***New price*** today", "New price today"),
        ("**What we know:**it is in Phoenix.", "What we know:it is in Phoenix."),
        ("A plain text, 2 * 3 rooms, # 12.", "A plain text, 2 * 3 rooms, # 12."),
        ("Broken **bold", "Broken **bold"),
        ("* one\n* two", "* one\n* two"),
        ("# 12", "# 12"),
    ],
)
def test_a_text_is_kept_as_its_readers_see_it(written: str, read: str) -> None:
    assert Enrichment(description=written).description == read


def test_every_text_of_an_enrichment_is_plain() -> None:
    texts = Enrichment(
        features=(Feature(feature="**Tile roof**", category="exterior", appeal="*lasting*"),),
        investment_analysis=InvestmentAnalysis(
            recommendation="**Hold**", narrative="**Hold.**", risks=("*Age*",), opportunities=("**Rent**",)
        ),
    )
    assert "*" not in texts.model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        "A **bold start without an end.",
        "**",
        "****",
        "Four bedrooms.\n```",
        "```json\nA home.\n```",
        "<b>Four bedrooms</b>",
        "**Four <br> bedrooms**",
        "# 4",
        "[See it](https://a.example)",
        "Bold ** that ** is none.",
    ],
)
def test_what_is_left_of_markup_is_a_defect(text: str) -> None:
    assert "text.markup" in {finding.rule for finding in legibility.check(Enrichment(description=text))}


@pytest.mark.parametrize(
    "text",
    [
        "**Pool:** none",
        "* **Solar:** leased",
        "**Year built:** 1999",
        "## Pool\nThere is **no private pool**.",
        "**{{bedrooms}}** bedrooms",
        "**Guaranteed** returns.",
    ],
)
def test_what_is_false_is_no_truer_in_bold(text: str) -> None:
    assert rules(text) or legibility.check(Enrichment(description=text))


@pytest.mark.parametrize(
    "text",
    [
        "**Bedrooms:** 4\n**Year built:** 1994",
        "* **Garage:** 2\n* **Pool:** private",
        "## Facts\n- **4** bedrooms\n- built in *1994*",
    ],
)
def test_what_is_true_is_true_in_bold(text: str) -> None:
    assert findings(text) == legibility.check(Enrichment(description=text)) == []
