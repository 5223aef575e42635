"""Which Prefect API a run reports to."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.prefect_server import prefect_api, prefect_server
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()
        thread.join()


def test_a_configured_server_is_used(settings: Settings, api: str) -> None:
    with temporary_settings({PREFECT_API_URL: api}), prefect_api(settings) as url:
        assert url == api
        assert os.environ["DO_NOT_TRACK"] == "1"


def test_a_configured_server_that_does_not_answer_is_told_without_its_password(settings: Settings) -> None:
    nowhere = "http://user:hunter2@127.0.0.1:1/api"
    with (
        temporary_settings({PREFECT_API_URL: nowhere}),
        pytest.raises(ConfigurationError) as refused,
        prefect_api(settings),
    ):
        pytest.fail("nothing answers there")
    told = str(refused.value)
    assert told.startswith("PREFECT_API_URL http://127.0.0.1:1/api does not answer: ")
    assert told.endswith("or unset it to use the embedded server.")
    assert "hunter2" not in told
    assert "\n" not in told


def test_the_embedded_server_keeps_its_port_only_where_one_was_asked_for() -> None:
    assert (prefect_server().port, prefect_server().port_is_fixed) == (4200, False)
    assert (prefect_server(4321).port, prefect_server(4321).port_is_fixed) == (4321, True)
