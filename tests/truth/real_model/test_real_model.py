"""A real language model writes about our sample records; run with `make bench-llm`.

It prints what became of every text and writes all of them to a page, to be read against the facts by hand.
LLM_WEIGHTS is another model's GGUF file; LLM_HOMES adds so many made-up homes to the sample records.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State

from phoenix_real_estate.intake import read_records
from phoenix_real_estate.models import Operation, RawRecord
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.conftest import nothing_cached, prefect_url, run_flow, store
from tests.llama_cpp import SLOTS, at_every_tier, serving, smollm2
from tests.truth.homes import homes
from tests.truth.real_model.transcript import Text, page, rules, table, texts_in
from tests.truth.real_model.witness import witnessed

__all__ = ["nothing_cached", "prefect_url", "run_flow", "store"]

pytestmark = [pytest.mark.llm, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = os.environ.get("LLM_WEIGHTS")
HOMES = int(os.environ.get("LLM_HOMES", "0"))


def test_every_text_of_a_real_model_comes_to_an_end_and_none_is_published_unjudged(
    run_flow: Callable[..., State[RunReport]], store: Store, settings: Settings
) -> None:
    store.raw.add(list(records()))
    weights = Path(WEIGHTS) if WEIGHTS else smollm2()
    with serving(weights) as server, witnessed(server) as (witness, address):
        patient = {"llm_timeout_seconds": 600, "max_concurrency": SLOTS, "daily_llm_budget": Decimal(1000)}
        report = run_flow(settings.model_copy(update=at_every_tier(address) | patient)).result()
    documents = list(store.processed.find())
    texts = [text for document in documents for text in texts_in(document, witness)]
    tell(texts, weights.stem, report)
    assert len(texts) == len(Operation) * len(documents)
    assert all(text.words for text in texts)


def records() -> Iterator[RawRecord]:
    """The sample records, and made-up homes in the plain shape."""
    yield from (one for one in read_records(samples_dir()) if isinstance(one, RawRecord))
    for number, home in enumerate(homes()[:HOMES]):
        yield RawRecord(id=f"home-{number}", source="phoenix_mls", data=home.fields)


def tell(texts: list[Text], model: str, report: RunReport) -> None:
    path = ROOT / ".phoenix" / "real_model" / f"{model}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {model}\n\n{page(texts)}", encoding="utf-8")
    ours = [text for text in texts if text.is_published_by_the_model]
    print(f"\n\n{model}: {report.one_line}\n\n{table(texts)}\n\n{rules(texts)}")
    print(f"\nPublished as a model's: {len(ours)} texts, {sum(len(one.words) for one in ours)} parts")
    print(f"Read them against their facts: {path}")
