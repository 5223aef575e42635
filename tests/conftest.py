"""Fixtures for all tests: real embedded servers, a database of its own per test, no way to spend money."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
import redis
from bson import ObjectId
from hypothesis import settings
from pymongo.database import Database

from phoenix_real_estate.embedded import Servers, servers
from phoenix_real_estate.llm import shared
from phoenix_real_estate.settings import Settings

# How long an example takes says nothing on a machine that others share.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

VENDORS = ("OPENAI_", "ANTHROPIC_", "OLLAMA_", "LLM_")


@pytest.fixture(autouse=True)
def no_way_to_spend_money(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key, address or setting of the developer's environment or `.env` reaches a test."""
    for name in _settings_in_the_environment():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def a_patient_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine an answer may take longer than a run would wait; that is not what a test is about."""
    monkeypatch.setattr(shared, "ANSWER_TIMEOUT_S", 15.0)


@pytest.fixture(scope="session")
def embedded_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    home = tmp_path_factory.mktemp("phoenix-home")
    bare = Settings(_env_file=None, mongodb_uri=None, redis_url=None, phoenix_home=home)
    with servers(bare) as running:
        yield running


@pytest.fixture(scope="session")
def mongodb_uri(embedded_servers: Servers) -> str:
    assert embedded_servers.settings.mongodb_uri
    return embedded_servers.settings.mongodb_uri


@pytest.fixture(scope="session")
def redis_url(embedded_servers: Servers) -> str:
    assert embedded_servers.settings.redis_url
    return embedded_servers.settings.redis_url


@pytest.fixture
def database(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """An empty MongoDB database that is gone after the test."""
    with pymongo.MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        database = client[f"test_{ObjectId()}"]
        yield database
        client.drop_database(database)


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """An empty Redis; keys and values are text."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushall()
        yield client
        client.flushall()


@pytest.fixture
def settings(
    mongodb_uri: str, redis_url: str, database: Database[dict[str, Any]], tmp_path: Path
) -> Settings:
    """Settings that point at the embedded servers and at this test's database, without any key."""
    return Settings(
        _env_file=None,
        mongodb_uri=mongodb_uri,
        mongodb_database=database.name,
        redis_url=redis_url,
        phoenix_home=tmp_path / "home",
    )


def _settings_in_the_environment() -> list[str]:
    known = {field.upper() for field in Settings.model_fields}
    return [name for name in os.environ if name.upper() in known or name.upper().startswith(VENDORS)]
