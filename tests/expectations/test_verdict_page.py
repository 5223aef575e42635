from pathlib import Path

from expectations.verdict_page import write_verdict_page
from phoenix_real_estate.models import Address, Decision, Finding, Property, Severity, Verdict

HOUSE = Property(
    address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031"), parcel_number="1"
)
NAMELESS = Property(parcel_number="2")


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
            (NAMELESS, verdict(NAMELESS, Decision.PUBLISH)),
            (HOUSE, verdict(HOUSE, Decision.REJECT, false, low)),
        ],
    )
    text = page.read_text("utf-8")
    assert page == tmp_path / "verdicts.html"
    assert "1 publish, 0 review, 1 reject" in text
    assert "123 Main St, Phoenix, AZ 85031" in text
    assert "&lt;b&gt;7 bedrooms&lt;/b&gt;" in text
    assert "bedrooms is 3" in text
    assert "completeness 0.87" in text
    assert "<td>2</td>" in text, "a property without an address is told by its id"
    assert "http" not in text
    assert text.index("123 Main St") < text.index("<td>2</td>"), "what needs a look comes first"


def test_the_page_links_the_pages_of_great_expectations(tmp_path: Path) -> None:
    (tmp_path / "validations" / "facts").mkdir(parents=True)
    (tmp_path / "validations" / "facts" / "run.html").touch()
    text = write_verdict_page(tmp_path, []).read_text("utf-8")
    assert 'href="validations/facts/run.html"' in text
    assert 'href="index.html"' in text
