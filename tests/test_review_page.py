"""The page that a person decides by."""

from __future__ import annotations

from phoenix_real_estate.models import Conflict, Enrichment, Finding, Property, Severity
from phoenix_real_estate.review import Choice, Texts, case_of, notes_of
from phoenix_real_estate.store import Store
from tests.comparable_homes import TWELVE
from tests.deciding import HOUSE_1, decide, store
from tests.in_review import FALSE, put_in_review

__all__ = ["store"]


def test_the_page_shows_texts_findings_conflicts_scores_and_writers(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    conflict = Conflict(field="pool_type", kept="private", kept_source="a", other="none", other_source="b")
    facts = case.facts.model_copy(update={"conflicts": (conflict,)})
    page = notes_of(case.model_copy(update={"facts": facts})).page
    assert page.startswith("## 4001 N 55th Ave, Phoenix, AZ 85031")
    assert "- **warning** description “N 55th”: is it so? (grounding.praise)" in page
    assert "- pool\\_type: a says **private** (used here), b says **none**" in page
    assert "4001 **N 55th** Ave" in page
    assert "0.90 in all: readability 0.90" in page
    assert "description: gpt-4o-mini, prompt 1; features" in page
    assert "square feet **1,451**, lot size **44,000**" in page
    assert "year built **1955**" in page
    assert page.count("\n- maricopa\\_api: parcel number **10306001**") == 1


def test_the_page_tells_what_the_property_was_compared_with(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    for upper, told in ((2_000, "1,500 to below 2,000"), (None, "1,500")):
        others = TWELVE.model_copy(update={"size_below": upper})
        page = notes_of(
            case.model_copy(update={"facts": case.facts.model_copy(update={"comparables": others})})
        ).page
        assert (
            "- computed: median list price **$231** per square foot of **12** others "
            f"(single family residence, ZIP 85031, from {told} square feet), taken on 2026-03-14"
        ) in page


def test_the_notes_of_a_refused_edit_shows_the_edit_and_why_it_was_refused(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    refused = decide(store, Choice.EDIT, texts=Texts(description=FALSE))
    page = notes_of(case, texts=Texts(description=FALSE), refused=refused).page
    assert "### Your last answer was not accepted" in page
    assert "has **7 bedrooms**" in page
    incomplete = decide(store, Choice.REJECT, reason="")
    assert "Say why it is rejected" in notes_of(case, refused=incomplete).decision


def test_nothing_a_record_says_is_markup_on_the_page(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    hostile = "<script>x</script>\n\n# Title [link](http://evil.example) | ``` `y` **bold** <img src=x>"
    finding = Finding(rule="<i>", severity=Severity.WARNING, field="[a](b)", span="Title [link]", why="<b>")
    analysis = case.enrichment.investment_analysis
    assert analysis
    texts = Enrichment(
        description=hostile,
        features=case.enrichment.features,
        investment_analysis=analysis.model_copy(update={"risks": (hostile,), "recommendation": hostile}),
    )
    facts = case.facts.model_copy(update={"subdivision": hostile, "address": case.facts.address})
    page = notes_of(
        case.model_copy(update={"enrichment": texts, "facts": facts, "findings": (finding,)})
    ).page
    for markup in ("<script", "<img", "<i>", "<b>", "[link](", "[a](", "`y`", " **bold", "\n# Title"):
        assert markup not in page.replace("\\" + markup[0], ""), markup
    assert "**Title \\[link\\]**" in page


def test_a_text_that_no_finding_points_into_is_shown_as_it_is(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1).model_copy(update={"findings": ()})
    assert f"> {case.enrichment.description}"[:40] in notes_of(case).description


def test_a_case_of_which_little_is_known_has_a_short_page(store: Store) -> None:
    put_in_review(store)
    bare = {"enrichment": Enrichment(), "scores": {}, "writers": {}, "findings": (), "facts": Property()}
    notes = notes_of(case_of(store, HOUSE_1).model_copy(update=bare))
    assert notes.model_dump() == {
        "decision": "## 10306001",
        "description": "",
        "features": "",
        "narrative": "",
    }
