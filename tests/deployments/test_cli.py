"""The command line as a user meets it: words, exit codes, and one clear line where something is wrong."""

from __future__ import annotations

import pytest

from deployments.cli import app
from tests.deployments.command_line import Run, phoenix, script

__all__ = ["phoenix"]

COMMANDS = sorted(str(command.callback.__name__) for command in app.registered_commands if command.callback)


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
