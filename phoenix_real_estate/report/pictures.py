"""Pictures of a run as SVG: the day's spending against the limit, the stages, the scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from phoenix_real_estate.money import dollars
from phoenix_real_estate.report.counts import BIN, scores_of, stages_of
from phoenix_real_estate.report.model import Outcome, RunReport
from phoenix_real_estate.report.svg import dot, line, path, rect, surface, svg, text

WIDTH = 480
_LEFT, _RIGHT, _TOP = 80, 18, 38
_BREADTH = WIDTH - _LEFT - _RIGHT
_LETTER = 7.2
"""About how wide a letter is."""

Counts = Mapping[Outcome, int]


def pictures_of(report: RunReport) -> list[tuple[str, str]]:
    """Title and SVG of every picture that there is something to draw for."""
    drawn = (
        ("Spent today against the limit", _spending(report)),
        ("Where the records came to rest", _stages(report)),
        ("Quality scores", _scores(report)),
    )
    return [(title, picture) for title, picture in drawn if picture]


def _spending(report: RunReport) -> str:
    """The sum of the day's calls over its hours, this run's time shaded."""
    if not report.spending:
        return ""
    day = _Day(report)
    spent, limit = dollars(day.spent), dollars(report.daily_limit_micro_usd)
    told = f"{spent} of {limit} were spent today by the end of this run"
    return svg(WIDTH, day.bottom + 40, told, [*_day_ground(day), *_day_line(day, spent, limit)])


class _Day:
    """The scales of the day's picture."""

    bottom = 370.0

    def __init__(self, report: RunReport) -> None:
        zone = ZoneInfo(report.time_zone)
        self.report = report
        self.midnight = datetime.combine(report.ended_at.astimezone(zone).date(), time(), zone)
        self.spent = report.spending[-1].spent_micro_usd
        self.limit = self.y(report.daily_limit_micro_usd)

    def x(self, at: datetime) -> float:
        """What was settled after midnight belongs to the day's last moment."""
        share = (at - self.midnight) / timedelta(days=1)
        return _LEFT + min(1.0, max(0.0, share)) * _BREADTH

    def y(self, amount: int) -> float:
        highest = max(self.report.daily_limit_micro_usd, self.spent, 1)
        return self.bottom - amount / highest * (self.bottom - _TOP)

    @property
    def steps(self) -> list[tuple[float, float]]:
        """The sum is level until the next call, and to the end of the run."""
        points = [(self.x(one.at), self.y(one.spent_micro_usd)) for one in self.report.spending]
        before = [self.bottom, *(y for _, y in points)]
        risers = (((x, was), (x, y)) for (x, y), was in zip(points, before, strict=False))
        end = (max(points[-1][0], self.x(self.report.ended_at)), points[-1][1])
        return [*(point for riser in risers for point in riser), end]


def _day_ground(day: _Day) -> Iterator[str]:
    began, ended = day.x(day.report.started_at), day.x(day.report.ended_at)
    yield rect("band", began, _TOP, max(2.0, ended - began), day.bottom - _TOP)
    yield text(began, day.bottom + 36, "this run", "end" if began > WIDTH / 2 else "start", "soft")
    yield line("grid", (_LEFT, day.bottom), (WIDTH - _RIGHT, day.bottom))
    for hour, words in _HOURS.items():
        x = day.x(day.midnight + timedelta(hours=hour))
        yield line("grid", (x, day.bottom), (x, day.bottom + 4))
        anchor = {0: "start", 24: "end"}.get(hour, "middle")
        yield text(x, day.bottom + 18, words, anchor, "soft")  # type: ignore[arg-type]  # a str to mypy


_HOURS = {0: "midnight", 6: "6 a.m.", 12: "noon", 18: "6 p.m.", 24: "midnight"}


def _day_line(day: _Day, spent: str, limit: str) -> Iterator[str]:
    steps = day.steps
    (begins, _), (x, y) = steps[0], steps[-1]
    yield surface("area", [*steps, (x, day.bottom), (begins, day.bottom)])
    yield path("line", steps)
    yield dot("dot", x, y)
    yield line("limit", (_LEFT, day.limit), (WIDTH - _RIGHT, day.limit))
    yield text(_LEFT - 8, day.limit + 4, limit, "end")
    yield text(WIDTH - _RIGHT, day.limit - 7, "the day's limit", "end", "soft")
    yield text(_LEFT - 8, day.bottom + 4, "$0", "end")
    has_room = x + _LETTER * len(spent) + 9 < WIDTH
    # Below the point where above it the line of the limit would run through.
    height = y + 17 if y - day.limit < 26 else y - 8
    yield text(x + 9 if has_room else x - 9, height, spent, "start" if has_room else "end", "strong")


def _stages(report: RunReport) -> str:
    stages = stages_of(report)
    if not stages:
        return ""
    most = max(sum(outcomes.values()) for outcomes in stages.values())
    told = "; ".join(f"{stage.value}: {_told(outcomes)}" for stage, outcomes in stages.items())
    pieces = [*_key(report.counts)]
    for place, (stage, outcomes) in enumerate(stages.items()):
        y = _TOP - 4 + place * _ROW
        pieces += [text(_LEFT - 8, y + 16, stage.value, "end"), *_row(outcomes, y, most)]
    return svg(WIDTH, _TOP + len(stages) * _ROW, told, pieces)


_ROW = 34


def _row(outcomes: Counts, y: float, most: int) -> Iterator[str]:
    """A bar of a stage's records by outcome, and their number behind it."""
    x, room = float(_LEFT), _BREADTH - _LETTER * len(f"{most:,}") - 8
    for outcome, count in outcomes.items():
        if count:
            width = max(3.0, count / most * room)
            yield rect(_class(outcome), x, y, width, 22)
            x += width + 1
    yield text(x + 6, y + 16, f"{sum(outcomes.values()):,}", "start", "strong")


def _scores(report: RunReport) -> str:
    bars = scores_of(report)
    if not bars:
        return ""
    most = max(sum(outcomes.values()) for _, outcomes in bars)
    everything = {outcome: sum(counts[outcome] for _, counts in bars) for outcome in Outcome}
    told = f"Scores of {sum(everything.values()):,} properties in steps of {BIN}: {_told(everything)}"
    pieces = [*_key(everything), *_columns(bars, most), *_score_axis(bars, most)]
    pieces += _threshold(report.quality_threshold, bars)
    return svg(WIDTH, _FLOOR + 28, told, pieces)


_FLOOR = 190.0

Bars = Sequence[tuple[float, Counts]]


def _score_x(score: float, bars: Bars) -> float:
    return _LEFT + (score - bars[0][0]) / BIN * _BREADTH / len(bars)


def _columns(bars: Bars, most: int) -> Iterator[str]:
    width = _BREADTH / len(bars) - 2
    for begins, outcomes in bars:
        y = _FLOOR
        for outcome, count in outcomes.items():
            if count:
                height = max(1.5, count / most * (_FLOOR - _TOP - 8))
                y -= height
                yield rect(_class(outcome), _score_x(begins, bars) + 1, y, width, height)


def _score_axis(bars: Bars, most: int) -> Iterator[str]:
    yield line("grid", (_LEFT, _FLOOR), (WIDTH - _RIGHT, _FLOOR))
    yield text(_LEFT - 8, _FLOOR + 4, "0", "end")
    yield text(_LEFT - 8, _TOP + 12, f"{most:,}", "end")
    # Ten bars have room for a number below every other one, twenty below every fourth.
    for begins, _ in bars[:: 2 if len(bars) <= _FEW else 4]:
        yield text(_score_x(begins, bars), _FLOOR + 18, f"{begins:.2f}", "middle", "soft")
    yield text(WIDTH - _RIGHT, _FLOOR + 18, "1.00", "middle", "soft")


_FEW = 12


def _threshold(threshold: float, bars: Bars) -> Iterator[str]:
    x = _score_x(threshold, bars)
    if x >= _LEFT:
        yield line("limit", (x, _TOP - 10), (x, _FLOOR))
        words, on_the_left = f"passes from {threshold:g}", x > WIDTH / 3
        yield text(x - 6 if on_the_left else x + 6, _TOP, words, "end" if on_the_left else "start", "soft")


def _key(outcomes: Counts) -> Iterator[str]:
    """Which colour is which outcome, of those that are there."""
    x = float(_LEFT)
    for outcome in (one for one in Outcome if outcomes[one]):
        yield rect(_class(outcome), x, 4, 11, 11)
        yield text(x + 16, 14, outcome.value, "start", "soft")
        x += 30 + _LETTER * len(outcome.value)


def _told(outcomes: Counts) -> str:
    return ", ".join(f"{count:,} {outcome.value}" for outcome, count in outcomes.items() if count)


def _class(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "-")
