"""The connection to MongoDB, and its failures in the project's own words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pymongo
from bson.codec_options import DatetimeConversion
from pymongo import errors
from pymongo.database import Database

from phoenix_real_estate.errors import ConfigurationError, StoreUnavailable
from phoenix_real_estate.settings import Settings

Document = dict[str, Any]

PATIENCE_SECONDS = 5
SCHEMES = ("mongodb://", "mongodb+srv://")
# A name or address, perhaps a port, perhaps the default database.
HOST = re.compile(r"(\[[0-9a-fA-F:.]*\]|[^:/\[\]]*)(:\d*)?(/[^:]*)?")
ADVICE = "Correct MONGODB_URI, or unset it to use the embedded server."
# Unauthorized, AuthenticationFailed, and Atlas' own code for the latter.
REFUSED_CODES = (13, 18, 8000)
OUT_OF_REACH = (errors.ConnectionFailure, errors.ExecutionTimeout, errors.WTimeoutError)


def connect(settings: Settings) -> Database[Document]:
    """The project's database, after its server has answered.

    Raises:
        ConfigurationError: MONGODB_URI is unset, malformed, or its user is refused.
        StoreUnavailable: nothing answers there.
    """
    if settings.mongodb_uri is None:
        raise ConfigurationError("MONGODB_URI is not set, and no embedded server was started. Set it.")
    client = _client(settings.mongodb_uri)
    try:
        database = _database(client, settings.mongodb_database)
        with reachable(f"MONGODB_URI {without_credentials(settings.mongodb_uri)}"):
            client.admin.command("ping")
    except BaseException:
        client.close()
        raise
    return database


@contextmanager
def reachable(what: str = "MongoDB (MONGODB_URI)") -> Iterator[None]:
    """Turns the driver's errors about connections and rights into ours; others are bugs and pass through."""
    try:
        yield
    except OUT_OF_REACH as problem:
        cause = re.split(r"[,(\n]", str(problem))[0].strip()[:160]
        raise StoreUnavailable(f"{what} does not answer: {cause}. Start that server. {ADVICE}") from None
    except errors.OperationFailure as problem:
        if problem.code not in REFUSED_CODES:
            raise
        raise ConfigurationError(
            f"{what} refuses the user or password, or the user may not do this. {ADVICE}"
        ) from None


def without_credentials(uri: str) -> str:
    """The URI's hosts and path, fit for an error message. What may be a piece of a password is `***`."""
    scheme, separator, rest = uri.rpartition("://")
    hosts = rest.rpartition("@")[2].split("?")[0]
    shown = ",".join(host if HOST.fullmatch(host) else "***" for host in hosts.split(","))
    return f"{scheme}{separator}{shown}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def _client(uri: str) -> pymongo.MongoClient[Document]:
    try:
        return _checked_client(uri)
    except (errors.PyMongoError, UserWarning, ValueError, TypeError) as problem:
        raise ConfigurationError(
            f"MONGODB_URI {without_credentials(uri)} cannot be used{_cause(uri, problem)}. {ADVICE}"
        ) from None


def _checked_client(uri: str) -> pymongo.MongoClient[Document]:
    """The driver takes a URI without a scheme for a host, and only warns of options it does not know."""
    if not uri.startswith(SCHEMES):
        raise ValueError(f"it must begin with {' or '.join(SCHEMES)}")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        return pymongo.MongoClient[Document](uri, **_options(uri))


def _cause(uri: str, problem: Exception) -> str:
    """The driver may quote the URI: its words are kept back where there is something to leak."""
    if "@" in uri or "***" in without_credentials(uri):
        return ""
    return f": {str(problem).splitlines()[0].rstrip('.')}"


def _options(uri: str) -> dict[str, Any]:
    """Times are UTC and aware; what a foreign collector wrote never breaks the reading of its neighbours."""
    options: dict[str, Any] = {
        "tz_aware": True,
        "datetime_conversion": DatetimeConversion.DATETIME_AUTO,
        "unicode_decode_error_handler": "replace",
        "appname": "phoenix-real-estate",
    }
    if "serverselectiontimeoutms" not in uri.lower():
        options["serverSelectionTimeoutMS"] = PATIENCE_SECONDS * 1000
    return options


def _database(client: pymongo.MongoClient[Document], name: str) -> Database[Document]:
    try:
        return client[name]
    except errors.InvalidName as problem:
        raise ConfigurationError(f"MONGODB_DATABASE {name!r} cannot be used: {problem}.") from None
