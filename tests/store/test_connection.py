from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pymongo
import pytest
from pymongo import errors
from pymongo.database import Database

from phoenix_real_estate.errors import ConfigurationError, StoreUnavailable
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.connection import reachable

SECRET = "hunter2"


def _with(settings: Settings, **changes: Any) -> Settings:
    return settings.model_copy(update=changes)


def test_a_store_is_connected_and_has_its_indexes(settings: Settings) -> None:
    for _ in range(2):
        with Store.connect(settings) as store:
            assert sorted(store.database["raw_properties"].index_information()) == [
                "_id_",
                "processing.status_1_processing.lease_until_1",
            ]
            assert "status_1" in store.database["processed_properties"].index_information()
            assert "flow_run_id_1" in store.database["llm_calls"].index_information()


def test_an_unset_uri_says_what_to_set(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"^MONGODB_URI is not set"):
        Store.connect(_with(settings, mongodb_uri=None))


@pytest.mark.parametrize(
    "uri",
    [
        "localhost:27017",
        "http://localhost",
        "mongodb://",
        "mongodb://[::1]:99999",
        "mongodb://localhost:99999/",
        "mongodb://localhost/?maxPoolSize=-5",
        "mongodb://localhost/?tsl=true",
    ],
)
def test_a_malformed_uri_is_told_with_its_cause(settings: Settings, uri: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Store.connect(_with(settings, mongodb_uri=uri))
    assert str(refused.value).startswith("MONGODB_URI ")
    assert "cannot be used: " in str(refused.value)
    assert str(refused.value).endswith("unset it to use the embedded server.")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://user:{SECRET}@localhost:notaport/",
        f"mongodb://user:{SECRET}/@localhost/",
        f"mongodb://localhost:{SECRET}",
        f"mongodb://localhost,user:{SECRET}/",
        f"user:{SECRET}@localhost",
        f"mongodb://user:pa:{SECRET}@localhost/",
        f"mongodb://user:{SECRET}@localhost/?authSource=admin&w={SECRET}&tls=maybe",
        f"mongodb://user:{SECRET}@127.0.0.1:1/?serverSelectionTimeoutMS=50",
    ],
)
def test_a_password_is_never_shown(settings: Settings, uri: str) -> None:
    with pytest.raises((ConfigurationError, StoreUnavailable)) as refused:
        Store.connect(_with(settings, mongodb_uri=uri))
    assert SECRET not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_server_that_does_not_answer_is_named_with_what_to_do(settings: Settings) -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"
    with pytest.raises(StoreUnavailable) as refused:
        Store.connect(_with(settings, mongodb_uri=uri))
    assert str(refused.value) == (
        "MONGODB_URI mongodb://127.0.0.1:1/ does not answer: 127.0.0.1:1: [Errno 111] Connection refused. "
        "Start that server. Correct MONGODB_URI, or unset it to use the embedded server."
    )


def test_a_server_is_waited_for_five_seconds_unless_the_uri_says_otherwise(settings: Settings) -> None:
    with Store.connect(settings) as store:
        assert store.database.client.options.server_selection_timeout == 5
    patient = f"{settings.mongodb_uri}&serverSelectionTimeoutMS=7000"
    with Store.connect(_with(settings, mongodb_uri=patient)) as store:
        assert store.database.client.options.server_selection_timeout == 7


def test_a_malformed_database_name_is_a_clear_error(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"^MONGODB_DATABASE 'a b' cannot be used: .*character ' '"):
        Store.connect(_with(settings, mongodb_database="a b"))


def test_a_refused_user_is_a_clear_error(settings: Settings) -> None:
    uri = str(settings.mongodb_uri).replace("//", f"//nobody:{SECRET}@")
    with pytest.raises(ConfigurationError, match="refuses the user or password") as refused:
        Store.connect(_with(settings, mongodb_uri=uri))
    assert SECRET not in str(refused.value)


def test_a_server_that_is_away_makes_every_collection_unavailable() -> None:
    client = pymongo.MongoClient[dict[str, Any]]("mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=30)
    with Store(Database(client, "away")) as away:
        works: list[Callable[[], object]] = [
            away.raw.counts,
            lambda: away.raw.add([RawRecord(id="a", source="phoenix_mls")]),
            lambda: away.raw.claim(1, lease=timedelta(minutes=1)),
            away.processed.counts,
            lambda: next(away.processed.find()),
            lambda: next(away.dead_letters.find()),
        ]
        for work in works:
            with pytest.raises(StoreUnavailable, match=r"^MongoDB \(MONGODB_URI\) does not answer"):
                work()


def test_a_user_without_the_right_to_write_is_a_clear_error() -> None:
    with pytest.raises(ConfigurationError, match="or the user may not do this"), reachable():
        raise errors.OperationFailure("not authorized on phoenix", code=13)


def test_an_error_that_is_a_bug_of_ours_is_not_hidden() -> None:
    with pytest.raises(errors.OperationFailure, match="unknown operator"), reachable():
        raise errors.OperationFailure("unknown operator: $sett", code=9)


def test_a_store_whose_indexes_cannot_be_made_is_closed_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores: list[Store] = []

    def refuse(store: Store) -> None:
        stores.append(store)
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Store, "_create_indexes", refuse)
    with pytest.raises(StoreUnavailable, match="gone"):
        Store.connect(settings)
    with pytest.raises(errors.InvalidOperation, match="after close"):
        stores[0].database.command("ping")
