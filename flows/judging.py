"""The last word on a batch's texts: gate -> rewrite -> gate -> replace -> gate."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.judgement import JudgedBatch, Written
from phoenix_real_estate.rewriting import rewritable_parts
from tasks import gate
from tasks.inputs import as_is
from tasks.resources import Resources
from tasks.rewriting import rewrite


def last_word(resources: Resources, houses: Sequence[Written], *, with_docs: bool) -> JudgedBatch:
    """Every house judged. What a model wrote and the gate rejects gets one more attempt, then the composer.

    A batch without a rejection, as most are, is judged once.
    """
    batch = gate.judge(resources.plan, as_is(houses), with_docs)
    if not batch.rejects:
        return batch
    if any(map(rewritable_parts, batch.judged)):
        rewritten = rewrite(resources.plan, as_is(batch.judged))
        batch = batch.model_copy(update={"judged": tuple(rewritten)})
    return gate.judge_again(resources.plan, as_is(batch))
