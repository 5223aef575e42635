"""A case as a person reads it: markdown, in which nothing that came from a record is markup."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from phoenix_real_estate.facts import PRICE_WORDS
from phoenix_real_estate.grounding.traces import COMPUTED, UNTOLD
from phoenix_real_estate.models import (
    Comparables,
    Conflict,
    Feature,
    Finding,
    Frozen,
    InvestmentAnalysis,
    Property,
)
from phoenix_real_estate.report import escaped
from phoenix_real_estate.review.cases import Case
from phoenix_real_estate.review.rulings import Ruling
from phoenix_real_estate.review.texts import Texts

# Facts about the collecting and the reading, and what has its own place on the page.
_NOT_SHOWN = {"address", "remarks", "collected_at", "provenance", "conflicts", "valuations", "doubts"}


class Notes(Frozen):
    """What is said of a case beside each part of it, as markdown."""

    decision: str
    description: str
    features: str
    narrative: str

    @property
    def page(self) -> str:
        """All of it, from the top down."""
        return "\n\n".join((self.decision, self.description, self.features, self.narrative)) + "\n"


def notes_of(case: Case, *, texts: Texts | None = None, refused: Ruling | None = None) -> Notes:
    """The case with its findings marked in the texts; `texts` are those of an edit that was refused."""
    shown = case.enrichment if texts is None else texts.put_into(case.enrichment)
    findings = refused.findings if refused and refused.findings else case.findings
    return Notes(
        decision=_joined(
            f"## {escaped(case.name)}",
            _refusal(refused),
            _section("Why a person is asked", [f"- {_finding(one)}" for one in case.findings]),
            _section("The sources disagree", [_conflict(one) for one in case.facts.conflicts]),
            _section("Scores", [_scores(case)]),
            _section("What is known", _facts(case.facts)),
            _section("Written by", [_writers(case)]),
        ),
        description=_section("Description", [_quoted(shown.description or "", findings)]),
        features=_section("Features", [_feature(one, findings) for one in shown.features or ()]),
        narrative=_analysis(shown.investment_analysis or InvestmentAnalysis(), findings),
    )


def _analysis(analysis: InvestmentAnalysis, findings: Sequence[Finding]) -> str:
    return _joined(
        _section(f"Analysis: {escaped(analysis.recommendation)}", [_quoted(analysis.narrative, findings)]),
        _section("Risks", [f"- {_marked(one, findings)}" for one in analysis.risks]),
        _section("Opportunities", [f"- {_marked(one, findings)}" for one in analysis.opportunities]),
    )


def _joined(*sections: str) -> str:
    return "\n\n".join(section for section in sections if section)


def _section(title: str, lines: Sequence[str]) -> str:
    # Blank lines between items: the UI joins the lines of a paragraph in a field's description.
    return f"### {title}\n\n" + "\n\n".join(lines) if any(lines) else ""


def _refusal(refused: Ruling | None) -> str:
    if refused is None:
        return ""
    findings = [f"- {_finding(one)}" for one in refused.findings]
    return _section("Your last answer was not accepted", [escaped(refused.told), *findings])


def _feature(feature: Feature, findings: Sequence[Finding]) -> str:
    words, appeal = _marked(feature.feature, findings), _marked(feature.appeal, findings)
    return f"- {words} ({escaped(feature.category)}): {appeal}"


def _finding(finding: Finding) -> str:
    span = f" “{escaped(finding.span)}”" if finding.span and finding.span not in finding.why else ""
    # A conflict begins with the field itself.
    named = finding.why.startswith(finding.field.rsplit(".", 1)[-1])
    where = "" if named else f"{escaped(finding.field)}{span}: "
    return f"**{finding.severity.value}** {where}{escaped(finding.why)} ({escaped(finding.rule)})"


def _conflict(conflict: Conflict) -> str:
    kept, other = escaped(str(conflict.kept)), escaped(str(conflict.other))
    return (
        f"- {escaped(conflict.field)}: {escaped(conflict.kept_source)} says **{kept}** (used here), "
        f"{escaped(conflict.other_source)} says **{other}**"
    )


def _quoted(text: str, findings: Sequence[Finding]) -> str:
    """Every paragraph as a quotation."""
    paragraphs = [paragraph for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]
    return "\n\n".join(f"> {_marked(paragraph, findings)}" for paragraph in paragraphs)


def _marked(text: str, findings: Sequence[Finding]) -> str:
    """The text with the words that a finding is about in bold."""
    spans = {span for one in findings if (span := " ".join((one.span or "").split()))}
    plain = " ".join(text.split())
    if not spans:
        return escaped(plain)
    # The longest first: of two findings about the same words the wider one is shown.
    pattern = "|".join(re.escape(span) for span in sorted(spans, key=len, reverse=True))
    return "".join(_pieces(plain, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")))


def _pieces(text: str, spans: re.Pattern[str]) -> Iterator[str]:
    end = 0
    for found in spans.finditer(text):
        yield _kept(text[end : found.start()])
        yield f"**{_kept(found[0])}**"
        end = found.end()
    yield _kept(text[end:])


def _kept(text: str) -> str:
    """Escaped, with the blanks at its ends."""
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head}{escaped(text)}{tail}" if text.strip() else text


def _scores(case: Case) -> str:
    told = ", ".join(f"{name.replace('_', ' ')} {score:.2f}" for name, score in case.scores.items())
    return f"{case.quality_score:.2f} in all: {told}" if told else ""


def _facts(property: Property) -> list[str]:
    """What each source is believed, a line a source, and what its own market says of it."""
    known = property.model_dump(mode="json", exclude=_NOT_SHOWN, exclude_none=True)
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in known.items():
        if isinstance(value, str | int | float):
            told = f"{escaped(name.replace('_', ' '))} **{_kept(_plain(name, value))}**"
            by_source[property.provenance.get(name, UNTOLD)].append(told)
    lines = [f"- {escaped(source)}: {', '.join(told)}" for source, told in by_source.items()]
    return [*lines, *_comparables(property.comparables)]


def _comparables(others: Comparables | None) -> list[str]:
    if others is None:
        return []
    kind = PRICE_WORDS[others.price_kind]
    size = f"from {others.size_from:,}" + (f" to below {others.size_below:,}" if others.size_below else "")
    return [
        f"- {COMPUTED}: median {kind} **${others.price_per_square_foot:,}** per square foot of "
        f"**{others.count:,}** others ({escaped(others.property_type)}, ZIP {escaped(others.zip)}, "
        f"{size} square feet), taken on {others.as_of}"
    ]


def _plain(name: str, value: str | float) -> str:
    if isinstance(value, str) or name.startswith("year"):
        return str(value)
    return f"{value:,.10g}"


def _writers(case: Case) -> str:
    """Model and version of the prompt, part by part."""
    told = (
        f"{name.replace('_', ' ')}: {one.model}"
        + (f", prompt {one.prompt_version}" if one.prompt_version else "")
        for name, one in case.writers.items()
    )
    return escaped("; ".join(told))
