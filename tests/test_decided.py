"""What a person decides while a run holds the records of a house stands, whatever the run was about to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.accounting import lines_of
from phoenix_real_estate.batches import normalize_batch, publish_batch
from phoenix_real_estate.models import Decision, Enrichment, Property, RawRecord, Verdict
from phoenix_real_estate.outcomes import Judged, Published
from phoenix_real_estate.report import ReportLine
from phoenix_real_estate.review import Answer, Choice, Ruling, put_in_order, rule
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import RawOutcome, Store
from tests.flows.records import house
from tests.in_review import PRAISE
from tests.judged import TOO_OLD, judged, verdict

LEASE = timedelta(minutes=1)
NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
HOUSE_1 = "10306001"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


class Run:
    """A run that holds a normalized batch; a backfill where `ids` are named."""

    def __init__(self, store: Store, *records: RawRecord, ids: tuple[str, ...] = ()) -> None:
        self.store = store
        store.raw.add(records)
        self.claimed = (
            store.reruns.claim(ids, backfill="job", since=datetime.now(UTC), lease=LEASE)
            if ids
            else store.raw.claim(50, lease=LEASE)
        )
        self.houses = normalize_batch(self.claimed, store).houses

    def publish(
        self, decision: Decision = Decision.PUBLISH, at: datetime = LATER + LEASE
    ) -> tuple[Published, list[ReportLine]]:
        reasons = () if decision is Decision.PUBLISH else (TOO_OLD,)
        judgements: list[Judged] = [judged(one, decision, reasons) for one in self.houses]
        published = publish_batch(
            str(self.claimed[0].claim_id),
            judgements,
            [],
            self.store,
            lease=LEASE,
            at=at,
            attempts={record.id: record.attempts for record in self.claimed},
            flow_run_id="run",
        )
        return published, lines_of(judgements, [], [], published)


def published_house(store: Store) -> None:
    Run(store, house(1)).publish(at=NOON)


def house_in_review(store: Store) -> None:
    Run(store, house(1)).publish(Decision.REVIEW, at=NOON)


def decide(store: Store, choice: Choice) -> Ruling:
    def judge(property: Property, _: Enrichment) -> Verdict:
        return verdict(property, Decision.REVIEW, (PRAISE,))

    answer = Answer(choice=choice, by="ann", reason="the pool is gone")
    return rule(store, HOUSE_1, document(store)["metadata"]["enriched_at"], answer, judge, at=LATER)


def document(store: Store) -> dict[str, Any]:
    found = store.processed.read(HOUSE_1)
    assert found
    return found


def counted(store: Store) -> dict[str, int]:
    return {status: count for status, count in store.raw.counts().items() if count}


DECISIONS = [
    (published_house, Choice.WITHDRAW, "needs_review", "needs_review"),
    (house_in_review, Choice.REJECT, "rejected", "dead_letter"),
    (house_in_review, Choice.APPROVE, "published", "processed"),
    (house_in_review, Choice.RE_ENRICH, "needs_review", "pending"),
]
Bring = Callable[[Store], None]


def stands(store: Store, choice: Choice, status: str, rests: str) -> None:
    assert (document(store)["status"], document(store)["metadata"]["review"]["decision"]) == (status, choice)
    assert document(store)["metadata"]["enriched_at"] == LATER
    assert counted(store) == {rests: 1}
    letters = [(one.stage, one.error_class) for one in store.dead_letters.find()]
    assert letters == ([("review", "RejectedByReviewer")] if choice is Choice.REJECT else [])
    put_in_order(store, at=LATER)
    assert counted(store) == {rests: 1}


@pytest.mark.parametrize("gate", [Decision.PUBLISH, Decision.REVIEW, Decision.REJECT])
@pytest.mark.parametrize(("bring", "choice", "status", "rests"), DECISIONS)
def test_what_a_person_decides_while_a_backfill_holds_the_record_stands(
    store: Store, bring: Bring, choice: Choice, status: str, rests: str, gate: Decision
) -> None:
    bring(store)
    backfill = Run(store, ids=("raw-1",))
    decide(store, choice)
    published, [line] = backfill.publish(gate)
    stands(store, choice, status, rests)
    assert published.statuses == ({} if rests == "pending" else {"raw-1": rests})
    assert (
        line.reasons[0]
        == f"ann has decided on it meanwhile ({choice}): that stands, nothing else is published"
    )
    assert line.outcome.value == {"processed": "published"}.get(rests, rests.replace("_", " "))


@pytest.mark.parametrize(("bring", "choice", "status", "rests"), DECISIONS)
def test_a_decision_takes_the_record_from_the_run_that_holds_it_also_before_it_is_normalized(
    store: Store, bring: Bring, choice: Choice, status: str, rests: str
) -> None:
    bring(store)
    backfill = Run(store, ids=("raw-1",))
    assert decide(store, choice).outcome != "refused"
    assert counted(store) == {rests: 1}
    backfill.houses = normalize_batch(backfill.claimed, store).houses
    published, [line] = backfill.publish()
    stands(store, choice, status, rests)
    assert published.statuses == {}
    assert "a person has decided" in line.reasons[0]


@pytest.mark.parametrize("gate", [Decision.PUBLISH, Decision.REJECT])
@pytest.mark.parametrize(("bring", "choice", "status", "rests"), DECISIONS)
def test_a_decision_whose_records_are_not_moved_yet_stands_too(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    bring: Bring,
    choice: Choice,
    status: str,
    rests: str,
    gate: Decision,
) -> None:
    bring(store)
    backfill = Run(store, ids=("raw-1",))
    with monkeypatch.context() as broken:
        broken.setattr("phoenix_real_estate.review.rulings.move_records", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide(store, choice)
    backfill.publish(gate)
    stands(store, choice, status, rests)


@pytest.mark.parametrize(("bring", "choice", "status", "rests"), DECISIONS)
def test_a_decision_that_falls_while_the_run_stores_its_houses_stands(
    store: Store, monkeypatch: pytest.MonkeyPatch, bring: Bring, choice: Choice, status: str, rests: str
) -> None:
    bring(store)
    backfill = Run(store, ids=("raw-1",))
    right_before_the_save(store, monkeypatch, choice)
    published, [line] = backfill.publish()
    stands(store, choice, status, rests)
    assert published.overtaken == ()
    assert "ann has decided" in line.reasons[0]


def test_a_house_that_the_gate_rejects_while_a_person_withdraws_it_is_no_dead_letter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_house(store)
    backfill = Run(store, ids=("raw-1",))
    right_before_the_save(store, monkeypatch, Choice.WITHDRAW)
    backfill.publish(Decision.REJECT)
    stands(store, Choice.WITHDRAW, "needs_review", "needs_review")


def right_before_the_save(store: Store, monkeypatch: pytest.MonkeyPatch, choice: Choice) -> None:
    save = store.processed.save

    def interleaved(*arguments: Any, **options: Any) -> set[str]:
        monkeypatch.undo()
        decide(store, choice)
        return save(*arguments, **options)

    monkeypatch.setattr(store.processed, "save", interleaved)


def test_a_record_that_failed_in_a_backfill_and_waits_again_goes_where_the_decision_says(
    store: Store,
) -> None:
    published_house(store)
    backfill = Run(store, ids=("raw-1",))
    store.raw.release(str(backfill.claimed[0].claim_id), ["raw-1"], count_attempt=True, delay=LEASE)
    decide(store, Choice.WITHDRAW)
    stands(store, Choice.WITHDRAW, "needs_review", "needs_review")


def test_an_older_record_of_a_decided_house_rests_again_and_is_done(store: Store) -> None:
    Run(store, house(1, sq_ft=1400).model_copy(update={"id": "older", "collected_at": LONG_AGO})).publish(
        at=LONG_AGO
    )
    published_house(store)
    begun = datetime.now(UTC) - timedelta(seconds=1)
    backfill = Run(store, ids=("older",))
    decide(store, Choice.WITHDRAW)
    _, [line] = backfill.publish()
    assert document(store)["status"] == "needs_review"
    assert {one: status for one, (_, status) in store.raw.whereabouts(["older", "raw-1"]).items()} == {
        "older": "processed",
        "raw-1": "needs_review",
    }
    assert store.reruns.claim(["older"], backfill="job", since=begun, lease=LEASE) == []
    assert line.outcome.value == "published"


def test_a_new_record_of_a_house_decided_meanwhile_goes_round_again(store: Store) -> None:
    published_house(store)
    scheduled = Run(store, house(1).model_copy(update={"id": "newer"}))
    decide(store, Choice.WITHDRAW)
    _, [line] = scheduled.publish()
    assert document(store)["status"] == "needs_review"
    assert counted(store) == {"needs_review": 1, "pending": 1}
    assert line.outcome.value == "pending"
    [again] = store.raw.claim(5, lease=LEASE)
    assert (again.id, again.attempts) == ("newer", 1)


def test_a_decision_on_another_parcel_at_the_address_is_none_on_this_house(store: Store) -> None:
    twin = house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"})
    Run(store, house(1), twin).publish(at=NOON)
    backfill = Run(store, ids=("raw-777",))
    decide(store, Choice.WITHDRAW)
    published, _ = backfill.publish()
    assert (published.statuses, published.decided) == ({}, {})
    assert published.overtaken == ("10306777",)


def test_what_a_person_decided_before_the_records_were_taken_up_gives_way(store: Store) -> None:
    published_house(store)
    decide(store, Choice.WITHDRAW)
    published, _ = Run(store, ids=("raw-1",)).publish()
    assert published.statuses == {"raw-1": "processed"}
    assert document(store)["status"] == "published"


def test_only_records_that_still_rest_or_wait_move_with_a_decision(store: Store) -> None:
    published_house(store)
    [claimed] = Run(store, ids=("raw-1",)).claimed
    store.raw.finish(str(claimed.claim_id), {"raw-1": RawOutcome(status="dead_letter", error="failed")})
    decide(store, Choice.WITHDRAW)
    assert counted(store) == {"dead_letter": 1}
