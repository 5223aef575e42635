"""A review on a real Prefect server: it waits for its form without a process, and goes on with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import FlowPauseTimeout, NotPausedError, Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from prefect.input.actions import read_flow_run_input

from phoenix_real_estate.errors import ConfigurationError, GateError
from phoenix_real_estate.review import examples, waiting
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.in_review import FALSE, put_in_review

HOUSE_1 = "10306001"


@dataclass(frozen=True)
class Review:
    """A run of the deployment, worked at whenever a process is there for it."""

    run_id: UUID
    settings: Settings

    def work(self) -> State[Any]:
        """What a process does with the run until it waits or ends: every call is a process of its own."""
        from flows.review import review

        with get_client(sync_client=True) as client:
            run = client.read_flow_run(self.run_id)
            with using(self.settings), suppress(Pause):
                run_flow(review, flow_run=run, return_type="state")
            return self.state

    @property
    def run(self) -> FlowRun:
        with get_client(sync_client=True) as client:
            return client.read_flow_run(self.run_id)

    @property
    def state(self) -> State[Any]:
        state = self.run.state
        assert state
        return state

    def page(self, turn: int = 0) -> str:
        """What is written beside the fields of the form."""
        fields = self._fields(turn).values()
        return "\n".join(str(field.get("description", "")) for field in fields)

    def form(self, turn: int = 0) -> dict[str, Any]:
        """What the form is filled in with."""
        return {name: field.get("default") for name, field in self._fields(turn).items()}

    def says(self, decision: str, **fields: Any) -> State[Any]:
        """Sends the form, and lets a process go on with it."""
        resume_flow_run(self.run_id, run_input={"decision": decision, "reviewer": "ann", **fields})
        return self.work()

    def _fields(self, turn: int) -> dict[str, dict[str, Any]]:
        schema = read_flow_run_input(f"suspended-turn-{turn}-schema", flow_run_id=self.run_id)
        fields: dict[str, dict[str, Any]] = schema["properties"]
        return fields


Start = Callable[..., Review]


@pytest.fixture
def start(prefect_url: str, settings: Settings) -> Iterator[Start]:
    from flows.review import review

    deployment_id = RunnerDeployment.from_flow(review, name="review").apply()

    def started(**parameters: Any) -> Review:
        with get_client(sync_client=True) as client:
            run = client.create_flow_run_from_deployment(deployment_id, parameters=parameters)
        begun = Review(run.id, settings)
        begun.work()
        return begun

    yield started
    with get_client(sync_client=True) as client:
        client.delete_deployment(deployment_id)


def test_a_property_is_approved_in_the_form(start: Start, store: Store) -> None:
    put_in_review(store)
    review = start()
    assert (review.state.type.value, review.state.name) == ("PAUSED", "Suspended")
    assert review.run.name == "review 4001 N 55th Ave, Phoenix, AZ 85031"
    assert "grounding.praise" in review.page()
    assert review.form()["description"] == waiting(store)[0].enrichment.description
    ended = review.says("approve")
    assert (ended.name, ended.message) == (
        "Completed",
        "4001 N 55th Ave, Phoenix, AZ 85031 is published as it was.",
    )
    assert store.processed.counts() == {"published": 1, "needs_review": 0}
    assert store.raw.counts()["processed"] == 1


def test_an_edit_that_is_false_comes_back_with_the_findings_and_the_words_that_were_written(
    start: Start, store: Store
) -> None:
    put_in_review(store)
    review = start()
    assert review.says("edit and approve", description=FALSE).name == "Suspended"
    assert "Your last answer was not accepted" in review.page(1)
    assert "**7 bedrooms**" in review.page(1)
    filled = review.form(1)
    assert (filled["description"], filled["reviewer"], filled["decision"]) == (
        FALSE,
        "ann",
        "edit and approve",
    )
    true = FALSE.replace("7 bed", "3 bed")
    assert review.says("edit and approve", description=true, reason="counted again").name == "Completed"
    [document] = store.processed.find("published")
    assert document["llm_enrichment"]["description"] == true
    assert [one["reason"] for one in examples(store)] == ["counted again"]


def test_a_rejection_without_a_reason_is_asked_again(start: Start, store: Store) -> None:
    put_in_review(store)
    review = start()
    assert review.says("reject").name == "Suspended"
    assert "Say why it is rejected" in review.page(1)
    assert review.says("reject", reason="no such pool").name == "Completed"
    [letter] = store.dead_letters.find()
    assert letter.message == "rejected by ann: no such pool"


def test_several_properties_are_shown_one_after_the_other(start: Start, store: Store) -> None:
    put_in_review(store, house(1))
    put_in_review(store, house(2))
    put_in_review(store, house(3))
    review = start(properties=2, property_id="10306002", reviewer="bob")
    assert review.form()["reviewer"] == "bob"
    assert review.says("re-enrich").name == "Suspended"
    assert review.run.name == "review 4001 N 55th Ave, Phoenix, AZ 85031"
    ended = review.says("skip")
    assert ended.message == (
        "4002 N 55th Ave, Phoenix, AZ 85031 is pending: the next run enriches it again. "
        "4001 N 55th Ave, Phoenix, AZ 85031 stays in review."
    )
    assert store.raw.counts()["pending"] == 1


def test_all_that_wait_are_shown_and_then_the_review_ends(start: Start, store: Store) -> None:
    put_in_review(store, house(1))
    put_in_review(store, house(2))
    review = start(properties=0)
    assert [review.says("skip").name for _ in range(2)] == ["Suspended", "Completed"]


def test_a_process_that_dies_while_a_person_thinks_loses_nothing(start: Start, store: Store) -> None:
    put_in_review(store)
    review = start()
    # No process holds the run, and the form is sent while none is there.
    resume_flow_run(review.run_id, run_input={"decision": "approve", "reviewer": "ann"})
    assert (review.state.name, len(waiting(store))) == ("Resuming", 1)
    assert review.work().name == "Completed"
    assert waiting(store) == []


def test_a_property_that_changed_meanwhile_is_left_alone_and_that_is_told(start: Start, store: Store) -> None:
    put_in_review(store)
    first, second = start(), start()
    first.says("approve")
    ended = second.says("reject", reason="no")
    assert ended.name == "Completed"
    assert "has been decided by ann (approve) since it was shown" in (ended.message or "")
    assert store.processed.counts()["published"] == 1


def test_an_answer_refused_for_a_property_that_is_gone_by_then_ends_the_review(
    start: Start, store: Store
) -> None:
    put_in_review(store)
    review = start()
    store.processed.remove({one.property_id: one.version for one in waiting(store)})
    ended = review.says("reject")
    assert (ended.name, ended.message) == (
        "Completed",
        "Say why it is rejected: the reason goes into the dead letters.",
    )


def test_a_gate_that_cannot_run_publishes_nothing_and_keeps_the_words(
    start: Start, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise GateError("expectation expect_x could not run")

    put_in_review(store)
    review = start()
    with monkeypatch.context() as breaking:
        breaking.setattr("tasks.review.opinion", broken)
        state = review.says("edit and approve", description="A home.")
    assert state.name == "Suspended"
    assert "expect\\_x could not run" in review.page(1)
    assert review.form(1)["description"] == "A home."
    assert store.processed.counts()["needs_review"] == 1


def test_when_nothing_waits_the_review_ends_at_once(start: Start) -> None:
    state = start().state
    assert (state.name, state.message) == ("Completed", "Nothing waits for a person.")


def test_a_property_that_is_not_in_review_is_told(start: Start) -> None:
    state = start(property_id="nowhere").state
    assert (state.name, state.type.value) == ("NotInReview", "FAILED")
    assert "nowhere is not there" in (state.message or "")


def test_without_its_deployment_a_review_says_what_to_do(prefect_url: str, settings: Settings) -> None:
    from flows.review import review

    with using(settings), pytest.raises(ConfigurationError, match="phoenix serve"):
        review()


def test_a_form_that_is_never_sent_leaves_the_property_in_review(start: Start, store: Store) -> None:
    put_in_review(store)
    review = start(wait_hours=1e-9)
    # Either the server has noticed already, or it does now.
    with pytest.raises((FlowPauseTimeout, NotPausedError)):
        resume_flow_run(review.run_id, run_input={"decision": "approve", "reviewer": "ann"})
    assert review.state.type.value == "FAILED"
    assert len(waiting(store)) == 1
