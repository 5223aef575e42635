"""What vendors give back: partial failures, expiry, broken lines, answers nobody can use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.prefetch.tally import MOST_NOTES, Tally
from phoenix_real_estate.prompts import catalog
from tests.prefetch.engines import BOTH, CLAUDE, QUESTIONS, Desk, Documents, Time
from tests.prefetch.killing import prefetch_and_die
from tests.sample import HOUSE
from tests.vendors import VendorServer


@BOTH
def test_what_expired_is_asked_once_more_in_a_second_batch(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.fates = [{1: "expired", 4: "expired"}]

    done = desk.prefetch(**changes)

    assert (done.answered, done.resubmitted, done.undone) == (QUESTIONS, 2, 0)
    assert [len(batch.numbered) for batch in vendors.batches.sent] == [QUESTIONS, 2]
    assert vendors.batches.billed == QUESTIONS
    assert desk.is_square()


@BOTH
def test_what_expired_twice_is_left_to_live_calls(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.fates = [{1: "expired", 4: 500}, {0: 529, 1: "expired"}]

    done = desk.prefetch(**changes)

    assert (done.answered, done.undone) == (QUESTIONS - 2, 2)
    assert len(vendors.batches.sent) == 2
    assert desk.is_square()
    assert desk.enrich(**changes).enrichment.description
    assert len(vendors.calls) == 1


@BOTH
def test_a_refused_request_is_given_back_and_not_asked_again(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.fates = [{0: 400}]

    done = desk.prefetch(**changes)

    assert (done.answered, done.errored) == (QUESTIONS - 1, 1)
    assert "HTTP 400" in done.notes[0]
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


@BOTH
@pytest.mark.parametrize("fault", ["wrong_shape", "unknown_placeholder", "truncated", "refusal", "malformed"])
def test_an_answer_nobody_can_use_is_paid_and_left_to_live_calls(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any], fault: str
) -> None:
    vendors.batches.fates = [{0: fault}]

    done = desk.prefetch(**changes)

    assert (done.answered, done.malformed) == (QUESTIONS - 1, 1)
    assert len(vendors.batches.sent) == 1
    assert desk.outcomes() == {"ok": QUESTIONS - 1, "malformed": 1}
    assert desk.is_square()
    assert desk.enrich(**changes).enrichment.description


@BOTH
def test_an_answer_whose_usage_is_not_told_is_kept_and_paid_at_its_worst_case(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.fates = [{0: "no_usage"}]

    assert desk.prefetch(**changes).answered == QUESTIONS

    assert desk.nothing_open
    assert desk.spent > vendors.bill_micro_usd + vendors.batches.billed


@BOTH
@pytest.mark.parametrize("fate", ["garbled", "missing", "stranger"])
def test_an_answer_that_was_billed_but_cannot_be_found_counts_at_its_worst_case(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any], fate: str
) -> None:
    vendors.batches.fates = [{2: fate}]

    done = desk.prefetch(**changes)

    assert (done.answered, done.lost) == (QUESTIONS - 1, 1)
    assert ("unreadable, doubled or not ours" in "".join(done.notes)) == (fate != "missing")
    assert desk.outcomes() == {"ok": QUESTIONS - 1, "lost": 1}
    assert desk.nothing_open
    assert desk.spent > vendors.bill_micro_usd


def test_a_result_that_comes_twice_is_paid_once(desk: Desk, vendors: VendorServer) -> None:
    vendors.batches.fates = [{2: "doubled"}]

    done = desk.prefetch()

    assert (done.answered, done.lost) == (QUESTIONS, 0)
    assert desk.is_square()


def test_a_vendor_that_does_not_count_gets_the_worst_case_for_what_it_does_not_show(
    desk: Desk, vendors: VendorServer
) -> None:
    vendors.batches.serves_counts = False
    vendors.batches.fates = [{2: "missing"}]

    assert desk.prefetch().lost == 1
    assert desk.nothing_open


def test_a_text_with_line_separators_of_unicode_is_one_line(desk: Desk, vendors: VendorServer) -> None:
    vendors.says = {"description": "A house.\u2028{{city}}.\x85{{year_built}}."}

    assert desk.prefetch().answered == QUESTIONS
    assert "\u2028" in str(desk.enrich().enrichment.description)


def test_a_file_that_is_refused_as_a_whole_costs_nothing_and_is_sent_once_more(
    desk: Desk, vendors: VendorServer
) -> None:
    vendors.batches.refuses = "token_limit_exceeded"

    done = desk.prefetch()

    assert (done.answered, done.resubmitted) == (QUESTIONS, QUESTIONS)
    assert "token_limit_exceeded" in done.notes[0]
    assert desk.is_square()


@BOTH
def test_a_vendor_that_is_away_is_waited_for(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.statuses = {"state": [500, 429, 502], "results": [503]}

    assert desk.prefetch(**changes).answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_an_address_without_batches_leaves_everything_to_live_calls(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.statuses = {"upload": [404], "create": [404]}

    done = desk.prefetch(**changes)

    assert done.submitted == 0
    assert "serves no batches at this address" in done.notes[0]
    assert "_BASE_URL" in done.notes[0]
    assert desk.nothing_open
    assert desk.enrich(**changes).enrichment.description


@pytest.mark.parametrize("status", [429, 400])
@BOTH
def test_a_vendor_that_refuses_a_batch_gets_no_money(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any], status: int
) -> None:
    vendors.batches.statuses = {"create": [status]}

    done = desk.prefetch(**changes)

    assert (done.submitted, done.cost_micro_usd) == (0, 0)
    assert "took no batch" in done.notes[0]
    assert desk.nothing_open


def test_a_file_that_cannot_be_brought_is_no_batch(desk: Desk, vendors: VendorServer) -> None:
    vendors.batches.statuses = {"upload": [504]}

    assert "took no batch" in desk.prefetch().notes[0]
    assert desk.time.slept == []
    assert desk.nothing_open


@BOTH
def test_a_wrong_key_stops_with_its_setting_and_nothing_reserved(desk: Desk, changes: dict[str, Any]) -> None:
    wrong = {"openai_api_key": SecretStr("sk-wrong-1"), "anthropic_api_key": SecretStr("sk-wrong-1")}

    with pytest.raises(ConfigurationError, match=r"Correct (OPENAI|ANTHROPIC)_API_KEY") as raised:
        desk.prefetch(**changes, **wrong)

    assert "sk-wrong" not in str(raised.value)
    assert desk.nothing_open


def _submitted_and_killed(desk: Desk, **changes: Any) -> None:
    prefetch_and_die(desk, Journal, "step", nth=2, **changes)


def test_a_batch_whose_key_is_gone_waits_for_it(desk: Desk, vendors: VendorServer) -> None:
    _submitted_and_killed(desk)

    assert "OPENAI_API_KEY: set it" in desk.resume(openai_api_key=None).notes[0]
    desk.told(lambda engine, _: engine.stop(), openai_api_key=None)
    assert desk.resume().answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_a_batch_that_another_key_cannot_see_is_left_and_ends_at_its_worst_case(
    desk: Desk,
    vendors: VendorServer,
    time: Time,
    ledger: Ledger,
    changes: Any,
) -> None:
    _submitted_and_killed(desk, **changes)
    vendors.batches.sent[0].id = "elsewhere"

    assert "left to a later run" in desk.resume(**changes).notes[0]
    day = ledger.today().day
    time.pass_by(days=30)
    assert desk.resume(**changes).lost == QUESTIONS

    assert desk.nothing_open
    assert ledger.spent_on(day).cost_micro_usd == desk.database.llm_spend.find_one({"_id": day})["spent"] > 0


def test_results_that_come_after_the_reservations_ran_out_are_paid_as_they_are(
    desk: Desk, vendors: VendorServer, time: Time, ledger: Ledger
) -> None:
    _submitted_and_killed(desk)
    day = ledger.today().day
    time.pass_by(days=3)
    ledger.expire()
    worst = ledger.spent_on(day).cost_micro_usd

    assert desk.resume().answered == QUESTIONS

    assert vendors.bill_micro_usd <= ledger.spent_on(day).cost_micro_usd < worst
    assert desk.nothing_open


def test_a_vendor_that_stays_away_is_left_to_a_later_run(desk: Desk, vendors: VendorServer) -> None:
    vendors.batches.statuses = {"state": [500] * 400}

    assert "left to a later run" in desk.prefetch().notes[0]
    assert 24 * 3600 < sum(desk.time.slept) < 28 * 3600
    vendors.batches.statuses = {}
    assert desk.resume().answered == QUESTIONS


@BOTH
@pytest.mark.parametrize("kind", ["create", "state"])
def test_a_vendor_that_tells_something_else_is_not_believed(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any], kind: str
) -> None:
    """As a gateway answers with a page of its own: the batch may be there."""
    vendors.batches.odd = {kind: {"hello": "world"}}
    looks: list[float] = []

    async def corrected(seconds: float) -> None:
        looks.append(seconds)
        vendors.batches.odd = {}
        desk.time.pass_by(seconds=seconds)

    desk.time.sleep = corrected  # type: ignore[method-assign]

    assert desk.prefetch(**changes).answered == QUESTIONS
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


def test_answers_to_prompts_that_are_no_longer_in_use_are_paid_and_not_kept(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors.batches.fates = [{0: "expired"}]
    _submitted_and_killed(desk)
    original = catalog.template_of

    def renewed(*told: Any) -> Any:
        return original(*told).model_copy(update={"content_hash": "renewed"})

    monkeypatch.setattr(catalog, "template_of", renewed)

    done = desk.resume()

    assert (done.answered, done.malformed) == (0, QUESTIONS - 1)
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


def test_cached_input_is_never_counted_below_what_is_billed(desk: Desk, vendors: VendorServer) -> None:
    vendors.cached_tokens = 100

    desk.prefetch(**CLAUDE)
    assert desk.is_square()


def test_no_key_is_in_the_journal(desk: Desk, database: Documents) -> None:
    desk.prefetch()

    written = json.dumps(
        list(database.llm_batches.find()) + list(database.llm_batch_requests.find()), default=str
    )
    assert "sk-test" not in written
    assert HOUSE.parcel_number in written


def test_what_is_noted_stays_readable() -> None:
    tally = Tally()
    for number in range(100):
        tally.note(f"note {number // 2}")

    assert tally.told().notes == tuple(f"note {number}" for number in range(MOST_NOTES))
