"""The Prefect API that runs report to: the configured one, else a server on the embedded stack."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from phoenix_real_estate.embedded import ServerSpec, http_get, running_ports, servers
from phoenix_real_estate.embedded.client import Lost
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import without_credentials

NAME = "prefect"

# The port that Prefect's own tools expect.
PORT = 4200

# Neither usage data nor update checks leave the machine.
PRIVATE = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def prefect_server(port: int | None = None) -> ServerSpec:
    """A Prefect server with its UI on SQLite in PHOENIX_HOME, on exactly `port` where one is given."""
    ready = http_get("/api/health")
    return ServerSpec(
        name=NAME,
        argv=(sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", "{port}"),
        port=port or PORT,
        port_is_fixed=port is not None,
        env={
            **PRIVATE,
            "PREFECT_HOME": "{dir}",
            "PREFECT_SERVER_UI_API_URL": "http://127.0.0.1:{port}/api",
            "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        },
        start_timeout=120.0,
        ask=ready["ask"],
        answer=ready["answer"],
    )


def api_at_hand(settings: Settings) -> str | None:
    """The URL of the configured API, else of the embedded server if it runs; none is started."""
    port = running_ports(settings.phoenix_home).get(NAME)
    return _configured() or (_url(port) if port else None)


@contextmanager
def prefect_api(
    settings: Settings, *, port: int | None = None, embedded: bool = False, lost: Lost | None = None
) -> Iterator[str]:
    """The API's URL, in force for this process and its children.

    PREFECT_API_URL, from the environment or the active Prefect profile, is used where it is set and
    `embedded` does not ask otherwise. `lost` is called, from a thread of its own, when somebody stops the
    embedded server.

    Raises:
        ConfigurationError: nothing answers there, or the embedded server does not start.
    """
    configured = None if embedded else _configured()
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if configured:
        _require_answer(configured)
        yield configured
        return
    gone = threading.Event()

    def told() -> None:
        gone.set()
        if lost:
            lost()

    with servers(settings, [prefect_server(port)], lost=told) as running:
        url = _url(running.ports[NAME])
        with temporary_settings({PREFECT_API_URL: url}), _environment(PREFECT_API_URL=url):
            try:
                yield url
            finally:
                if not gone.is_set():
                    _deliver_logs_and_events()


def _configured() -> str | None:
    os.environ.update(PRIVATE)
    from prefect.settings import get_current_settings

    return get_current_settings().api.url


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/api"


def _require_answer(url: str) -> None:
    from prefect.client.orchestration import get_client

    problem = get_client(sync_client=True).api_healthcheck()
    if problem is not None:
        cause = " ".join(str(problem).split()) or type(problem).__name__
        raise ConfigurationError(
            f"PREFECT_API_URL {without_credentials(url)} does not answer: {cause}. "
            "Start that server, correct PREFECT_API_URL, or unset it to use the embedded server."
        )


def _deliver_logs_and_events() -> None:
    """While the server still listens: Prefect sends them in the background and waits for them at exit."""
    from prefect.logging.handlers import APILogWorker

    # The workers of all kinds share one register: this drains those of events as well.
    APILogWorker.drain_all(timeout=10, at_exit=False)


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
