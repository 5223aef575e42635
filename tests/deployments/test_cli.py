"""The command line as a user meets it: words, exit codes, and one clear line where something is wrong."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deployments.cli import app, main
from deployments.prefect_server import prefect_server
from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.embedded import Servers, servers
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.flows.records import house, houses
from tests.judged import enriched
from tests.sample import HOUSE
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors
from tests.vendors.server import KEY

__all__ = ["vendors"]

COMMANDS = sorted(str(command.callback.__name__) for command in app.registered_commands if command.callback)
SCRIPT = Path(sys.executable).with_name("phoenix")
LEASE = timedelta(minutes=1)


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that failed."""
        assert self.code != 0
        [line] = self.err.splitlines()
        assert line.startswith("phoenix: ")
        return line.removeprefix("phoenix: ")


Run = Callable[..., Ran]


@pytest.fixture
def phoenix(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, with the test's store and the error boundary of the real thing."""

    def run(*words: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["phoenix", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with using(settings), pytest.raises(SystemExit) as ended:
            main()
        return Ran(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


def script(*words: str | Path, **environment: str) -> Ran:
    """Runs the installed command in a process of its own, with these settings alone."""
    inherited = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [SCRIPT, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**inherited, "HOME": str(Path.cwd()), **environment},
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def in_file(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def as_file(name: str, *records: Any) -> Path:
    return in_file(name, "".join(json.dumps(record) + "\n" for record in records))


def raw(number: int) -> dict[str, Any]:
    return house(number).model_dump(mode="json", include={"source", "data"}) | {"_id": f"raw-{number}"}


# What each command says of itself


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_without_a_command_every_command_is_named(phoenix: Run, words: list[str]) -> None:
    helped = phoenix(*words)
    assert (helped.code, helped.err) == (0, "")
    assert all(name in helped.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(phoenix: Run, command: str) -> None:
    helped = phoenix(command, "--help")
    assert (helped.code, helped.err) == (0, "")
    assert f"Usage: phoenix {command}" in helped.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["frobnicate"], "No such command 'frobnicate'. See phoenix --help."),
        (["load"], "Missing argument 'PATH...'. See phoenix load --help."),
        (["normalize", "--fast"], "No such option: --fast. See phoenix normalize --help."),
        (
            ["enrich", "--limit", "0"],
            "'--limit': Input should be greater than or equal to 1. See phoenix enrich --help.",
        ),
        (["grade", "--threshold", "2"], "less than or equal to 1. See phoenix grade --help."),
        (["load", "x.json", "--source", "zillow"], "maricopa_api"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(phoenix: Run, words: list[str], told: str) -> None:
    used = phoenix(*words)
    assert used.code == 2
    assert told in used.complaint
    assert used.out == ""


# load


def test_loaded_records_are_pending_and_counted(phoenix: Run, store: Store) -> None:
    file = as_file("records.jsonl", raw(1), raw(2))
    assert phoenix("load", file).err == "records.jsonl: 2 new, 0 known already, 0 refused\n"
    assert phoenix("load", file).err == "records.jsonl: 0 new, 2 known already, 0 refused\n"
    assert store.raw.counts()["pending"] == 2


def test_a_folder_is_loaded_with_all_its_files(phoenix: Run, store: Store) -> None:
    loaded = phoenix("load", samples_dir())
    assert (loaded.code, loaded.out) == (0, "")
    assert store.raw.counts()["pending"] > 10


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("malformed.json", '{"a": ', "malformed.json:1: not JSON: Expecting value."),
        ("empty.json", "", "empty.json: the file is empty."),
        ("shape.json", '{"x": 1}', "no source is named and the shape tells none"),
        ("notes.txt", "hello", "not a kind of file that holds raw records"),
    ],
)
def test_a_file_without_records_is_told_with_cause_and_next_step(
    phoenix: Run, store: Store, name: str, text: str, told: str
) -> None:
    loaded = phoenix("load", in_file(name, text))
    assert loaded.code == 1
    assert loaded.complaint.startswith(f"{name}: no record taken. ")
    assert told in loaded.complaint
    assert loaded.complaint.endswith("Correct it, say what it is with --source, or name another file.")
    assert store.raw.counts()["pending"] == 0


def test_a_missing_file_is_told_with_its_name(phoenix: Run) -> None:
    loaded = phoenix("load", "nowhere.json")
    assert loaded.code == 1
    assert loaded.complaint == ("nowhere.json: no such file or folder. Name a file or folder of raw records.")


def test_paths_that_fail_are_told_one_by_one_and_hold_up_no_other(phoenix: Run, store: Store) -> None:
    good = as_file("good.jsonl", raw(1))
    loaded = phoenix("load", "nowhere.json", in_file("malformed.json", "{"), good, in_file("empty.json", ""))
    assert loaded.code == 1
    taken, *complaints = loaded.err.splitlines()
    assert taken == "good.jsonl: 1 new, 0 known already, 0 refused"
    assert [complaint.split(": ")[:2] for complaint in complaints] == [
        ["phoenix", "nowhere.json"],
        ["phoenix", "malformed.json"],
        ["phoenix", "empty.json"],
    ]
    assert store.raw.counts()["pending"] == 1


def test_refused_lines_of_a_good_file_are_told_and_the_rest_is_taken(phoenix: Run, store: Store) -> None:
    file = in_file("mixed.jsonl", f"{json.dumps(raw(1))}\nnonsense\n")
    loaded = phoenix("load", file)
    assert loaded.code == 0
    assert loaded.err.splitlines() == [
        "mixed.jsonl: 1 new, 0 known already, 1 refused",
        "  refused mixed.jsonl:2: not JSON: Expecting value.",
    ]
    assert store.raw.counts()["pending"] == 1


def test_a_file_of_many_bad_lines_shows_the_first_reasons_and_counts_the_rest(phoenix: Run) -> None:
    loaded = phoenix("load", in_file("bad.jsonl", "nonsense\n" * 23))
    assert loaded.code == 1
    *reasons, more, complaint = loaded.err.splitlines()
    assert reasons[0] == "  refused bad.jsonl:1: not JSON: Expecting value."
    assert (len(reasons), more) == (20, "  ... and 3 more")
    assert complaint.startswith("phoenix: bad.jsonl: none of 23 records taken, for the reasons above.")


def test_a_record_that_mongodb_cannot_store_is_refused_and_the_others_are_taken(
    phoenix: Run, store: Store
) -> None:
    huge = raw(2) | {"data": {"remarks": "x" * (16 * 1024 * 1024)}}
    loaded = phoenix("load", as_file("records.jsonl", raw(1), huge))
    assert loaded.code == 0
    assert "refused raw-2: " in loaded.err
    assert "16 MB." in loaded.err
    assert store.raw.counts()["pending"] == 1


def test_records_of_unknown_sources_and_without_address_are_loaded_to_be_judged_later(
    phoenix: Run, store: Store
) -> None:
    file = as_file(
        "odd.jsonl",
        {"source": "mars", "data": {"a": 1}},
        {"source": "maricopa_api", "data": {"bedrooms": 3}},
    )
    assert phoenix("load", file).code == 0
    assert store.raw.counts()["pending"] == 2


# status and budget


def test_status_for_programs_names_every_status(phoenix: Run, store: Store) -> None:
    store.raw.add(houses(2))
    told = phoenix("status", "--json")
    assert (told.code, told.err) == (0, "")
    assert json.loads(told.out) == {
        "raw": {"pending": 2, "claimed": 0, "processed": 0, "needs_review": 0, "dead_letter": 0},
        "processed": {"published": 0, "needs_review": 0},
        "answer_cache": {"answers": 0, "hit_rate": None, "hits": 0, "misses": 0, "saved_usd": 0.0},
    }


def test_status_for_people_is_a_table(phoenix: Run, store: Store) -> None:
    store.raw.add(houses(2))
    told = phoenix("status").out
    assert "Raw" in told
    assert "Processed" in told
    assert [row.split() for row in told.splitlines() if "pending" in row] == [["pending", "2"]]


def spend(store: Store) -> None:
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000))
    label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
    paid = ledger.reserve(300, label)
    ledger.reserve(500, label)
    ledger.settle(paid, cost_micro_usd=120, input_tokens=4000, output_tokens=90, outcome="ok")


def test_budget_for_programs_adds_up_to_the_limit(phoenix: Run, store: Store) -> None:
    spend(store)
    told = json.loads(phoenix("budget", "--json").out)
    money = {name: told[name] for name in ("limit_usd", "spent_usd", "reserved_usd", "remaining_usd")}
    assert money == {
        "limit_usd": 0.63,
        "spent_usd": 0.00012,
        "reserved_usd": 0.0005,
        "remaining_usd": 0.62938,
    }


def test_budget_for_people_tells_who_spent_it(phoenix: Run, store: Store) -> None:
    assert "by model" not in phoenix("budget").out
    spend(store)
    told = [row.split() for row in phoenix("budget").out.splitlines()]
    assert ["spent", "0.000120", "1", "calls"] in told
    assert ["reserved", "0.000500", "1", "calls", "under", "way"] in told
    assert ["description", "1", "4,000", "90", "0.000120"] in told
    assert ["1", "1", "4,000", "90", "0.000120"] in told
    assert ["gpt-4o-mini", "1", "4,000", "90", "0.000120"] in told


def test_budget_for_people_shows_what_is_spent_of_the_limit(phoenix: Run, store: Store) -> None:
    def told(limit: int, *costs: int) -> str:
        store.database.llm_spend.drop()
        ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=limit))
        label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
        for cost in costs:
            paid = ledger.reserve(cost, label)
            ledger.settle(paid, cost_micro_usd=cost, input_tokens=1, output_tokens=1, outcome="ok")
        ledger.reserve(0, label)
        return phoenix("budget").out.splitlines()[1].strip()

    assert told(1000) == "░" * 40 + " 0.0% spent"
    assert told(1000, 250, 250) == "█" * 20 + "░" * 20 + " 50.0% spent"
    assert told(1000, 1000) == "█" * 40 + " 100.0% spent"
    assert told(0).endswith("there is no money to spend")


def test_budget_for_people_says_whose_limit_it_is_when_it_is_not_the_settings(
    phoenix: Run, store: Store
) -> None:
    spend(store)
    assert "DAILY_LLM_BUDGET" not in phoenix("budget").err
    store.database.llm_spend.update_one({}, {"$set": {"limit": 2_000_000}})
    assert "DAILY_LLM_BUDGET says $0.63" in phoenix("budget").err


def test_budget_for_people_shows_the_dearest_properties_and_what_one_costs(
    phoenix: Run, store: Store
) -> None:
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000))
    for number in range(1, 8):
        label = CallLabel(
            operation="description", provider="openai", model="gpt-4o-mini", property_id=f"house-{number}"
        )
        paid = ledger.reserve(1000, label)
        ledger.settle(paid, cost_micro_usd=number * 100, input_tokens=1, output_tokens=1, outcome="ok")
    told = phoenix("budget").out
    assert "Today by property: 7, $0.000400 each; the dearest 5" in told
    assert [row.split()[0] for row in told.splitlines() if "house-" in row] == [
        f"house-{number}" for number in (7, 6, 5, 4, 3)
    ]


# export


def published(store: Store) -> None:
    texts = enriched(HOUSE)
    document = {
        "_id": "10230001",
        "status": "published",
        "property": HOUSE.model_dump(mode="json"),
        "llm_enrichment": texts.enrichment.model_dump(mode="json"),
        "metadata": {"enriched_at": datetime(2026, 11, 21, tzinfo=UTC)},
    }
    store.processed.save([document, {**document, "_id": "2", "status": "needs_review"}])


def test_an_empty_collection_is_exported_as_an_empty_file(phoenix: Run) -> None:
    assert phoenix("export", "out.jsonl") == (0, "", "0 properties written to out.jsonl\n")
    assert Path("out.jsonl").read_text() == ""
    assert phoenix("export", "out.json").code == 0
    assert json.loads(Path("out.json").read_text()) == []


def test_published_properties_are_exported_and_the_others_where_asked_for(phoenix: Run, store: Store) -> None:
    published(store)
    assert phoenix("export", "out.jsonl").err == "1 properties written to out.jsonl\n"
    [exported] = lines(Path("out.jsonl").read_text(encoding="utf-8"))
    assert exported["property_id"] == "10230001"
    assert exported["metadata"]["enriched_at"] == "2026-11-21T00:00:00+00:00"
    assert [one["property_id"] for one in lines(phoenix("export", "-", "--status", "all").out)] == [
        "10230001",
        "2",
    ]


def test_reso_names_are_exported_where_asked_for(phoenix: Run, store: Store) -> None:
    published(store)
    phoenix("export", "out.json", "--names", "reso", "--status", "needs_review")
    [exported] = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert exported["property"]["BedroomsTotal"] == 4


def test_a_foreign_ending_is_refused(phoenix: Run) -> None:
    assert phoenix("export", "out.csv").complaint == (
        "out.csv: export writes .jsonl or .json; choose one of these endings."
    )


def test_a_path_that_cannot_be_written_is_named_with_its_cause(phoenix: Run) -> None:
    assert phoenix("export", "nowhere/out.json").complaint == (
        "nowhere/out.json cannot be written: No such file or directory. Choose another path."
    )


# The filters


def test_normalize_answers_every_line_in_its_order(phoenix: Run) -> None:
    given = [
        json.dumps(raw(1)).encode(),
        b"nonsense",
        b"",
        b"\xff\xfe",
        b'{"source": "mars", "data": {}}',
        json.dumps(raw(2)).encode(),
    ]
    done = phoenix("normalize", stdin=b"\n".join(given))
    assert (done.code, done.err) == (0, "")
    told = lines(done.out)
    assert [one["ok"] for one in told] == [True, False, False, False, False, True]
    assert [one["property"]["property_id"] for one in told if one["ok"]] == ["10306001", "10306002"]
    assert [one["error"] for one in told if not one["ok"]] == [*["UnusableRecord"] * 3, "UnknownSource"]
    assert all(one["reason"] for one in told if not one["ok"])


def test_grade_answers_every_line_in_its_order(phoenix: Run) -> None:
    texts = enriched(HOUSE).enrichment.model_dump(mode="json")
    good = json.dumps({"property": HOUSE.model_dump(mode="json"), "llm_enrichment": texts}).encode()
    done = phoenix("grade", stdin=b"\n".join([good, b"nonsense", b"", b"\xff\xfe", b"{}", good]))
    assert (done.code, done.err) == (0, "")
    told = lines(done.out)
    assert [one["verdict"] for one in told] == ["publish", *["reject"] * 4, "publish"]
    assert {one["reasons"][0]["rule"] for one in told[1:5]} == {"input.malformed"}
    assert set(told[0]) == {"verdict", "quality_score", "scores", "reasons"}


def test_the_threshold_is_the_settings_unless_it_is_given(phoenix: Run) -> None:
    texts = {"description": "A home in Phoenix."}
    line = json.dumps({"property": HOUSE.model_dump(mode="json"), "llm_enrichment": texts}).encode()
    [lenient] = lines(phoenix("grade", "--threshold", "0", stdin=line).out)
    [strict] = lines(phoenix("grade", "--threshold", "1", stdin=line).out)
    rules = [{reason["rule"] for reason in one["reasons"]} for one in (lenient, strict)]
    assert len(rules[1] - rules[0]) == 1


# Stopping and what the environment says


def test_down_says_when_nothing_was_running(phoenix: Run) -> None:
    assert phoenix("down") == (0, "", "Nothing was running.\n")


def test_a_setting_out_of_range_is_one_line() -> None:
    told = script("status", BATCH_SIZE="0").complaint
    assert told == (
        "Settings are not usable: BATCH_SIZE: Input should be greater than or equal to 1. "
        "Correct them in the environment or in .env."
    )


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("http://user:hunter2@localhost", "MONGODB_URI http://localhost cannot be used. Correct MONGODB_URI"),
        (
            "mongodb://user:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=100",
            "does not answer: 127.0.0.1:1: [Errno 111] Connection refused",
        ),
    ],
)
def test_a_wrong_mongodb_uri_is_one_line_without_its_password(uri: str, told: str) -> None:
    failed = script("status", MONGODB_URI=uri, REDIS_URL="redis://127.0.0.1:1/0")
    assert failed.code == 1
    assert told in failed.complaint
    assert "hunter2" not in failed.err


def test_a_reader_that_has_enough_ends_a_filter_quietly() -> None:
    with subprocess.Popen(
        [SCRIPT, "normalize"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as filter:
        assert filter.stdin
        assert filter.stdout
        assert filter.stderr
        filter.stdout.close()
        filter.stdin.write(b"nonsense\n" * 2000)
        filter.stdin.close()
        assert filter.stderr.read() == b""


# enrich


@pytest.fixture(scope="module")
def _prefect(embedded_servers: Servers) -> Iterator[None]:
    """Keeps one Prefect server running for the commands of this module."""
    with servers(embedded_servers.settings, [prefect_server()]):
        yield


@pytest.fixture
def ours(_prefect: None, embedded_servers: Servers, settings: Settings) -> dict[str, str]:
    """The environment of a process that works on the test's database."""
    return {
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
        "PHOENIX_HOME": str(embedded_servers.settings.phoenix_home),
    }


@pytest.fixture
def enrich(ours: dict[str, str]) -> Run:
    """Runs `phoenix enrich` in a process of its own, on the test's database."""

    def run(*words: str, **environment: str) -> Ran:
        return script("enrich", *words, **ours | environment)

    return run


def of(vendors: VendorServer, key: str) -> dict[str, str]:
    return {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"{vendors.url}/openai/v1"}


def statuses(counts: dict[str, int]) -> Sequence[str]:
    return [status for status, count in counts.items() if count]


def test_enrich_tells_programs_what_became_of_every_record(phoenix: Run, enrich: Run, store: Store) -> None:
    phoenix("load", samples_dir(), as_file("odd.jsonl", {"_id": "odd", "source": "mars", "data": {"a": 1}}))
    claimed = store.raw.counts()["pending"]
    done = enrich("--models", "composer", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["ended"] == "Completed"
    assert sum(report["counts"].values()) == claimed
    assert report["spent_in_run_micro_usd"] == 0
    assert statuses(store.raw.counts()) == ["processed", "needs_review", "dead_letter"]
    [odd] = [letter for letter in store.dead_letters.find() if letter.raw_id == "odd"]
    assert odd.message == "record odd comes from 'mars'; known sources are maricopa_api, phoenix_mls."
    assert store.processed.counts()["published"] > 0


def test_without_redis_enrich_goes_on_and_says_so(enrich: Run, store: Store) -> None:
    store.raw.add(houses(2))
    done = enrich("--models", "composer", "--limit", "1", REDIS_URL="redis://127.0.0.1:1/0")
    assert (done.code, done.err) == (0, "")
    assert "note: Redis (REDIS_URL) does not answer" in done.out
    assert "published     4000 N 55th Ave, Phoenix, AZ 85031" in done.out
    assert store.raw.counts()["pending"] == 1


def test_a_refused_key_is_one_line_that_does_not_show_it_and_every_record_waits(
    enrich: Run, store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    failed = enrich(**of(vendors, "sk-wrong-98765"))
    assert failed.code == 1
    assert failed.complaint == "OpenAI refused the key (HTTP 401). Correct OPENAI_API_KEY."
    assert "98765" not in failed.out
    assert statuses(store.raw.counts()) == ["pending"]
    assert all(record.attempts == 1 for record in store.raw.claim(2, lease=LEASE))


def test_a_model_without_a_price_is_one_line_and_nothing_is_called(
    enrich: Run, store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    failed = enrich("--json", **of(vendors, KEY), LLM_MODEL_HIGH_VALUE="gpt-none-such")
    assert failed.code == 1
    assert failed.complaint == (
        "No price is known for openai's model gpt-none-such, named by LLM_MODEL_HIGH_VALUE, "
        "so its cost cannot be bounded. Name a model with a known price, or set "
        'LLM_PRICES={"gpt-none-such": {"input": 0.15, "output": 0.60}} with yours in USD per million tokens.'
    )
    assert (failed.out, vendors.calls) == ("", [])
    assert statuses(store.raw.counts()) == ["pending"]


def test_ctrl_c_gives_back_what_was_claimed_and_says_so(
    ours: dict[str, str], store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(3))
    vendors.latency_s = 5.0
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path.cwd()), **ours, **of(vendors, KEY)}
    with subprocess.Popen(
        [SCRIPT, "enrich"], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        give_up = time.monotonic() + 120
        while not vendors.calls:
            assert time.monotonic() < give_up, "waited in vain for the first call"
            time.sleep(0.1)
        # A terminal tells all processes of the command.
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=100)
    assert (running.returncode, told) == (
        130,
        "Interrupted. Waiting for the calls under way: they are paid for ...\n"
        "What was finished is published; what was claimed is pending again.\n",
    )
    assert statuses(store.raw.counts()) == ["pending"]
