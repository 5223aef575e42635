"""What became of the texts of each model and prompt: how often the gate took them, and what they cost.

A text is marked under the model and the prompt version that wrote it first. What a rewrite cost is theirs
too, and what the composer wrote in its place is not their merit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import fmean

from phoenix_real_estate.models import Frozen, Operation
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.replacement import SCORES


class Marks(Frozen):
    """One text as the gate took it.

    `text_score` is the first text's own one of the five scores, `quality_score` the mean of all five of the
    property as it is stored; both 0 to 1. The cost is what this run paid for it, in micro-USD; the tokens
    are counted also where the answer was paid for earlier (`cached`).
    """

    operation: Operation
    model: str
    prompt_version: str
    cached: bool
    rejected: bool
    rewritten: bool
    replaced: bool
    text_score: float | None
    quality_score: float
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


class CardRow(Frozen):
    """The texts of one operation by one model and prompt version, with shares and scores from 0 to 1.

    `rejected_share` are those whose first text the gate rejected, `rewritten_share` those of them that a
    second text was published for, `replaced_share` those that the composer wrote in the end.
    """

    operation: Operation
    model: str
    prompt_version: str
    texts: int
    cached: int
    rejected_share: float
    rewritten_share: float
    replaced_share: float
    text_score: float | None
    quality_score: float
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


def report_card(marks: Iterable[Marks]) -> tuple[CardRow, ...]:
    """A row for every operation, model and prompt version that wrote something."""
    groups: dict[tuple[Operation, str, str], list[Marks]] = {}
    for one in marks:
        groups.setdefault((one.operation, one.model, one.prompt_version), []).append(one)
    return tuple(_row(groups[key]) for key in sorted(groups))


def marks_of(judged: Judged) -> Iterator[Marks]:
    """The marks of a house's texts."""
    for operation, record in judged.enriched.operations.items():
        rejected = [part for part in judged.rejected if part.operation is operation]
        first = rejected[0].record if rejected else record
        score = rejected[0].score if rejected else judged.verdict.scores.get(SCORES[operation])
        replaced = any(part.gave_way_to == "composer" for part in rejected)
        yield Marks(
            operation=operation,
            model=first.model,
            prompt_version=first.prompt_version,
            cached=(rejected[-1].record if replaced else record).cached,
            rejected=bool(rejected),
            rewritten=bool(rejected) and not replaced,
            replaced=replaced,
            text_score=score,
            quality_score=judged.verdict.quality_score,
            input_tokens=record.input_tokens,
            output_tokens=record.output_tokens,
            cost_micro_usd=record.cost_micro_usd,
        )


def _row(marks: Sequence[Marks]) -> CardRow:
    one = marks[0]
    scores = [each.text_score for each in marks if each.text_score is not None]
    return CardRow(
        operation=one.operation,
        model=one.model,
        prompt_version=one.prompt_version,
        texts=len(marks),
        cached=sum(each.cached for each in marks),
        rejected_share=_share(marks, lambda each: each.rejected),
        rewritten_share=_share(marks, lambda each: each.rewritten),
        replaced_share=_share(marks, lambda each: each.replaced),
        text_score=round(fmean(scores), 4) if scores else None,
        quality_score=round(fmean(each.quality_score for each in marks), 4),
        input_tokens=sum(each.input_tokens for each in marks),
        output_tokens=sum(each.output_tokens for each in marks),
        cost_micro_usd=sum(each.cost_micro_usd for each in marks),
    )


def _share(marks: Sequence[Marks], is_so: Callable[[Marks], bool]) -> float:
    return round(sum(map(is_so, marks)) / len(marks), 4)
