"""What the supervisor does about a server: its port, its readiness, its end, and what an earlier run left."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from phoenix_real_estate.embedded import servers, spec
from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings
from tests.embedded.dialing import RunHere, ask, dial
from tests.embedded.processes import WEB_PORT, eventually, is_alive, pids, script, web_server


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def test_a_busy_port_is_passed_over(home: Path, supervisor_here: RunHere) -> None:
    with _listening(WEB_PORT), supervisor_here(), dial(home) as connection:
        assert int(ask(connection, web_server())["port"]) > WEB_PORT


def test_a_port_that_another_home_is_about_to_use_is_passed_over(
    home: Path, supervisor_here: RunHere
) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flag,
        supervisor_here(),
        dial(home) as connection,
    ):
        flag.bind(("127.0.0.1", WEB_PORT))
        assert int(ask(connection, web_server())["port"]) > WEB_PORT


def test_a_busy_port_that_must_be_had_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with _listening(WEB_PORT), supervisor_here(), dial(home) as connection:
        assert ask(connection, web_server(port_is_fixed=True))["error"] == (
            f"web cannot start: port {WEB_PORT} is in use on 127.0.0.1. Free it or choose another."
        )


def test_when_every_port_is_busy_the_error_names_them(
    home: Path, supervisor_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spec, "PORTS_TO_TRY", 2)
    with (
        _listening(WEB_PORT),
        _listening(WEB_PORT + 1),
        supervisor_here(),
        dial(home) as connection,
    ):
        error = str(ask(connection, web_server())["error"])
        assert error.startswith(f"web cannot start: ports {WEB_PORT} to {WEB_PORT + 1} are in use")


def test_a_server_without_a_question_is_ready_when_it_accepts_connections(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), dial(home) as connection:
        port = int(ask(connection, web_server(ask="", answer=""))["port"])
        socket.create_connection(("127.0.0.1", port), timeout=10).close()


def test_a_server_that_is_not_ready_in_time_is_ended_and_told(home: Path, supervisor_here: RunHere) -> None:
    slow = script("import time; print('warming up', flush=True); time.sleep(600)", start_timeout=1.0)
    with supervisor_here(), dial(home) as connection:
        assert str(ask(connection, slow)["error"]).startswith(
            "script was not ready after 1 s: warming up. See "
        )
        assert not is_alive(pids(home)["script"])


def test_a_server_that_does_not_speak_is_not_ready(home: Path, supervisor_here: RunHere) -> None:
    mute = (
        "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"
    )
    with supervisor_here(), dial(home) as connection:
        assert "was not ready" in str(ask(connection, script(mute, start_timeout=1.0)))


def test_a_server_that_ignores_sigterm_is_killed(home: Path, supervisor_here: RunHere) -> None:
    deaf = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
    with supervisor_here(), dial(home) as connection:
        answer = ask(connection, script(deaf, start_timeout=1.5, stop_timeout=0.2))
        assert "deaf" in str(answer["error"])
        assert not is_alive(pids(home)["script"])


def test_what_a_server_started_itself_is_stopped_with_it(home: Path, supervisor_here: RunHere) -> None:
    parent = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("child", "w").write(str(child.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
    with supervisor_here(), dial(home) as connection:
        ask(connection, script(parent))
        child = int((home / "script" / "child").read_text())
        assert is_alive(child)
    assert eventually(lambda: not is_alive(child))


def test_a_server_folder_that_cannot_be_made_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), dial(home) as connection:
        (home / "web").write_text("in the way")
        assert "web cannot start in PHOENIX_HOME" in str(ask(connection, web_server())["error"])


def test_a_left_over_that_cannot_be_ended_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), dial(home) as connection:
        held = Home(home).lock("web")
        assert held is not None
        answer = ask(connection, web_server(stop_timeout=0.05))
        assert "A web server of an earlier run (process 0) still uses" in str(answer["error"])
        os.close(held)
        assert "port" in ask(connection, web_server())


def test_a_left_over_is_ended_before_a_new_server_starts(home: Path, supervisor_here: RunHere) -> None:
    known = Home(home)
    with supervisor_here(), dial(home) as connection:
        ask(connection, web_server())
        first = known.pid("web")
        (known.run / "web.lock").rename(known.run / "other.lock")
        ask(connection, web_server("other", stop_timeout=0.5))
        assert not is_alive(first)


def test_the_log_of_the_run_before_is_kept(given: Settings, home: Path) -> None:
    saying = "import sys, http.server as h; print('run {dir}', flush=True); sys.exit('over')"
    for _ in range(2):
        with pytest.raises(ConfigurationError), servers(given, [script(saying)]):
            pass
    assert (home / "logs" / "script.log.1").read_text().endswith("over\n")
