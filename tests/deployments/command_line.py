"""Runs `phoenix` as a user does: import the fixtures `phoenix` and `store` into a test module."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deployments.cli import main
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.flows.records import house

SCRIPT = Path(sys.executable).with_name("phoenix")


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
