"""What a person does on the command line with records that need one: `phoenix review` and `dead-letters`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phoenix_real_estate.models import Finding, Severity
from phoenix_real_estate.store import DeadLetter, Store
from tests.deployments.command_line import Run, as_file, lines, phoenix, script, store
from tests.in_review import FALSE, put_in_review
from tests.test_replay import die

__all__ = ["phoenix", "store"]

HOUSE_1 = "10306001"


def letter(raw_id: str, error_class: str = "UnusableRecord", message: str = "no address") -> DeadLetter:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    return DeadLetter(
        raw_id=raw_id, stage="normalize", error_class=error_class, message=message, attempts=1, at=at
    )


# Review


def test_what_waits_is_listed_with_its_reasons(phoenix: Run, store: Store) -> None:
    assert phoenix("review", "list").err == "Nothing waits for a person.\n"
    put_in_review(store)
    told = phoenix("review", "list")
    assert (told.code, "is it so? (grounding.praise)" in told.out) == (0, True)
    assert HOUSE_1 in told.out
    [case] = json.loads(phoenix("review", "list", "--json").out)
    assert (case["property_id"], case["findings"][0]["rule"]) == (HOUSE_1, "grounding.praise")


def test_a_property_is_shown_with_everything_a_decision_needs(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    told = phoenix("review", "show", HOUSE_1)
    for words in (
        "Why a person is asked",
        "grounding.praise",
        "Description",
        "Scores",
        "What is known",
        "gpt-4o-mini",
    ):
        assert words in told.out
    assert "version 2026-11-21T19:00:00+00:00" in told.err
    shown = json.loads(phoenix("review", "show", HOUSE_1, "--json").out)
    assert "remarks" not in shown["facts"]


def test_a_property_is_approved(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    told = phoenix("review", "approve", HOUSE_1, "--by", "ann", "--version", "2026-11-21T19:00:00+00:00")
    assert (told.code, told.err) == (0, "4001 N 55th Ave, Phoenix, AZ 85031 is published as it was.\n")
    [document] = store.processed.find("published")
    assert document["metadata"]["review"]["by"] == "ann"


def test_the_decision_is_the_users_unless_another_name_is_given(
    phoenix: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "carl")
    put_in_review(store)
    phoenix("review", "approve", HOUSE_1)
    [document] = store.processed.find("published")
    assert document["metadata"]["review"]["by"] == "carl"


def test_a_system_that_does_not_tell_the_user_asks_for_the_name(
    phoenix: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    put_in_review(store)
    assert "say it with --by NAME" in phoenix("review", "approve", HOUSE_1).complaint


def test_another_version_than_the_one_looked_at_is_not_decided(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    told = phoenix("review", "approve", HOUSE_1, "--version", "2026-11-20T19:00:00+00:00")
    assert "was written again and is now in review since it was shown" in told.complaint


def test_texts_are_written_edited_and_published(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    texts = json.loads(phoenix("review", "show", HOUSE_1, "--texts").out)
    assert set(texts) == {"description", "features", "narrative"}
    edited = as_file("texts.json", texts | {"description": texts["description"].replace("This", "The")})
    told = phoenix("review", "edit", HOUSE_1, edited, "--by", "ann")
    assert told.err.endswith("is published; description edited.\n")


def test_a_false_text_is_refused_with_the_reason(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    stdin = json.dumps({"description": FALSE}).encode()
    refused = phoenix("review", "edit", HOUSE_1, "-", stdin=stdin)
    assert "nobody can overrule it: description: " in refused.complaint
    assert store.processed.counts()["published"] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"description": 7}', "texts.json holds no texts: description: Input should be a valid string."),
        ("no", "texts.json holds no texts: the file: Invalid JSON"),
    ],
)
def test_a_file_that_holds_no_texts_is_told(phoenix: Run, store: Store, content: str, told: str) -> None:
    put_in_review(store)
    Path("texts.json").write_text(content, encoding="utf-8")
    assert phoenix("review", "edit", HOUSE_1, "texts.json").complaint.startswith(told)
    assert "nowhere.json cannot be read" in phoenix("review", "edit", HOUSE_1, "nowhere.json").complaint


def test_a_rejection_needs_a_reason_and_makes_dead_letters(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    assert "Say why it is rejected" in phoenix("review", "reject", HOUSE_1).complaint
    told = phoenix("review", "reject", HOUSE_1, "--reason", "no such pool", "--by", "ann")
    assert told.err.endswith("is rejected; its records are dead letters.\n")
    shown = phoenix("dead-letters", "show", "raw-1")
    assert "Reason: rejected by ann: no such pool" in shown.err


def test_a_property_is_sent_round_again(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    assert phoenix("review", "re-enrich", HOUSE_1).code == 0
    assert store.raw.counts()["pending"] == 1


def test_a_published_property_is_withdrawn(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    phoenix("review", "approve", HOUSE_1)
    assert "Say why it is withdrawn" in phoenix("review", "withdraw", HOUSE_1).complaint
    told = phoenix("review", "withdraw", HOUSE_1, "--reason", "the pool is gone", "--by", "ann")
    assert told.err.endswith("is no longer published; it is in review.\n")
    assert phoenix("export", "-").out == ""
    assert "withdrawn by ann: the pool is gone" in phoenix("review", "list").out
    assert "is not published: it is in review" in phoenix("review", "withdraw", HOUSE_1).complaint


def test_decisions_are_exported(phoenix: Run, store: Store) -> None:
    put_in_review(store)
    phoenix("review", "approve", HOUSE_1, "--reason", "fine")
    assert phoenix("review", "export", "decisions.jsonl").err == "1 decisions written to decisions.jsonl\n"
    [decision] = lines(Path("decisions.jsonl").read_text(encoding="utf-8"))
    assert (decision["decision"], decision["reason"]) == ("approve", "fine")
    assert "choose one of these endings" in phoenix("review", "export", "decisions.csv").complaint


def test_what_is_not_in_review_is_told(phoenix: Run) -> None:
    assert phoenix("review", "show", "nowhere").complaint == (
        "property nowhere is not there. See phoenix review list."
    )


def test_what_a_record_says_has_no_power_over_the_terminal(phoenix: Run, store: Store) -> None:
    finding = Finding(
        rule="x", severity=Severity.WARNING, field="description", why="\x1b[2J[red]\u202eolleh[/red]"
    )
    put_in_review(store, findings=(finding,))
    die(store, letter("bad", message=finding.why))
    for words in (("review", "list"), ("review", "show", HOUSE_1), ("dead-letters", "list")):
        told = phoenix(*words)
        assert "\x1b[2J" not in told.out
        assert "\u202e" not in told.out
        assert "[red]" in told.out
    assert r"\x1b[2J[red]\u202eolleh[/red]" in phoenix("dead-letters", "show", "bad").err


# Dead letters


def test_dead_letters_are_listed_by_class(phoenix: Run, store: Store) -> None:
    assert phoenix("dead-letters", "list").err == "No dead letters.\n"
    die(store, letter("a"), letter("b"))
    die(store, letter("c", "UnknownSource"), source="mars")
    told = phoenix("dead-letters", "list")
    heads = [row.split(";")[0] for row in told.out.splitlines() if not row.startswith(" ")]
    assert heads == [
        "2 UnusableRecord  at normalize: maricopa_api 2",
        "1 UnknownSource  at normalize: mars 1",
    ]
    assert "    no address" in told.out
    each = phoenix("dead-letters", "list", "--each", "--class", "UnknownSource", "--newer-than", "2")
    assert [row.split("  ")[0] for row in each.out.splitlines()] == ["c", ""]
    listed = json.loads(phoenix("dead-letters", "list", "--json", "--older-than", "0.5").out)
    assert [group["count"] for group in listed["groups"]] == [2, 1]
    assert {one["record_is_now"] for one in listed["letters"]} == {"dead_letter"}


def test_one_dead_letter_is_shown_with_what_to_do_next(phoenix: Run, store: Store) -> None:
    die(store, letter("a"))
    told = phoenix("dead-letters", "show", "a")
    assert "Reason: no address\nNext: Correct the record at its source" in told.err
    assert "parcel" in told.out
    shown = json.loads(phoenix("dead-letters", "show", "a", "--json").out)
    assert (shown["record"], shown["next"][:7]) == ({"parcel": "1"}, "Correct")
    assert phoenix("dead-letters", "show", "b").complaint.startswith("no such dead letter: b.")


def test_a_letter_whose_record_is_gone_is_shown_too(phoenix: Run, store: Store) -> None:
    store.dead_letters.add([letter("gone")])
    assert "gone" in phoenix("dead-letters", "show", "gone").out


def test_dead_letters_are_replayed_after_a_dry_run(phoenix: Run, store: Store) -> None:
    die(store, letter("a"), letter("b", "UnknownSource"))
    dry = phoenix("dead-letters", "replay", "--all", "--dry-run")
    assert (dry.err, store.raw.counts()["pending"]) == ("Dry run: would put 2 back to pending.\n", 0)
    assert phoenix("dead-letters", "replay", "--class", "UnknownSource").err == "1 back to pending.\n"
    assert (
        phoenix("dead-letters", "replay", "a", "--by", "ann", "--why", "fixed").err == "1 back to pending.\n"
    )
    assert store.raw.counts()["pending"] == 2
    told = phoenix("dead-letters", "show", "a").err
    assert "replayed by ann" in told
    assert ": fixed" in told


def test_dead_letters_are_dropped_with_a_reason_and_can_be_replayed_still(phoenix: Run, store: Store) -> None:
    die(store, letter("a"))
    assert "--why" in phoenix("dead-letters", "drop", "a").complaint
    assert (
        phoenix("dead-letters", "drop", "a", "--why", "land", "--dry-run").err
        == "1 would be dropped (dry run).\n"
    )
    assert phoenix("dead-letters", "drop", "a", "--why", "land").err == "1 dropped.\n"
    assert phoenix("dead-letters", "list").err == "No dead letters.\n"
    assert "1 UnusableRecord" in phoenix("dead-letters", "list", "--state", "dropped").out
    assert phoenix("dead-letters", "replay", "a", "--dropped").err == "1 back to pending.\n"


def test_a_record_that_died_twice_shows_both_letters(phoenix: Run, store: Store) -> None:
    die(store, letter("a", message="the first time"))
    phoenix("dead-letters", "replay", "a")
    die(store, letter("a", message="the second time"))
    told = phoenix("dead-letters", "show", "a").err
    assert "Reason: the second time" in told
    assert ": the first time" in told


@pytest.mark.parametrize("command", [["replay"], ["drop", "--why", "x"]])
def test_everything_is_only_taken_where_it_is_said(phoenix: Run, command: list[str]) -> None:
    assert "or say --all" in phoenix("dead-letters", *command).complaint


@pytest.mark.parametrize("group", ["review", "dead-letters"])
def test_a_group_without_a_command_tells_its_commands(group: str) -> None:
    helped = script(group)
    assert "Usage: phoenix" in helped.out + helped.err
    assert "list" in helped.out + helped.err
