"""The run report as a page that stands alone, and what is counted and drawn for it."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from phoenix_real_estate.budget import SpendPoint, Usage
from phoenix_real_estate.models import Finding, OperationRecord, Severity
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.report import Outcome, to_html, to_markdown
from phoenix_real_estate.report.counts import (
    cache_hits_of,
    conflicts_of,
    percentile_95,
    prompts_of,
    rules_of,
    scores_of,
    stages_of,
    timed,
    told_of,
    writers_of,
)
from phoenix_real_estate.report.pictures import pictures_of
from tests.test_report import NOON, line, report

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)> ' \" &"
MISMATCH = Finding(
    rule="number.mismatch", severity=Severity.CRITICAL, field="description", span="7 beds", why="it has 3"
)
CONFLICT = Finding(
    rule="facts.conflict", severity=Severity.WARNING, field="property.pool_type", why="pool_type: a, b"
)


def record(**changes: object) -> OperationRecord:
    facts: dict[str, object] = {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "prompt_version": "v1",
        "tier": "high",
        "input_tokens": 600,
        "output_tokens": 200,
        "cost_micro_usd": 210,
        "seconds": 2.0,
    }
    return OperationRecord.model_validate(facts | changes)


def spent(*points: tuple[float, int]) -> tuple[SpendPoint, ...]:
    """Hours after the midnight of Phoenix, and what was spent by then."""
    midnight = datetime(2026, 11, 21, 7, tzinfo=UTC)
    return tuple(SpendPoint(at=midnight + timedelta(hours=h), spent_micro_usd=usd) for h, usd in points)


class Tags(HTMLParser):
    """The tags and attributes of a page; what it loads, and what it would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def picture(page: dict[str, str], title: str) -> ElementTree.Element:
    return drawing(page[title])


def drawing(svg: str | bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own picture


def shapes(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in drawn.iter() if one.get("class") == kind]


def words(drawn: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in drawn.iter() if one.tag.endswith("text")]


def test_the_page_stands_alone_and_runs_nothing() -> None:
    page = to_html(report(line(), spending=spent((1, 900)), data_docs="../data-docs/verdicts.html"))
    tags = Tags(page).found
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "img", "iframe", "object", "base"})
    assert [attributes["href"] for tag, attributes in tags if tag == "a"] == ["../data-docs/verdicts.html"]
    assert "@import" not in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page


def test_whatever_a_record_says_is_shown_and_never_obeyed() -> None:
    hostile = line(
        raw_ids=(HOSTILE,),
        address=HOSTILE,
        models=HOSTILE,
        reasons=(HOSTILE,),
        conflicts=(HOSTILE,),
        operations={HOSTILE: record(model=HOSTILE, tier=HOSTILE, prompt_version=HOSTILE)},
        findings=(MISMATCH.model_copy(update={"why": HOSTILE, "rule": HOSTILE}),),
    )
    page = to_html(
        report(
            hostile,
            hostile.model_copy(update={"address": ""}),
            ended=HOSTILE,
            flow_run_id=HOSTILE,
            notes=(HOSTILE,),
            drift=(MISMATCH.model_copy(update={"span": HOSTILE, "why": HOSTILE}),),
            models={HOSTILE: Usage(calls=1)},
            data_docs=HOSTILE,
            run_url="javascript:alert(1)",
        )
    )
    tags = Tags(page).found
    assert {tag for tag, _ in tags}.isdisjoint({"script", "img"})
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert "javascript:" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 10


def test_the_page_tells_what_happened_the_money_and_where_to_look() -> None:
    page = to_html(
        report(
            line(cached=True),
            line(raw_ids=("x",), outcome=Outcome.DEAD_LETTER, property_id=None, reasons=("no street",)),
            models={"gpt-4o-mini": Usage(calls=3, input_tokens=1234, output_tokens=5, cost_micro_usd=412)},
            notes=("Ollama does not answer",),
            run_url="http://127.0.0.1:4200/runs/flow-run/f1",
        )
    )
    for told in (
        "<h1>Enrichment run: Completed</h1>",
        "Saturday, November 21, 2026, 19:00 UTC",
        "<li class=published><b>1</b> published</li>",
        "<b>$0.010412</b> of $0.63 spent today, $0.000412 in this run",
        "style='width:1.7%'",
        "<li>Ollama does not answer",
        "<li>no street",
        "<small>cached</small>",
        '<a href="http://127.0.0.1:4200/runs/flow-run/f1">',
        "<td class=n>1,234",
    ):
        assert told in page


def test_a_run_without_anything_to_do_or_any_money_has_its_page() -> None:
    page = to_html(report(daily_limit_micro_usd=0, flow_run_id=None))
    assert "Nothing was pending." in page
    assert "width:100.0%" in page
    assert "<svg" not in page
    assert pictures_of(report()) == []


def test_drift_is_good_to_know() -> None:
    drift = MISMATCH.model_copy(update={"rule": "batch.review_share", "span": "0.4", "why": "many wait"})
    for page in (to_html(report(line(), drift=(drift,))), to_markdown(report(line(), drift=(drift,)))):
        assert "many wait; it is 0.4 (batch." in page


def test_writers_are_told_apart_by_tier_and_model_dearest_first() -> None:
    parts = {
        "description": record(seconds=3.0),
        "features": record(cached=True, cost_micro_usd=0),
        "investment_analysis": record(
            tier="", model="composer", prompt_version="", cost_micro_usd=0, seconds=None
        ),
    }
    run = report(line(operations=parts), line(operations={"description": record(seconds=1.0)}))
    paid, composed = writers_of(run)
    assert (paid.tier, paid.model, paid.parts, paid.cached) == ("high", "gpt-4o-mini", 3, 1)
    assert (paid.input_tokens, paid.output_tokens, paid.cost_micro_usd) == (1_200, 400, 420)
    assert (paid.seconds, timed(paid), timed(composed)) == ((1.0, 3.0), "2.0 s / 3.0 s", "")
    assert (composed.tier, composed.parts) == ("any", 1)
    assert cache_hits_of(run) == (1, 3)
    assert prompts_of(run) == {("description", "v1"): 2, ("features", "v1"): 1}
    assert "| high | gpt-4o-mini | 3 | 1 | 1,200 | 400 | $0.00042 | 2.0 s / 3.0 s |" in to_markdown(run)
    assert "| Answers out of the cache | 1 of 3 |" in to_markdown(run)


@pytest.mark.parametrize(("seconds", "expected"), [((4.0,), 4.0), (tuple(range(1, 101)), 95), ((1, 2), 2)])
def test_95_percent_come_within(seconds: tuple[float, ...], expected: float) -> None:
    assert percentile_95(seconds) == expected


def test_findings_are_counted_by_rule_in_properties_and_replaced_texts() -> None:
    run = report(
        line(raw_ids=("1",), findings=(CONFLICT, CONFLICT), replaced=(MISMATCH,)),
        line(raw_ids=("2",), findings=(CONFLICT,), replaced=(MISMATCH, MISMATCH)),
        line(raw_ids=("3",), findings=(MISMATCH,)),
    )
    mismatch, conflict = rules_of(run)
    assert (mismatch.rule, mismatch.severity, mismatch.properties, mismatch.replaced) == (
        ("number.mismatch", "critical", 1, 2)
    )
    assert (conflict.rule, conflict.properties, conflict.replaced) == ("facts.conflict", 2, 0)
    assert mismatch.example == "4027 N 55th Ave, Phoenix, AZ 85031: it has 3"
    page = to_markdown(run)
    assert "- **number.mismatch** (critical): 1 property, 2 texts gave way; for example 4027 N" in page
    assert "- **facts.conflict** (warning): 2 properties; for example 4027 N" in page
    once = to_markdown(report(line(replaced=(MISMATCH,))))
    assert "- **number.mismatch** (critical): 1 text gave way; for" in once


def test_conflicts_are_counted_by_field_with_an_example() -> None:
    pool, year = "pool_type: a says none, b says private", "year_built: a says 1950, b says 1999"
    run = report(line(conflicts=(pool, year)), line(conflicts=("pool_type: a says x, b says y",)))
    assert conflicts_of(run) == [("pool_type", 2, pool), ("year_built", 1, year)]
    assert "- **year\\_built** in 1 property; for example year\\_built: a says 1950" in to_markdown(run)


def test_what_needs_a_person_comes_first() -> None:
    said = ("something",)
    run = report(
        line(reasons=said),
        line(outcome=Outcome.PENDING, reasons=said),
        line(outcome=Outcome.NEEDS_REVIEW, reasons=said),
        line(outcome=Outcome.DEAD_LETTER, reasons=said),
        line(),
    )
    assert [one.outcome for one in told_of(run)] == [
        Outcome.DEAD_LETTER,
        Outcome.NEEDS_REVIEW,
        Outcome.PENDING,
        Outcome.PUBLISHED,
    ]


def test_records_are_counted_where_they_came_to_rest() -> None:
    run = report(
        line(raw_ids=("a", "b"), stage=Stage.PUBLISH),
        line(raw_ids=("c",), stage=Stage.GATE, outcome=Outcome.NEEDS_REVIEW),
    )
    stages = stages_of(run)
    assert list(stages) == [Stage.GATE, Stage.PUBLISH]
    assert (stages[Stage.PUBLISH][Outcome.PUBLISHED], stages[Stage.GATE][Outcome.NEEDS_REVIEW]) == (2, 1)


def test_scores_fall_into_bars_from_one_half_on_or_lower() -> None:
    bars = scores_of(report(line(quality_score=1.0), line(quality_score=0.95), line(quality_score=0.7)))
    assert (len(bars), bars[0][0]) == (10, 0.5)
    filled = {round(begins, 2): counts[Outcome.PUBLISHED] for begins, counts in bars if any(counts.values())}
    assert filled == {0.95: 2, 0.7: 1}
    low = scores_of(report(line(quality_score=0.21)))
    assert (len(low), round(low[0][0], 2)) == (16, 0.2)
    assert scores_of(report(line(quality_score=None))) == []


def test_the_picture_of_the_day_shows_each_step_the_limit_and_this_run() -> None:
    run = report(
        line(stage=Stage.PUBLISH), spending=spent((0, 100_000), (12, 315_000)), spent_today_micro_usd=315_000
    )
    drawn = picture(dict(pictures_of(run)), "Spent today against the limit")
    points = [tuple(map(float, one.split(","))) for one in shapes(drawn, "line")[0].attrib["points"].split()]
    (left, bottom), (_, first), (noon, level), (_, half), (end, last) = points
    [limit] = shapes(drawn, "limit")
    top = float(limit.attrib["y1"])
    assert half == last == pytest.approx((bottom + top) / 2, abs=0.2), "half of the limit is half way up"
    assert first == level
    assert noon == pytest.approx((left + float(limit.attrib["x2"])) / 2, abs=0.2)
    assert end > noon, "up to the end of the run"
    assert {"$0.315", "$0.63", "noon", "this run"} <= set(words(drawn))


@pytest.mark.parametrize(
    ("ended", "spending", "amount"),
    [
        (NOON + timedelta(hours=11), spent((23, 629_000)), "$0.629"),
        (NOON, spent((1, 700_000)), "$0.70"),
        (NOON - timedelta(hours=10), spent((1, 0)), "$0.00"),
        (NOON, spent((30, 10)), "$0.00001"),
    ],
)
def test_the_days_picture_stays_within_its_frame(
    ended: datetime, spending: tuple[SpendPoint, ...], amount: str
) -> None:
    run = report(started_at=ended - timedelta(minutes=1), ended_at=ended, spending=spending)
    drawn = picture(dict(pictures_of(run)), "Spent today against the limit")
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    for shape in (*shapes(drawn, "line"), *shapes(drawn, "area")):
        for point in shape.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    [label] = [one for one in drawn.iter() if one.text == amount and one.get("class") == "strong"]
    reach = float(label.attrib["x"]) + (60 if label.get("text-anchor") == "start" else 0)
    assert reach <= width


def test_a_day_without_any_money_can_be_drawn() -> None:
    run = report(daily_limit_micro_usd=0, spending=spent((1, 0)))
    assert "$0.00" in words(picture(dict(pictures_of(run)), "Spent today against the limit"))


def test_bars_are_as_long_as_their_counts_and_named() -> None:
    many = [line(raw_ids=(str(n),), stage=Stage.PUBLISH) for n in range(8)]
    few = [line(raw_ids=(f"r{n}",), stage=Stage.GATE, outcome=Outcome.NEEDS_REVIEW) for n in range(4)]
    drawn = picture(dict(pictures_of(report(*many, *few))), "Where the records came to rest")
    [_key, published] = shapes(drawn, "published")
    [_key, review] = shapes(drawn, "needs-review")
    assert float(published.attrib["width"]) == pytest.approx(2 * float(review.attrib["width"]), abs=0.2)
    assert words(drawn) == ["published", "needs review", "gate", "4", "publish", "8"]


@pytest.mark.parametrize(("lowest", "threshold"), [(0.9, 0.7), (0.3, 0.7), (0.9, 0.45), (0.9, 0.5)])
def test_the_scores_are_drawn_with_the_threshold_that_they_had_to_reach(
    lowest: float, threshold: float
) -> None:
    run = report(line(quality_score=lowest), line(quality_score=0.99), quality_threshold=threshold)
    drawn = picture(dict(pictures_of(run)), "Quality scores")
    assert bool(shapes(drawn, "limit")) == (threshold >= 0.5)
    assert (f"passes from {threshold:g}" in words(drawn)) == (threshold >= 0.5)
    assert words(drawn)[-1 if threshold < 0.5 else -2] == "1.00"
    assert len(shapes(drawn, "published")) == 3, "the key and two bars"


def test_the_artifact_brings_its_pictures_along() -> None:
    run = report(line(stage=Stage.PUBLISH), spending=spent((1, 900)))
    images = re.findall(r"!\[[^]]+\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", to_markdown(run))
    assert len(images) == 3
    for image in images:
        drawn = drawing(base64.b64decode(image))
        assert any(one.tag.endswith("style") for one in drawn.iter()), "its colours come with it"
