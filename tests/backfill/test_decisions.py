"""Records of houses that a person decided on are left as they are, new facts are not."""

from __future__ import annotations

from phoenix_real_estate.backfill.decisions import left_to_machines
from phoenix_real_estate.store import Store
from tests.backfill.stored import add, make, rest


def test_what_rests_is_left_to_the_decision_and_what_is_new_is_not(store: Store) -> None:
    add(store, 1, 2, 3)
    rest(store, "raw-1")
    rest(store, "raw-3")
    for number in (1, 2):
        make(store, f"newer-{number}", decided=True, property_id=f"1030600{number}")

    assert left_to_machines(store, ["raw-1", "raw-2", "raw-3", "gone"]) == ["raw-2", "raw-3", "gone"]
