"""What came of prefetching, counted in questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from phoenix_real_estate.models import Frozen
from phoenix_real_estate.prefetch.journal import Outcome

MOST_NOTES = 20
LEFT_OVER = ("under_way", "unaffordable", "put_off")


class Prefetched(Frozen):
    """Different questions are counted, not properties; money is micro-USD at the price of batches.

    What is `answered`, in batches of earlier runs as well, serves the properties without a call. All else is
    left to live calls, and to a later prefetch: `unaffordable` did not fit into the day's budget, `put_off`
    was more than is sent at once, `under_way` is asked by another batch or live, `malformed` and `lost` were
    paid, `errored` and `undone` not.
    """

    cached: int = 0
    under_way: int = 0
    unaffordable: int = 0
    put_off: int = 0
    submitted: int = 0
    resubmitted: int = 0
    answered: int = 0
    malformed: int = 0
    errored: int = 0
    undone: int = 0
    lost: int = 0
    cost_micro_usd: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class Tally:
    """The same while it grows; `left` are the keys of what the next round is to ask."""

    counts: Counter[str] = field(default_factory=Counter)
    cost_micro_usd: int = 0
    left: set[str] = field(default_factory=set)
    _notes: dict[str, None] = field(default_factory=dict)

    def ended(self, outcomes: Mapping[Outcome, int]) -> None:
        """What came of some questions."""
        self.counts.update({outcome.value: number for outcome, number in outcomes.items()})

    def begin_round(self) -> None:
        """What was left over in the last round is asked again, or counted anew."""
        self.left = set()
        self.counts.update({why: -self.counts[why] for why in LEFT_OVER})

    def leave(self, why: str, keys: Collection[str]) -> None:
        """Questions that the next round is to ask: `why` is one of `LEFT_OVER`."""
        self.counts[why] += len(keys)
        self.left.update(keys)

    def note(self, text: str) -> None:
        """For the operator, once however often it is said."""
        if len(self._notes) < MOST_NOTES:
            self._notes[text] = None

    def told(self) -> Prefetched:
        """As the caller gets it."""
        counts = {name: self.counts[name] for name in Prefetched.model_fields if name in self.counts}
        return Prefetched(**counts, cost_micro_usd=self.cost_micro_usd, notes=tuple(self._notes))
