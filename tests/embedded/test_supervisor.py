"""The supervisor in a thread of the test's process: what it does for its clients, step by step."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from phoenix_real_estate.embedded import running_ports, servers, stop, supervisor
from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.settings import Settings
from tests.embedded.dialing import RunHere, ask, dial
from tests.embedded.processes import WEB_PORT, eventually, is_alive, pids, script, web_server


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
    with supervisor_here(), dial(home) as one, dial(home) as other:
        request = json.dumps({"ensure": asdict(web_server())}).encode() + b"\n"
        one.sendall(request)
        other.sendall(request)
        assert one.recv(1000) == other.recv(1000)


def test_a_client_that_leaves_first_is_let_go_at_once(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here() as thread, dial(home) as staying:
        ask(staying, web_server())
        with dial(home) as leaving:
            leaving.sendall(b'{"leave": true}\n')
            assert leaving.recv(100) == b""
        assert thread.is_alive()
        assert is_alive(pids(home)["web"])


def test_a_fixed_port_that_another_run_did_not_ask_for_is_a_clear_error(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), dial(home) as connection:
        port = ask(connection, web_server())["port"]
        wish = web_server(port=WEB_PORT + 50, port_is_fixed=True)
        assert ask(connection, wish)["error"] == (
            f"web already runs on port {port}, not on {WEB_PORT + 50}. Stop it first: phoenix down."
        )


def test_after_a_failed_start_the_next_who_asks_gets_a_new_try(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), dial(home) as connection:
        assert "out of luck" in str(ask(connection, script("raise SystemExit('out of luck')", "web")))
        assert "port" in ask(connection, web_server())


def test_a_server_that_died_is_started_again(home: Path, supervisor_here: RunHere) -> None:
    with supervisor_here(), dial(home) as connection:
        ask(connection, web_server())
        first = pids(home)["web"]
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: "port" in ask(connection, web_server()) and pids(home)["web"] != first)
        assert is_alive(pids(home)["web"])


def test_a_client_that_goes_while_its_server_starts_leaves_nothing(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here() as thread:
        with dial(home) as connection:
            connection.sendall(
                json.dumps({"ensure": asdict(script("import time; time.sleep(600)"))}).encode() + b"\n"
            )
            assert eventually(lambda: "script" in pids(home) and pids(home)["script"] > 0)
        thread.join(60)
        assert not is_alive(pids(home)["script"])


def test_a_client_that_goes_while_another_stays_gets_no_answer_and_does_no_harm(
    home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), dial(home) as staying:
        with dial(home) as going:
            going.sendall(json.dumps({"ensure": asdict(web_server())}).encode() + b"\n")
        assert "port" in ask(staying, web_server())


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
    with supervisor_here(), dial(home) as staying:
        assert running_ports(home) == {}
        port = ask(staying, web_server())["port"]
        assert "error" in ask(staying, script("raise SystemExit", "broken"))
        assert running_ports(home) == {"web": port}


def test_a_client_whose_server_is_just_starting_when_all_are_stopped_gets_a_new_supervisor(
    given: Settings, home: Path, supervisor_here: RunHere
) -> None:
    with supervisor_here(), dial(home) as connection:
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
