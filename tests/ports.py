"""Ports for servers of tests: another run of the tests on this machine may have taken any fixed one."""

from __future__ import annotations

import random
import socket

# Below those that the system gives to outgoing connections.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free on 127.0.0.1")
