"""The page a person opens first: every verdict of a batch with its reasons, readable without a network.

Great Expectations' own pages fetch their styles and scripts from elsewhere; they are linked from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from phoenix_real_estate.models import Decision, Finding, Property, Verdict

_ORDER = (Decision.REJECT, Decision.REVIEW, Decision.PUBLISH)
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem; border-bottom: 1px solid #8884; }
small, .why { opacity: .8; }
mark { background: #f5c2421f; color: inherit; border-bottom: 2px solid #d99a00; }
.publish { color: #1a9447; } .review { color: #c27c00; } .reject { color: #d33c3c; }
"""


def write_verdict_page(folder: Path, verdicts: Sequence[tuple[Property, Verdict]]) -> Path:
    """Writes `verdicts.html` into the folder of the Data Docs; what needs a look comes first."""
    counted = Counter(verdict.decision for _, verdict in verdicts)
    told = ", ".join(f"{counted[decision]} {decision.value}" for decision in reversed(_ORDER))
    rows = sorted(verdicts, key=lambda one: _ORDER.index(one[1].decision))
    page = folder / "verdicts.html"
    page.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>What the gate decided</title>"
        f"<style>{_STYLE}</style><h1>What the gate decided</h1><p>{told}</p>"
        "<p>A rejected part gives way to the built-in composer's and is judged again.</p>"
        "<table><tr><th>Property<th>Decision<th>Score<th>Reasons</tr>"
        f"{''.join(_row(*one) for one in rows)}</table>{_links(folder)}</html>",
        encoding="utf-8",
    )
    return page


def _row(property: Property, verdict: Verdict) -> str:
    scores = ", ".join(f"{name.replace('_', ' ')} {score:.2f}" for name, score in verdict.scores.items())
    return (
        f"<tr><td>{escape(property.address.one_line or property.property_id)}</td>"
        f"<td class={verdict.decision.value}>{verdict.decision.value}</td>"
        f"<td>{verdict.quality_score:.2f}<br><small>{escape(scores)}</small></td>"
        f"<td>{''.join(map(_reason, verdict.reasons))}</td></tr>"
    )


def _reason(finding: Finding) -> str:
    span = f" <mark>{escape(finding.span)}</mark>" if finding.span else ""
    return (
        f"<div>{escape(finding.field)}:{span} <span class=why>{escape(finding.why)} "
        f"({finding.severity.value}, {escape(finding.rule)})</span></div>"
    )


def _links(folder: Path) -> str:
    pages = sorted(page.relative_to(folder).as_posix() for page in folder.glob("validations/**/*.html"))
    links = [_link("index.html", "Data Docs"), *(_link(page, page.split("/")[1]) for page in pages)]
    return (
        f"<h2>Great Expectations</h2><p>{' · '.join(links)}<br>"
        "<small>Every expectation and what it met. Their styles come from the internet.</small></p>"
    )


def _link(href: str, words: str) -> str:
    return f'<a href="{escape(href)}">{escape(words)}</a>'
