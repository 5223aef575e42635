"""The supervisor in a thread of the test's process: what it does for its clients, step by step."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import pytest

from phoenix_real_estate.embedded import ServerSpec, running_ports, servers, spec, stop, supervisor
from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings
from tests.embedded.processes import WEB_PORT, eventually, is_alive, pids, script, web_server

RunHere = Callable[..., AbstractContextManager[threading.Thread]]


def _dial(home: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    assert eventually(lambda: connection.connect_ex(str(Home(home).socket)) == 0)
    return connection


def _ask(connection: socket.socket, wanted: ServerSpec) -> dict[str, str | int]:
    connection.sendall(json.dumps({"ensure": asdict(wanted)}).encode() + b"\n")
    return json.loads(connection.makefile("rb").readline())  # type: ignore[no-any-return]


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def test_it_runs_a_server_while_a_client_is_there(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here() as thread, servers(given, [web_server()]):
        assert thread.is_alive()
        assert is_alive(pids(home)["web"])
    assert not is_alive(pids(home)["web"])


def test_it_gives_up_when_nobody_comes(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(patience=0.5) as thread:
        thread.join(60)
        assert not thread.is_alive()


def test_it_waits_for_a_client_that_is_there_before_its_patience_ends(
    given: Settings, supervisor_here: RunHere
) -> None:
    with supervisor_here(patience=0.5) as thread, servers(given, [web_server()]):
        thread.join(1)
        assert thread.is_alive()


def test_two_clients_that_ask_at_once_get_one_server(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), _dial(home) as one, _dial(home) as other:
        request = json.dumps({"ensure": asdict(web_server())}).encode() + b"\n"
        one.sendall(request)
        other.sendall(request)
        assert one.recv(1000) == other.recv(1000)


def test_a_client_that_leaves_first_is_let_go_at_once(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here() as thread, _dial(home) as staying:
        _ask(staying, web_server())
        with _dial(home) as leaving:
            leaving.sendall(b'{"leave": true}\n')
            assert leaving.recv(100) == b""
        assert thread.is_alive()
        assert is_alive(pids(home)["web"])


def test_a_fixed_port_that_another_run_did_not_ask_for_is_a_clear_error(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), _dial(home) as connection:
        port = _ask(connection, web_server())["port"]
        wish = web_server(port=WEB_PORT + 50, port_is_fixed=True)
        assert _ask(connection, wish)["error"] == (
            f"web already runs on port {port}, not on {WEB_PORT + 50}. Stop it first: phoenix down."
        )


def test_after_a_failed_start_the_next_who_asks_gets_a_new_try(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), _dial(home) as connection:
        assert "out of luck" in str(_ask(connection, script("raise SystemExit('out of luck')", "web")))
        assert "port" in _ask(connection, web_server())


def test_a_server_that_died_is_started_again(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), _dial(home) as connection:
        _ask(connection, web_server())
        first = pids(home)["web"]
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: "port" in _ask(connection, web_server()) and pids(home)["web"] != first)
        assert is_alive(pids(home)["web"])


def test_a_client_that_goes_while_its_server_starts_leaves_nothing(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here() as thread:
        with _dial(home) as connection:
            connection.sendall(
                json.dumps({"ensure": asdict(script("import time; time.sleep(600)"))}).encode() + b"\n"
            )
            assert eventually(lambda: "script" in pids(home) and pids(home)["script"] > 0)
        thread.join(60)
        assert not is_alive(pids(home)["script"])


def test_a_client_that_goes_while_another_stays_gets_no_answer_and_does_no_harm(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), _dial(home) as staying:
        with _dial(home) as going:
            going.sendall(json.dumps({"ensure": asdict(web_server())}).encode() + b"\n")
        assert "port" in _ask(staying, web_server())


def test_stop_ends_it_although_a_client_is_there(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here() as thread, servers(given, [web_server()]):
        assert stop(home) is True
        thread.join(60)
        assert not is_alive(pids(home)["web"])


def test_who_uses_the_servers_is_told_when_somebody_else_stops_them(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    told = threading.Event()
    with supervisor_here(), servers(given, [web_server()], lost=told.set):
        assert not told.is_set()
        assert stop(home) is True
        assert told.wait(60)


def test_who_leaves_the_servers_is_told_nothing(given: Settings, supervisor_here: RunHere) -> None:
    told, before = threading.Event(), set(threading.enumerate())
    with supervisor_here(), servers(given, [web_server()], lost=told.set):
        pass
    for thread in set(threading.enumerate()) - before:
        if thread.name == "phoenix-servers-lost":
            thread.join(60)
    assert not told.is_set()


def test_what_runs_is_told_without_starting_anything(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    assert running_ports(home) == {}
    with supervisor_here(), _dial(home) as staying:
        assert running_ports(home) == {}
        port = _ask(staying, web_server())["port"]
        assert "error" in _ask(staying, script("raise SystemExit", "broken"))
        assert running_ports(home) == {"web": port}


def test_a_client_whose_server_is_just_starting_when_all_are_stopped_gets_a_new_supervisor(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), _dial(home) as connection:
        slow = script("import time; time.sleep(600)", "web")
        connection.sendall(json.dumps({"ensure": asdict(slow)}).encode() + b"\n")
        assert eventually(lambda: pids(home).get("web", 0) > 0)
        assert stop(home) is True
        assert connection.recv(1) == b"\n"
    with servers(given, [web_server()]) as running:
        assert running.ports["web"]


@pytest.mark.parametrize("bytes_read", [0, 4096])
def test_a_client_that_finds_it_ending_gets_a_new_one(given: Settings, home: Path, bytes_read: int) -> None:
    known = Home(home)
    known.prepare()
    lock = known.lock("supervisor")
    assert lock is not None
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(known.socket))
        ending.listen()

        def end_while_a_client_waits() -> None:
            with ending.accept()[0] as connection:
                connection.recv(bytes_read)
            known.socket.unlink()
            os.close(lock)

        thread = threading.Thread(target=end_while_a_client_waits)
        thread.start()
        with servers(given, [web_server()]) as running:
            assert running.ports["web"]
        thread.join()


def test_a_busy_port_is_passed_over(home: Path, supervisor_here: RunHere) -> None:
    with _listening(WEB_PORT), supervisor_here(), _dial(home) as connection:
        assert int(_ask(connection, web_server())["port"]) > WEB_PORT


def test_a_port_that_another_home_is_about_to_use_is_passed_over(
    home: Path, supervisor_here: RunHere
) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flag,
        supervisor_here(),
        _dial(home) as connection,
    ):
        flag.bind(("127.0.0.1", WEB_PORT))
        assert int(_ask(connection, web_server())["port"]) > WEB_PORT


def test_a_busy_port_that_must_be_had_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with _listening(WEB_PORT), supervisor_here(), _dial(home) as connection:
        assert _ask(connection, web_server(port_is_fixed=True))["error"] == (
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
        _dial(home) as connection,
    ):
        error = str(_ask(connection, web_server())["error"])
        assert error.startswith(f"web cannot start: ports {WEB_PORT} to {WEB_PORT + 1} are in use")


def test_a_server_without_a_question_is_ready_when_it_accepts_connections(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), _dial(home) as connection:
        port = int(_ask(connection, web_server(ask="", answer=""))["port"])
        socket.create_connection(("127.0.0.1", port), timeout=10).close()


def test_a_server_that_is_not_ready_in_time_is_ended_and_told(home: Path, supervisor_here: RunHere) -> None:
    slow = script("import time; print('warming up', flush=True); time.sleep(600)", start_timeout=1.0)
    with supervisor_here(), _dial(home) as connection:
        assert str(_ask(connection, slow)["error"]).startswith(
            "script was not ready after 1 s: warming up. See "
        )
        assert not is_alive(pids(home)["script"])


def test_a_server_that_does_not_speak_is_not_ready(home: Path, supervisor_here: RunHere) -> None:
    mute = (
        "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"
    )
    with supervisor_here(), _dial(home) as connection:
        assert "was not ready" in str(_ask(connection, script(mute, start_timeout=1.0)))


def test_a_server_that_ignores_sigterm_is_killed(home: Path, supervisor_here: RunHere) -> None:
    deaf = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
    with supervisor_here(), _dial(home) as connection:
        answer = _ask(connection, script(deaf, start_timeout=1.5, stop_timeout=0.2))
        assert "deaf" in str(answer["error"])
        assert not is_alive(pids(home)["script"])


def test_what_a_server_started_itself_is_stopped_with_it(home: Path, supervisor_here: RunHere) -> None:
    parent = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("child", "w").write(str(child.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
    with supervisor_here(), _dial(home) as connection:
        _ask(connection, script(parent))
        child = int((home / "script" / "child").read_text())
        assert is_alive(child)
    assert eventually(lambda: not is_alive(child))


def test_a_server_folder_that_cannot_be_made_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), _dial(home) as connection:
        (home / "web").write_text("in the way")
        assert "web cannot start in PHOENIX_HOME" in str(_ask(connection, web_server())["error"])


def test_a_left_over_that_cannot_be_ended_is_a_clear_error(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), _dial(home) as connection:
        held = Home(home).lock("web")
        assert held is not None
        answer = _ask(connection, web_server(stop_timeout=0.05))
        assert "A web server of an earlier run (process 0) still uses" in str(answer["error"])
        os.close(held)
        assert "port" in _ask(connection, web_server())


def test_a_left_over_is_ended_before_a_new_server_starts(home: Path, supervisor_here: RunHere) -> None:
    known = Home(home)
    with supervisor_here(), _dial(home) as connection:
        _ask(connection, web_server())
        first = known.pid("web")
        (known.run / "web.lock").rename(known.run / "other.lock")
        _ask(connection, web_server("other", stop_timeout=0.5))
        assert not is_alive(first)


def test_the_log_of_the_run_before_is_kept(given: Settings, home: Path) -> None:
    saying = "import sys, http.server as h; print('run {dir}', flush=True); sys.exit('over')"
    for _ in range(2):
        with pytest.raises(ConfigurationError), servers(given, [script(saying)]):
            pass
    assert (home / "logs" / "script.log.1").read_text().endswith("over\n")


def test_its_process_ends_on_sigterm_without_closing_connections_first(home: Path) -> None:
    Home(home).prepare()
    left: list[int] = []

    async def run() -> None:
        umask = os.umask(0o077)
        os.umask(umask)
        running = asyncio.create_task(supervisor.main(home, left.append))
        while not Home(home).socket.exists():
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
        os.umask(umask)

    asyncio.run(run())
    assert left == [0]
