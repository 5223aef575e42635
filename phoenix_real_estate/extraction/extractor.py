"""What a listing's page says, as the data of its record: the story from HTML to facts.

What the page's markup labels is certain. Where facts that matter are missing from it, a model is asked once
for them, and of its answer only what the page's visible text supports is believed (`verification.py`).
Patterns in the text serve beside it, and alone where no model answers. Reading a page never fails a record
and never stops a run: at worst the normalizer reads the page by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from phoenix_real_estate.errors import PhoenixError, RecordError
from phoenix_real_estate.extraction.evidence import PageText
from phoenix_real_estate.extraction.values import KEYS, alike, fact, facts_told
from phoenix_real_estate.extraction.verification import Kept, verified
from phoenix_real_estate.models import ExtractedRecord, OperationRecord, Property, RawRecord
from phoenix_real_estate.normalize.page import Page, read_page
from phoenix_real_estate.panel import Interview, Panel
from phoenix_real_estate.prompts import page_prompt
from phoenix_real_estate.prompts.pages import VERSIONS, PagePrompt
from phoenix_real_estate.prompts.schemas import PageAnswer

PATTERNS = "patterns"
"""Who has read a page that no model has."""

MATTERS = frozenset(
    {
        "address",
        "price",
        "bedrooms",
        "bathrooms",
        "square_feet",
        "lot_size",
        "year_built",
        "garage_spaces",
        "pool_type",
        "hoa_fee",
        "property_type",
    }
)
"""A page that labels all of these is not worth a model's time."""

Told = Callable[[int, int], None]
"""Called with the pages read so far and their number."""

_log = logging.getLogger(__name__)


class Extractor:
    """Reads pages with the models of a panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    async def extract_all(
        self, records: Sequence[RawRecord], told: Told = lambda *_: None
    ) -> list[RawRecord]:
        """The records in their order, those of pages with the facts of their page; pages side by side."""
        pages, read = sum(map(is_page, records)), 0

        async def extracted(record: RawRecord) -> RawRecord:
            nonlocal read
            outcome = await self._unharmed(record)
            if is_page(record):
                read += 1
                told(read, pages)
            return outcome

        return await asyncio.gather(*map(extracted, records))

    async def extract(self, record: RawRecord) -> RawRecord:
        """The record with the facts of its page; as it is where there is no page or nothing to find out."""
        page = await _page_of(record) if is_page(record) else None
        if page is None or not (wanted := _wanted(record.source, page)):
            return record
        answer, by = await self._asked(record, wanted, page.text)
        kept, dropped = await asyncio.to_thread(verified, answer, wanted, PageText(record.source, page.text))
        return _extracted(record, _Reading(page, kept, by, dropped))

    async def _asked(
        self, record: RawRecord, wanted: Sequence[str], text: str
    ) -> tuple[PageAnswer | None, OperationRecord]:
        """The answer of the first model that gives one, and how it came about."""
        # Nothing is known of the property yet: its models are those of the simplest.
        way = self._panel.route(Property())
        interview = Interview(notes=[f"{way.tier} tier: a page that does not label {', '.join(wanted)}"])
        why = "no model answered" if way.candidates else "no model is set up"
        try:
            prompt = page_prompt(record.source, wanted, text)
            if answered := await self._panel.ask(prompt, way, record.id, interview):
                return answered.read, answered.record
        except PhoenixError as failure:
            # Without money, or with a key that is refused, the enrichment stops the run by itself.
            why = f"{failure.reason}: {failure}"
        return None, OperationRecord(
            provider=PATTERNS,
            model=PATTERNS,
            prompt_version="",
            tier=way.tier,
            cost_micro_usd=interview.cost_micro_usd,
            notes=(*interview.notes, f"patterns alone: {why}"),
        )

    async def _unharmed(self, record: RawRecord) -> RawRecord:
        try:
            return await self.extract(record)
        except Exception:  # noqa: BLE001 - one page must not hold up the others, whatever it breaks
            _log.exception("The page of record %s could not be extracted: patterns alone.", record.id)
            return record


def is_page(record: RawRecord) -> bool:
    """Whether the record is a page that a model may read."""
    return record.data is None and record.html is not None and record.source in VERSIONS


def question_about(record: RawRecord) -> PagePrompt | None:
    """What a model is asked about the record's page; None where there is no page or nothing to find out."""
    try:
        page = read_page(record) if is_page(record) else None
    except RecordError:
        return None
    wanted = _wanted(record.source, page) if page else []
    return page_prompt(record.source, wanted, page.text) if page and wanted else None


def _wanted(source: str, page: Page) -> list[str]:
    """The fields that the page does not label; none where nothing that matters is among them."""
    labelled = facts_told(source, page.labelled)
    if labelled is None:
        return []
    missing = sorted(name for name in PageAnswer.model_fields if fact(labelled, name) is None)
    return [] if MATTERS.isdisjoint(missing) else missing


@dataclass(frozen=True)
class _Reading:
    """What came of reading a page."""

    page: Page
    kept: Mapping[str, Kept]
    by: OperationRecord
    dropped: Sequence[str]


async def _page_of(record: RawRecord) -> Page | None:
    """The page; None for one that the normalizer will refuse with its reason."""
    try:
        return await asyncio.to_thread(read_page, record)
    except RecordError:
        return None


def _extracted(record: RawRecord, reading: _Reading) -> ExtractedRecord:
    """The record with patterns, what the model read, and what the markup labels."""
    disputed = dict(_disputes(record.source, reading))
    sure = {name: one for name, one in reading.kept.items() if name not in disputed}
    data = {
        **_undisputed(record.source, reading),
        **reading.page.labelled,
        **{KEYS.get(name, name): one.told for name, one in sure.items()},
    }
    return ExtractedRecord(
        **record.model_dump(exclude={"data", "html"}),
        data=data or None,
        html=None if data else record.html,
        confidence={name: one.confidence for name, one in sure.items()},
        extraction=reading.by.model_copy(
            update={"notes": (*reading.by.notes, *reading.dropped, *disputed.values())}
        ),
    )


def _disputes(source: str, reading: _Reading) -> Iterator[tuple[str, str]]:
    """Fields of which patterns and model say different things, each with the note on it."""
    patterns = facts_told(source, reading.page.patterns)
    for name, one in reading.kept.items():
        other = fact(patterns, name) if patterns else None
        if other is not None and not alike(name, one.value, other):
            said = "" if isinstance(other, str) else f": {other:g} by patterns, {one.value:g} by the model"
            yield name, f"{name} stays unknown: two readings{said}"


def _undisputed(source: str, reading: _Reading) -> dict[str, JsonValue]:
    """What patterns say of the fields that the model has nothing to say of."""
    return {
        name: value
        for name, value in reading.page.patterns.items()
        if not (told := facts_told(source, {name: value}))
        or all(fact(told, field) is None for field in reading.kept)
    }
