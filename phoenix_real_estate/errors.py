"""Every error of the project, grouped by what happens next.

PhoenixError
├── ConfigurationError       the operator must act; nothing was claimed
│   └── UnknownPrice         a paid model whose price nobody knows is never called
├── RetriableError           the same work may succeed later; Prefect retries it
│   ├── RateLimited          carries the vendor's wish when to come back
│   ├── ProviderUnavailable  connection, timeout, 5xx, an open circuit
│   ├── MalformedAnswer      the model answered, and was paid, but not with what was asked for
│   ├── StoreUnavailable     MongoDB or Redis does not answer
│   └── AnswerUnderWay       a vendor's batch is about to answer; not retried but put off, no attempt counted
├── RecordError              this record only: a dead letter with its reason, the run goes on
│   ├── UnknownSource        no normalizer is registered for the record's source
│   ├── UnusableRecord       the payload holds no usable property
│   └── UnsupportedProperty  a real property of a kind that is not enriched (vacant land, commercial)
├── GateError                the gate itself could not run: nothing of that batch is published
└── BudgetExhausted          the day's money is gone: stop, resumable; not an error of a record

Each message names the record or the setting, the cause and the next step, in one line.
"""

from __future__ import annotations


class PhoenixError(Exception):
    """Base of all errors that are meant to be read by a person."""

    @property
    def reason(self) -> str:
        """The error class as stored with dead letters and printed for programs."""
        return type(self).__name__


class ConfigurationError(PhoenixError):
    """A setting, key, file or service is wrong. The operator must act before anything can run."""


class UnknownPrice(ConfigurationError):
    """No price is known for a paid model, so its cost cannot be bounded."""


class RetriableError(PhoenixError):
    """The same work may succeed later."""


class RateLimited(RetriableError):
    """The vendor asked to slow down.

    `retry_after` is the vendor's wish in seconds, None when it gave none.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderUnavailable(RetriableError):
    """The provider cannot serve now: connection, timeout, 5xx or an open circuit.

    `maybe_billed` tells the ledger whether the vendor may have charged for the attempt.
    """

    def __init__(self, message: str, *, maybe_billed: bool = True) -> None:
        super().__init__(message)
        self.maybe_billed = maybe_billed


class MalformedAnswer(RetriableError):
    """The model answered, but not with what was asked for: bad JSON, a refusal, a cut-off text."""


class StoreUnavailable(RetriableError):
    """MongoDB or Redis does not answer."""


class AnswerUnderWay(RetriableError):
    """A vendor's batch is about to answer the question: a later run takes it in; none pays twice."""


class RecordError(PhoenixError):
    """This one record cannot be processed; it becomes a dead letter with this reason."""


class UnknownSource(RecordError):
    """No normalizer is registered for the record's source."""


class UnusableRecord(RecordError):
    """The payload holds no usable property."""


class UnsupportedProperty(RecordError):
    """A real property of a kind that is not enriched."""


class GateError(PhoenixError):
    """An expectation could not run, so no verdict can be trusted and nothing is published."""


class BudgetExhausted(PhoenixError):
    """The next attempt's worst case does not fit into what is left of the day's budget."""
