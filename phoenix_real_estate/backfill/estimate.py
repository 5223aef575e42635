"""What a backfill would cost, before anything is paid: records, tokens and money by tier, and the last day.

Every record is normalized and every prompt rendered and counted, as the run would do it; answers that are in
the cache, and questions that two properties share, cost nothing again. Only how long answers will be, and how
many are asked for again, is taken from the past: the invoice's means per operation and model, else a table's.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from phoenix_real_estate.answers import answer_key
from phoenix_real_estate.batches import normalize_batch
from phoenix_real_estate.budget import CallAverage, Ledger
from phoenix_real_estate.extraction import question_about
from phoenix_real_estate.llm import pricing, tokens
from phoenix_real_estate.llm.provider import Usage
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.models import Frozen, Operation, Property, RawRecord
from phoenix_real_estate.money import dollars
from phoenix_real_estate.outcomes import NormalizedBatch
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompts import Question, prompt_for
from phoenix_real_estate.prompts.pages import EXTRACTION
from phoenix_real_estate.store import Store

Known = Callable[[Sequence[str]], Collection[str]]
"""Those of the answers' keys that are in the cache."""

READ_BATCH = 200
# The invoice's mean is taken from so many days, where it is one of so many answers.
AVERAGE_DAYS = 30
ENOUGH_ANSWERS = 10
WRITTEN_BY_COMPOSER = "composer"


class TierEstimate(Frozen):
    """One tier's part: `calls` are questions to be paid for, `cached` those whose answers cost nothing.

    Tokens and cost count what is asked again, as often as it was so far.
    """

    tier: str
    models: tuple[str, ...]
    properties: int
    calls: int
    cached: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


class Estimate(Frozen):
    """What a backfill would do. Money is integer micro-USD.

    `refused` records hold no property and become dead letters, `missing` ones are gone. `a_day_micro_usd` is
    the backfills' share of the daily limit, `left_today_micro_usd` what is left of it today; `ends_on` is
    None where the share never pays for it. `lengths` tell where the length of the answers comes from.
    """

    records: int
    properties: int
    refused: int
    missing: int
    pages: int
    tiers: tuple[TierEstimate, ...]
    a_day_micro_usd: int
    left_today_micro_usd: int
    ends_on: date | None
    lengths: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def cost_micro_usd(self) -> int:
        """All tiers together."""
        return sum(tier.cost_micro_usd for tier in self.tiers)

    @property
    def one_line(self) -> str:
        """As the state's message and the command line say it."""
        ends = f"done on {self.ends_on}" if self.ends_on else "never done: there is no share for backfills"
        return (
            f"{self.records:,} records, {self.properties:,} properties, about "
            f"{dollars(self.cost_micro_usd)}, at {dollars(self.a_day_micro_usd)} a day {ends}"
        )


def estimate(
    ids: Sequence[str],
    store: Store,
    panel: Panel,
    ledger: Ledger,
    known: Known,
    *,
    notes: Sequence[str] = (),
    told: Callable[[int, int], None] = lambda *_: None,
    in_batches: Collection[str] = (),
) -> Estimate:
    """The estimate for these raw records; nothing is asked, claimed or stored.

    `told` is called with the records looked at so far and their number. What properties ask of the providers
    `in_batches` costs what a batch costs; what is asked again, and about pages, is asked live.
    """
    reckoning = _Reckoning(panel, _Lengths(ledger.call_averages(AVERAGE_DAYS)), known, in_batches)
    for start in range(0, len(ids), READ_BATCH):
        batch = ids[start : start + READ_BATCH]
        records = [record for record, _ in store.raw.read(batch).values()]
        reckoning.missing += len(batch) - len(records)
        reckoning.add(records, normalize_batch(records, store, dry_run=True))
        told(start + len(batch), len(ids))
    return reckoning.estimate(ledger, notes)


def last_day(cost_micro_usd: int, *, left_today: int, a_day: int, today: date) -> date | None:
    """The day on which so much money is spent; None when there is none a day (amounts in micro-USD)."""
    beyond_today = cost_micro_usd - left_today
    if beyond_today <= 0:
        return today
    return today + timedelta(days=-(-beyond_today // a_day)) if a_day else None


class _Ask(NamedTuple):
    """A question that the run would put to a model."""

    tier: str
    property_id: str
    candidate: Candidate
    question: Question[object]

    @property
    def key(self) -> str:
        return answer_key(self.question, str(self.candidate))


@dataclass
class _Tier:
    models: set[str] = field(default_factory=set)
    properties: int = 0
    calls: int = 0
    cached: int = 0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    cost_micro_usd: float = 0.0

    def pay(self, ask: _Ask, average: CallAverage, *, in_batch: bool) -> None:
        length, times = average.output_tokens, average.per_property
        used = Usage(tokens.likely(ask.question.request(ask.candidate.model)), round(length))
        self.calls += 1
        self.input_tokens += times * used.input_tokens
        self.output_tokens += times * length
        first = pricing.actual(ask.candidate, used, in_batch=in_batch)
        self.cost_micro_usd += first + (times - 1) * pricing.actual(ask.candidate, used)

    def told(self, tier: str) -> TierEstimate:
        return TierEstimate(
            tier=tier,
            models=tuple(sorted(self.models)),
            properties=self.properties,
            calls=self.calls,
            cached=self.cached,
            input_tokens=round(self.input_tokens),
            output_tokens=round(self.output_tokens),
            cost_micro_usd=round(self.cost_micro_usd),
        )


class _Lengths:
    """How many tokens an answer has and how often it is asked for, and where that is known from."""

    def __init__(self, averages: Mapping[tuple[str, str], CallAverage]) -> None:
        self._averages = averages
        self.told: dict[str, None] = {}

    def of(self, operation: str, candidate: Candidate) -> CallAverage:
        average = self._averages.get((operation, str(candidate)))
        if average and average.answers >= ENOUGH_ANSWERS:
            source = (
                f"the mean of {average.answers:,} answers of the last {AVERAGE_DAYS} days, "
                f"{average.per_property:.2f} calls each"
            )
        else:
            source = "a default: too few answers are known yet"
            average = CallAverage(answers=0, output_tokens=_defaults()[operation], per_property=1)
        self.told[f"{operation} by {candidate}: {average.output_tokens:.0f} tokens, {source}"] = None
        return average


class _Reckoning:
    """The sums so far; of the records themselves nothing is kept."""

    def __init__(self, panel: Panel, lengths: _Lengths, known: Known, in_batches: Collection[str]) -> None:
        self._in_batches = in_batches
        self._panel = panel
        self._lengths = lengths
        self._known = known
        self._tiers: dict[str, _Tier] = {"low": _Tier(), "mid": _Tier(), "high": _Tier()}
        self._asked: set[bytes] = set()
        self._properties: set[str] = set()
        self._records = self._refused = self._pages = 0
        self.missing = 0

    def add(self, records: Sequence[RawRecord], normalized: NormalizedBatch) -> None:
        self._records += len(records)
        self._refused += len(normalized.refused)
        asks = [*self._about_pages(records)]
        self._pages += len(asks)
        for house in normalized.houses:
            asks += self._about(house.property)
        known = self._known([ask.key for ask in asks])
        for ask in asks:
            self._count(ask, known)

    def estimate(self, ledger: Ledger, notes: Sequence[str]) -> Estimate:
        tiers = tuple(one.told(name) for name, one in self._tiers.items() if one.properties or one.calls)
        today, a_day = ledger.today(), ledger.policy.backfill_limit_micro_usd
        left = max(0, a_day - today.spent_micro_usd - today.reserved_micro_usd)
        cost = sum(tier.cost_micro_usd for tier in tiers)
        return Estimate(
            records=self._records,
            properties=len(self._properties),
            refused=self._refused,
            missing=self.missing,
            pages=self._pages,
            tiers=tiers,
            a_day_micro_usd=a_day,
            left_today_micro_usd=left,
            ends_on=last_day(cost, left_today=left, a_day=a_day, today=date.fromisoformat(today.day)),
            lengths=tuple(self._lengths.told),
            notes=(*notes, *self._panel.notes),
        )

    def _about_pages(self, records: Sequence[RawRecord]) -> Iterator[_Ask]:
        """What would be asked about pages; the facts it would bring are not known yet."""
        way = self._panel.route(Property())
        for record in records if way.candidates else ():
            if question := question_about(record):
                yield _Ask(way.tier, record.id, way.candidates[0], question)

    def _about(self, property: Property) -> Iterator[_Ask]:
        way = self._panel.route(property)
        tier = self._tiers[way.tier]
        tier.properties += property.property_id not in self._properties
        self._properties.add(property.property_id)
        if not way.candidates:
            tier.models.add(WRITTEN_BY_COMPOSER)
            return
        tier.models.add(str(way.candidates[0]))
        for operation in Operation:
            if question := prompt_for(operation, property):
                yield _Ask(way.tier, property.property_id, way.candidates[0], question)

    def _count(self, ask: _Ask, known: Collection[str]) -> None:
        tier, digest = self._tiers[ask.tier], bytes.fromhex(ask.key.rpartition(":")[2])
        if ask.key in known or digest in self._asked:
            tier.cached += 1
            return
        self._asked.add(digest)
        in_batch = ask.candidate.provider in self._in_batches and ask.question.operation != EXTRACTION
        tier.pay(ask, self._lengths.of(ask.question.operation, ask.candidate), in_batch=in_batch)


@cache
def _defaults() -> Mapping[str, float]:
    table = files("phoenix_real_estate.backfill").joinpath("tables/output_tokens.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in table.splitlines() if not line.startswith("#"))
    return {row["operation"]: float(row["output_tokens"]) for row in rows}
