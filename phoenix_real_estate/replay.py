"""Dead letters as a person works with them: found, grouped, explained, replayed, dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import JsonValue

from phoenix_real_estate.models import Frozen, RawRecord
from phoenix_real_estate.normalize.payload import named_values
from phoenix_real_estate.report import escaped
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.dead_letters import DeadLetter, LetterState, Settled
from phoenix_real_estate.store.processing import Move

# Letters read and records moved at a time.
BATCH = 500


class Wanted(Frozen):
    """Which dead letters: every condition that is given must hold. Ages are told from now."""

    ids: tuple[str, ...] | None = None
    error_class: str | None = None
    stage: str | None = None
    source: str | None = None
    older_than: timedelta | None = None
    newer_than: timedelta | None = None
    state: LetterState | None = "open"

    @property
    def is_everything(self) -> bool:
        """Whether no condition narrows the choice."""
        return self == Wanted(state=self.state)


class Found(Frozen):
    """A dead letter with where its record is now: its source, and its status (None: the record is gone)."""

    letter: DeadLetter
    source: str
    status: str | None


class Group(Frozen):
    """Dead letters of one error class and stage; `example` is the reason of the newest."""

    error_class: str
    stage: str
    count: int
    newest: datetime
    sources: dict[str, int]
    example: str


class Replayed(Frozen):
    """What a replay did (or a dry run would do): records back to pending, and those that could not be."""

    pending: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def one_line(self) -> str:
        """As the command line and the run's state say it."""
        told = {"already elsewhere": self.elsewhere, "no longer in raw_properties": self.gone}
        rest = "".join(f", {len(ids)} {what}" for what, ids in told.items() if ids)
        return f"{len(self.pending)} back to pending{rest}"


def find_letters(store: Store, wanted: Wanted, *, now: datetime) -> list[Found]:
    """The letters that are wanted, the newest first."""
    letters = [
        one for one in store.dead_letters.find(wanted.state, ids=wanted.ids) if _fits(one, wanted, now)
    ]
    where = {
        raw_id: place
        for batch in _batches([one.raw_id for one in letters])
        for raw_id, place in store.raw.whereabouts(batch).items()
    }
    found = (_found(letter, where.get(letter.raw_id)) for letter in letters)
    chosen = [one for one in found if wanted.source in (None, one.source)]
    return sorted(chosen, key=lambda one: one.letter.at, reverse=True)


def grouped(found: Sequence[Found]) -> list[Group]:
    """By error class and stage, the largest group first."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.letter.error_class, one.letter.stage), []).append(one)
    return sorted((_group(*key, of) for key, of in groups.items()), key=lambda one: -one.count)


def replay(store: Store, found: Sequence[Found], *, by: str, at: datetime, why: str = "") -> Replayed:
    """Gives the records a fresh set of attempts; their history is kept. Doing it again changes nothing.

    The record is moved first: a crash in between leaves a letter that a second replay closes.
    """
    told = foreseen(found)
    move = Move(was="dead_letter", to="pending", by=by, at=at)
    for batch in _batches(told.pending):
        store.raw.move(batch, move)
    moved = {*told.pending, *told.elsewhere}
    letters = [one.letter for one in found if one.letter.raw_id in moved]
    store.dead_letters.settle(letters, Settled(state="replayed", by=by, at=at, why=why))
    return told


def foreseen(found: Sequence[Found]) -> Replayed:
    """What replaying these would do: the dry run."""
    dead = tuple(one.letter.raw_id for one in found if one.status == "dead_letter")
    gone = tuple(one.letter.raw_id for one in found if one.status is None)
    rest = {*dead, *gone}
    elsewhere = tuple(one.letter.raw_id for one in found if one.letter.raw_id not in rest)
    return Replayed(pending=dead, elsewhere=elsewhere, gone=gone)


def drop(store: Store, found: Sequence[Found], *, by: str, at: datetime, why: str) -> int:
    """Marks the letters as dropped; gives how many were. Letters and records stay."""
    dropped = Settled(state="dropped", by=by, at=at, why=why)
    return store.dead_letters.settle([one.letter for one in found], dropped)


def letters_page(groups: Sequence[Group], did: str) -> str:
    """The groups as markdown, in which nothing that came from a record is markup."""
    told = [
        f"- **{group.count} {escaped(group.error_class)}** at {escaped(group.stage)}, "
        f"from {_sources(group)}, the newest {group.newest:%Y-%m-%d %H:%M} UTC: {escaped(group.example)}"
        for group in groups
    ]
    return "\n".join(["# Dead letters", "", escaped(did), "", *told]) + "\n"


def identity(record: RawRecord) -> dict[str, str]:
    """What tells a person which record it is: numbers and the address of the house, nobody's name."""
    known = named_values(record.data or {})
    told = {label: _first(known, names) for label, names in _TELLING.items()}
    if not told["address"]:
        told["address"] = " ".join(filter(None, (_text(known.get(name)) for name in _STREET)))
    told["collected"] = record.collected_at.isoformat(timespec="seconds") if record.collected_at else ""
    told["page"] = f"HTML of {len(record.html):,} characters" if record.html else ""
    return {label: text for label, text in told.items() if text}


def advice(letter: DeadLetter) -> str:
    """What to do next about a letter."""
    by_class = _ADVICE.get(letter.error_class)
    return by_class or _BY_STAGE.get(letter.stage, _BY_STAGE["enrich"])


_TELLING = {
    "parcel": ("apn", "parcelnumber", "assessornumber"),
    "listing": ("listnumber", "listingid", "listingkey"),
    "address": ("situsaddress", "propertyaddress", "unparsedaddress", "physicaladdress"),
}
_STREET = ("housenumber", "compass", "streetname", "stsuffix", "citytowncode", "zipcode")

_ADVICE = {
    "UnknownSource": "Load it again as what it is, phoenix load FILE --source maricopa_api (or phoenix_mls), "
    "and drop this letter.",
    "UnusableRecord": "Correct the record at its source and load it: its content is new, so it is pending.",
    "UnsupportedProperty": "Nothing, if it is what it says: drop it. Only dwellings are enriched.",
    "GateRejected": "Correct the facts at their source and load the record again, or set "
    "ENABLE_MANUAL_REVIEW=true and replay it to decide yourself.",
    "GateError": "The gate could not judge it: see the run's log, correct the cause, then replay it.",
    "RejectedByReviewer": "A person decided so. Replay it once what they named is put right.",
}
_BY_STAGE = {
    "normalize": "Correct the record at its source and load it again, or drop it.",
    "enrich": "It failed again and again for a passing reason: see that the models answer, then replay it.",
    "gate": "See the run's report for the reasons, correct the cause, then replay it.",
}


def _fits(letter: DeadLetter, wanted: Wanted, now: datetime) -> bool:
    return (
        wanted.error_class in (None, letter.error_class)
        and wanted.stage in (None, letter.stage)
        and (wanted.older_than is None or letter.at <= now - wanted.older_than)
        and (wanted.newer_than is None or letter.at > now - wanted.newer_than)
    )


def _found(letter: DeadLetter, where: tuple[str, str] | None) -> Found:
    source, status = where or ("", None)
    return Found(letter=letter, source=source, status=status)


def _group(error_class: str, stage: str, of: Sequence[Found]) -> Group:
    newest = max((one.letter for one in of), key=lambda letter: letter.at)
    sources = Counter(one.source or "unknown" for one in of)
    return Group(
        error_class=error_class,
        stage=stage,
        count=len(of),
        newest=newest.at,
        sources=dict(sources.most_common()),
        example=newest.message,
    )


def _sources(group: Group) -> str:
    return ", ".join(f"{escaped(source)} ({count})" for source, count in group.sources.items())


def _batches(ids: Sequence[str]) -> Iterable[Collection[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _first(known: dict[str, JsonValue], names: Iterable[str]) -> str:
    return next((text for name in names if (text := _text(known.get(name)))), "")


def _text(value: JsonValue) -> str:
    return " ".join(str(value).split())[:200] if isinstance(value, str | int) else ""
