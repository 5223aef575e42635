"""What the project keeps in MongoDB: records, properties, dead letters, decisions, market areas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.areas import MarketAreas
from phoenix_real_estate.store.connection import Document, connect, reachable, utc_now
from phoenix_real_estate.store.dead_letters import DeadLetter, DeadLetters
from phoenix_real_estate.store.decisions import ReviewDecisions
from phoenix_real_estate.store.history import ProcessedHistory
from phoenix_real_estate.store.processed import ProcessedProperties
from phoenix_real_estate.store.raw import Added, RawOutcome, RawRecords
from phoenix_real_estate.store.reruns import Reruns

__all__ = [
    "Added",
    "DeadLetter",
    "DeadLetters",
    "MarketAreas",
    "ProcessedProperties",
    "RawOutcome",
    "RawRecords",
    "Store",
]

# Claims and writes go by `_id`; these serve the search for claimable records, consumers and reports.
INDEXES = {
    "raw_properties": (("processing.status", "processing.lease_until"),),
    "processed_properties": (("status",), ("address_key",)),
    "processed_history": (("property_id",),),
    "backfill_chunks": (("job",),),
    "llm_calls": (("day",), ("flow_run_id",)),
}


class Store:
    """The project's collections in one database. A context manager: leaving closes the connection."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.raw = RawRecords(database, clock)
        self.areas = MarketAreas(database, clock)
        self.reruns = Reruns(database, clock)
        self.processed = ProcessedProperties(database, self.areas)
        self.history = ProcessedHistory(database)
        self.dead_letters = DeadLetters(database)
        self.decisions = ReviewDecisions(database)

    @classmethod
    def connect(cls, settings: Settings) -> Store:
        """Connects, and creates the indexes that are missing.

        Raises:
            ConfigurationError: MONGODB_URI is malformed or its user is refused.
            StoreUnavailable: nothing answers there.
        """
        store = cls(connect(settings))
        try:
            store._create_indexes()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        self.database.client.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @reachable()
    def _create_indexes(self) -> None:
        for collection, keys in INDEXES.items():
            models = [IndexModel([(field, ASCENDING) for field in fields]) for fields in keys]
            self.database[collection].create_indexes(models)
