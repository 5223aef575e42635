"""What becomes of records and houses on their way through a batch."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from phoenix_real_estate.errors import PhoenixError
from phoenix_real_estate.grounding import Trace
from phoenix_real_estate.models import EnrichedProperty, Frozen, Verdict
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.replacement import RejectedPart


class Stage(StrEnum):
    """Where in its way a record came to rest."""

    NORMALIZE = "normalize"
    ENRICH = "enrich"
    GATE = "gate"
    PUBLISH = "publish"


class Refused(Frozen):
    """A record that cannot go on, with the reason a person reads."""

    raw_id: str
    stage: Stage
    error_class: str
    message: str

    @classmethod
    def by(cls, raw_id: str, stage: Stage, error: PhoenixError) -> Refused:
        return cls(raw_id=raw_id, stage=stage, error_class=error.reason, message=str(error))


class NormalizedBatch(Frozen):
    """The houses of a claimed batch, and the records that hold none."""

    houses: tuple[House, ...]
    refused: tuple[Refused, ...]


class Judged(Frozen):
    """A house with its texts and the gate's word on them; `rejected` are the texts that gave way to these.

    `traces` tell what the claims of the texts rest on.
    """

    house: House
    enriched: EnrichedProperty
    verdict: Verdict
    rejected: tuple[RejectedPart, ...] = ()
    traces: tuple[Trace, ...] = ()

    @property
    def replaced(self) -> bool:
        """Whether the composer had to take over a part."""
        return any(part.gave_way_to == "composer" for part in self.rejected)


class Published(Frozen):
    """What publishing did: the raw records by their new status, and the houses that did not go out.

    `lost` ones are held by another run now; `overtaken` ones are pending again, because facts of the same
    house were published since they were normalized. `decided` tells by property id what a person has decided
    since then: that stands.
    """

    statuses: dict[str, str]
    lost: tuple[str, ...] = ()
    overtaken: tuple[str, ...] = ()
    decided: dict[str, str] = Field(default={})
