"""Dead letters put back to pending from the Prefect UI."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import State

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import DeadLetter, Store
from tests.test_replay import die

Replay = Callable[..., State[Any]]


def letter(raw_id: str, error_class: str = "UnusableRecord") -> DeadLetter:
    return DeadLetter(
        raw_id=raw_id,
        stage="normalize",
        error_class=error_class,
        message="<b>no address</b>",
        attempts=5,
        at=datetime.now(UTC).replace(microsecond=0) - timedelta(days=2),
    )


@pytest.fixture
def replay(prefect_url: str, settings: Settings) -> Replay:
    def run(**parameters: Any) -> State[Any]:
        from flows.replay import replay_dead_letters

        with using(settings):
            return replay_dead_letters(**parameters, return_state=True)

    return run


def test_a_dry_run_tells_how_many_and_why_and_moves_nothing(replay: Replay, store: Store) -> None:
    die(store, letter("a"), letter("b"))
    state = replay()
    assert state.message == "dry run: 2 back to pending"
    assert store.raw.counts()["dead_letter"] == 2
    flow_run_id = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
        )
    [page] = [str(one.data) for one in found if one.key == "dead-letters"]
    assert "**2 UnusableRecord** at normalize, from maricopa\\_api (2)" in page
    assert "\\<b\\>no address" in page


def test_letters_are_replayed_by_what_they_are(replay: Replay, store: Store) -> None:
    die(store, letter("a"), letter("b", "UnknownSource"), letter("c"))
    for chosen in ({"error_class": "UnknownSource"}, {"ids": ["a"], "older_than_days": 1.0}):
        assert replay(**chosen, dry_run=False, by="ann", why="fixed").message == "1 back to pending"
    assert replay(source="phoenix_mls", dry_run=False).message == "0 back to pending"
    assert [one.raw_id for one in store.dead_letters.find()] == ["c"]
    assert {one.settled[0].by for one in store.dead_letters.find("replayed")} == {"ann"}


def test_all_are_replayed_only_where_that_is_said(replay: Replay, store: Store) -> None:
    die(store, letter("a"))
    refused = replay(dry_run=False).result(raise_on_failure=False)
    assert isinstance(refused, ConfigurationError)
    assert replay(dry_run=False, everything=True).message == "1 back to pending"
    assert store.raw.counts()["pending"] == 1


def test_replayed_records_are_enriched_by_the_next_run(
    replay: Replay, store: Store, run_flow: Callable[..., State[Any]], settings: Settings
) -> None:
    die(store, letter("a"))
    store.database["raw_properties"].update_one(
        {"_id": "a"},
        {"$set": {"data.situs_address": "4001 N 55TH AVE PHOENIX AZ 85031", "data.APN": "103-06-001"}},
    )
    replay(dry_run=False, everything=True)
    run_flow(settings, models="composer")
    assert store.raw.counts()["dead_letter"] == 0
    assert len(list(store.processed.find())) == 1
