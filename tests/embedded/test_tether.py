from __future__ import annotations

import ctypes
import os
import signal
import sys

import pytest

from phoenix_real_estate.embedded import tether


@pytest.fixture
def replaced_by(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What this process would have become."""
    programs: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: programs.append(argv))
    return programs


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the parent death signal")
def test_on_linux_the_kernel_is_asked_to_end_the_program_with_its_parent(
    replaced_by: list[list[str]],
) -> None:
    libc = ctypes.CDLL(None)
    asked_for = ctypes.c_int()
    try:
        tether.main(os.getppid(), ["/bin/server", "--port", "1"])
        libc.prctl(2, ctypes.byref(asked_for))  # PR_GET_PDEATHSIG
    finally:
        libc.prctl(tether.PR_SET_PDEATHSIG, 0)
    assert asked_for.value == signal.SIGTERM
    assert replaced_by == [["/bin/server", "--port", "1"]]


def test_elsewhere_the_program_just_starts(
    replaced_by: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    tether.main(os.getppid(), ["/bin/server"])
    assert replaced_by == [["/bin/server"]]


def test_a_program_whose_parent_has_gone_meanwhile_does_not_start(
    replaced_by: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SystemExit, match="the supervisor has gone"):
        tether.main(os.getppid() + 1, ["/bin/server"])
    assert replaced_by == []
