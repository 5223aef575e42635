from pathlib import Path

from expectations.frame import Candidate
from expectations.verdict_page import write_verdict_page
from phoenix_real_estate.models import (
    Address,
    Decision,
    Enrichment,
    Feature,
    Finding,
    InvestmentAnalysis,
    Property,
    Severity,
    Verdict,
)

HOUSE = Property(
    address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031"),
    parcel_number="1",
    bedrooms=3,
    provenance={"bedrooms": "phoenix_mls"},
)
NAMELESS = Property(parcel_number="2")


def told(property: Property, description: str = "A home.") -> Candidate:
    texts = Enrichment(
        description=description,
        features=(Feature(feature="3 bedrooms", category="interior", appeal="Rooms"),),
        investment_analysis=InvestmentAnalysis(risks=("Age.",), opportunities=("Size.",)),
    )
    return Candidate(property=property, enrichment=texts, key=property.property_id)


def verdict(property: Property, decision: Decision, *reasons: Finding) -> Verdict:
    return Verdict(
        property_id=property.property_id,
        decision=decision,
        quality_score=0.934,
        scores={"readability": 1.0, "completeness": 0.868},
        reasons=reasons,
    )


def test_the_page_tells_every_verdict_with_its_reasons_and_needs_no_network(tmp_path: Path) -> None:
    false = Finding(
        rule="number.mismatch",
        severity=Severity.CRITICAL,
        field="description",
        span="<b>7 bedrooms</b>",
        why="bedrooms is 3",
    )
    low = Finding(rule="quality.score", severity=Severity.WARNING, field="quality_score", why="under 0.7")
    page = write_verdict_page(
        tmp_path,
        [
            (told(NAMELESS), verdict(NAMELESS, Decision.PUBLISH)),
            (told(HOUSE, "It has <b>7 bedrooms</b>."), verdict(HOUSE, Decision.REJECT, false, low)),
        ],
    )
    text = page.read_text("utf-8")
    assert page == tmp_path / "verdicts.html"
    assert "1 publish, 0 review, 1 reject" in text
    assert "123 Main St, Phoenix, AZ 85031" in text
    assert "&lt;b&gt;7 bedrooms&lt;/b&gt;" in text
    assert "bedrooms is 3" in text
    assert "completeness 0.87" in text
    assert "<b>2</b>" in text, "a property without an address is told by its id"
    assert "http" not in text
    assert text.index("123 Main St") < text.index("<b>2</b>"), "what needs a look comes first"


def test_the_page_links_the_pages_of_great_expectations(tmp_path: Path) -> None:
    (tmp_path / "validations" / "facts").mkdir(parents=True)
    (tmp_path / "validations" / "facts" / "run.html").touch()
    text = write_verdict_page(tmp_path, []).read_text("utf-8")
    assert 'href="validations/facts/run.html"' in text
    assert 'href="index.html"' in text


def test_findings_and_facts_are_marked_where_they_stand(tmp_path: Path) -> None:
    praise = Finding(
        rule="superlative",
        severity=Severity.WARNING,
        field="description",
        span="best",
        why="no fact supports it",
    )
    text = "The best home has 3 bedrooms."
    page = write_verdict_page(tmp_path, [(told(HOUSE, text), verdict(HOUSE, Decision.REVIEW, praise))])
    html = page.read_text("utf-8")
    assert '<mark class=warning title="superlative: no fact supports it">best</mark>' in html
    assert '<mark class=fact title="bedrooms, from phoenix_mls">3 bedrooms</mark>' in html
    assert "<td>3 bedrooms<td>bedrooms<td>phoenix_mls<td>The best home has 3 bedrooms.</tr>" in html
    assert "<small>feature 1</small>" in html
    assert "<small>opportunity 1</small>" in html


def test_a_text_without_facts_rests_on_nothing(tmp_path: Path) -> None:
    bare = Candidate(property=NAMELESS, enrichment=Enrichment(description="A home."), key="2")
    html = write_verdict_page(tmp_path, [(bare, verdict(NAMELESS, Decision.PUBLISH))]).read_text("utf-8")
    assert "claims rest on" not in html
