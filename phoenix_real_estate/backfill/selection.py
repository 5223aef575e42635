"""Which records a backfill is to do again: what a person may ask for, and the records that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, NonNegativeInt, field_validator, model_validator

from phoenix_real_estate.backfill.decisions import READ_BATCH, facts_of, on_decided_houses
from phoenix_real_estate.models import Frozen, Operation
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.prompt_versions import DEFAULT
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.processed import Made
from phoenix_real_estate.store.processing import RESTING
from phoenix_real_estate.store.reruns import Surveyed

Redo = Literal["never enriched", "old prompt", "failed gate", "all"]
Status = Literal["pending", "processed", "needs_review", "dead_letter"]

# The pattern is for forms, which refuse what does not fit before a run is started.
ZipCode = Annotated[str, Field(json_schema_extra={"pattern": "^[0-9]{5}$"})]

_VERSION = re.compile(r"v(\d+)")


class Selection(Frozen):
    """Which records to do again: all that is given must hold. Dates are days in the budget's time zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    redo: Redo = Field(
        default="never enriched",
        description="never enriched: pending, and no property was made of them. old prompt: written by an "
        "older prompt than today's (or than named below). failed gate: in review, or given up at the gate. "
        "all: whatever fits below.",
    )
    collected_from: date | None = Field(default=None, description="Collected on this day or later.")
    collected_to: date | None = Field(default=None, description="Collected on this day or earlier.")
    source: Literal["any", "maricopa_api", "phoenix_mls"] = Field(
        default="any", description="Only records of this source."
    )
    zips: list[ZipCode] = Field(default=[], description="Only houses in these ZIP codes, such as 85031.")
    statuses: list[Status] = Field(default=[], description="Only records in these states. None chosen: any.")
    prompt_older_than: str = Field(
        default="",
        pattern=r"^(v\d+)?$",
        description="Only texts of a prompt version older than this one, such as v2. Empty: see above.",
    )
    ids: list[str] = Field(default=[], description="Only these raw records.")
    decided_by_people: bool = Field(
        default=False,
        description="Also properties on which a person has decided; their texts would be replaced.",
    )
    limit: NonNegativeInt = Field(default=0, description="At most this many records. 0: all that fit.")

    @field_validator("zips")
    @classmethod
    def _are_zips(cls, zips: list[str]) -> list[str]:
        if wrong := [one for one in zips if not re.fullmatch(r"[0-9]{5}", one)]:
            raise ValueError(f"{', '.join(wrong)}: a ZIP code has five digits, such as 85031")
        return zips

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.collected_from and self.collected_to and self.collected_from > self.collected_to:
            raise ValueError(
                f"collected_from {self.collected_from} is after collected_to {self.collected_to}: "
                "no record can fit. Exchange them"
            )
        if self.redo == "never enriched" and self.statuses and "pending" not in self.statuses:
            raise ValueError(
                "records that were never enriched are pending: choose no status, or another redo than "
                "'never enriched'"
            )
        if (
            self.redo == "failed gate"
            and self.statuses
            and not {"needs_review", "dead_letter"} & {*self.statuses}
        ):
            raise ValueError(
                "records that failed at the gate are in needs_review or dead_letter: choose one of these, no "
                "status, or another redo than 'failed gate'"
            )
        if self.redo == "never enriched" and self.prompt_older_than:
            raise ValueError(
                "no prompt has written about records that were never enriched: leave prompt_older_than "
                "empty, or choose another redo"
            )
        return self


@dataclass
class Selected:
    """The ids of the records that fit, those of one property side by side, and what a person should know."""

    ids: list[str]
    notes: list[str] = field(default_factory=list)


def select(store: Store, selection: Selection, *, time_zone: str) -> Selected:
    """The records that fit now.

    Every record's state is read; payloads only where a ZIP code asks for it, and of records at rest that no
    property names, where a person has decided on any property.
    """
    made = _made_of(store)
    choice = _Choice(selection, made, _gate_letters(store, selection), ZoneInfo(time_zone))
    fitting = [record for record in store.reruns.survey() if choice.fits(record)]
    fitting = choice.without_decided(store, fitting)
    if selection.zips:
        fitting = list(_in_zips(store, fitting, made, frozenset(selection.zips)))
    fitting.sort(key=lambda record: (made[record.id].property_id if record.id in made else "", record.id))
    if selection.limit:
        fitting = fitting[: selection.limit]
    return Selected([record.id for record in fitting], choice.notes)


def _made_of(store: Store) -> dict[str, Made]:
    """What was made of each raw record."""
    return {raw_id: made for made in store.processed.made() for raw_id in made.raw_ids}


def _gate_letters(store: Store, selection: Selection) -> frozenset[str]:
    """The records that were given up at the gate."""
    if selection.redo != "failed gate":
        return frozenset()
    return frozenset(one.raw_id for one in store.dead_letters.find() if one.stage == Stage.GATE.value)


class _Choice:
    """The selection held against one record after the other; what it leaves out it takes note of."""

    def __init__(
        self, selection: Selection, made: Mapping[str, Made], gate_letters: frozenset[str], zone: ZoneInfo
    ) -> None:
        self._selection = selection
        self._made = made
        self._gate_letters = gate_letters
        self._zone = zone
        self._unmet = set(selection.ids)
        self._undated = self._decided = 0

    def fits(self, record: Surveyed) -> bool:
        wanted = self._selection
        self._unmet.discard(record.id)
        # Whoever claimed it may be dead: it is up to the claim whether it can be taken.
        status = "pending" if record.status == "claimed" else record.status
        return (
            (not wanted.ids or record.id in wanted.ids)
            and wanted.source in ("any", record.source)
            and (not wanted.statuses or status in wanted.statuses)
            and self._to_be_redone(record.id, status)
            and self._in_time(record)
            and self._left_to_machines(record.id)
        )

    def without_decided(self, store: Store, fitting: Sequence[Surveyed]) -> list[Surveyed]:
        """Without older records of decided houses; a pending one brings facts that nobody has decided on."""
        if self._selection.decided_by_people or not any(one.decided for one in self._made.values()):
            return list(fitting)
        unnamed = (one.id for one in fitting if one.id not in self._made and one.status in RESTING)
        decided = on_decided_houses(store, unnamed)
        self._decided += len(decided)
        return [one for one in fitting if one.id not in decided]

    @property
    def notes(self) -> list[str]:
        told = {
            "of the named records not in raw_properties": len(self._unmet),
            "without a time of collection left out": self._undated,
            "left out: a person has decided on them (decided_by_people takes them along)": self._decided,
        }
        return [f"{count:,} {what}." for what, count in told.items() if count]

    def _to_be_redone(self, raw_id: str, status: str) -> bool:
        wanted, made = self._selection, self._made.get(raw_id)
        if wanted.redo == "never enriched":
            return status == "pending" and made is None
        if wanted.redo == "failed gate" and not (status == "needs_review" or raw_id in self._gate_letters):
            return False
        if wanted.redo == "old prompt" or wanted.prompt_older_than:
            return made is not None and _is_older(made.prompt_versions, wanted.prompt_older_than)
        return True

    def _in_time(self, record: Surveyed) -> bool:
        first, last = self._selection.collected_from, self._selection.collected_to
        if first is None and last is None:
            return True
        if record.collected_at is None:
            self._undated += 1
            return False
        day = record.collected_at.astimezone(self._zone).date()
        return (first is None or day >= first) and (last is None or day <= last)

    def _left_to_machines(self, raw_id: str) -> bool:
        if self._selection.decided_by_people or not ((made := self._made.get(raw_id)) and made.decided):
            return True
        self._decided += 1
        return False


def _is_older(versions: Mapping[str, str], than: str) -> bool:
    """Whether any text was written by an older prompt; the composer's have none and are not old."""
    return any(
        number < _oldest_wanted(operation, than)
        for operation in Operation
        for number in _numbers(versions.get(operation.value, ""))
    )


def _oldest_wanted(operation: Operation, than: str) -> int:
    """Of several versions in a trial all are in use."""
    in_use = load_settings().prompt_versions.get(operation.value) or [DEFAULT]
    return min(_numbers(" ".join([than] if than else in_use)))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in _VERSION.findall(version)]


def _in_zips(
    store: Store, records: Iterable[Surveyed], made: Mapping[str, Made], zips: frozenset[str]
) -> Iterator[Surveyed]:
    """Those of the records whose house stands there; the payload is read where no property is known."""
    remaining = iter(records)
    while batch := list(islice(remaining, READ_BATCH)):
        unknown = store.raw.read([one.id for one in batch if one.id not in made])
        for one in batch:
            facts = None if one.id in made else facts_of(unknown[one.id][0])
            zip_code = made[one.id].zip if one.id in made else (facts and facts.address.zip)
            if zip_code in zips:
                yield one
