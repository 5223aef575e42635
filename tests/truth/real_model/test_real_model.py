"""A real language model writes about our sample records; run with `make bench-llm`.

Once it is coached, so that more of it can be read and be published, and once it is asked as the project asks.
Printed is what became of every text; all of them are written to a page, to be read against the facts by hand.
LLM_WEIGHTS is another model's GGUF file; LLM_RECORDS takes fewer records than our 23 samples, or made-up homes
besides them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
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
from tests.truth.real_model.coach import Body, as_it_is, coached
from tests.truth.real_model.transcript import Outcome, Text, page, rules, table, texts_in
from tests.truth.real_model.witness import witnessed

__all__ = ["nothing_cached", "prefect_url", "run_flow", "store"]

pytestmark = [pytest.mark.llm, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = os.environ.get("LLM_WEIGHTS")
RECORDS = int(os.environ.get("LLM_RECORDS", "23"))


@pytest.mark.parametrize("put", [coached, as_it_is], ids=["coached", "as-it-is"])
def test_every_text_of_a_real_model_comes_to_an_end_and_is_written_down(
    run_flow: Callable[..., State[RunReport]],
    store: Store,
    settings: Settings,
    put: Callable[[Body], Body],
) -> None:
    store.raw.add(list(islice(records(), RECORDS)))
    weights = Path(WEIGHTS) if WEIGHTS else smollm2()
    with serving(weights) as server, witnessed(server, put) as (witness, address):
        patient = {"llm_timeout_seconds": 600, "max_concurrency": SLOTS, "daily_llm_budget": Decimal(1000)}
        report = run_flow(settings.model_copy(update=at_every_tier(address) | patient)).result()
    documents = list(store.processed.find())
    texts = [text for document in documents for text in texts_in(document, witness)]
    tell(texts, f"{weights.stem}, {put.__name__}", report)
    assert len(texts) == len(Operation) * len(documents)
    assert all(text.said for text in texts if text.outcome is not Outcome.NOT_ASKED)


def records() -> Iterator[RawRecord]:
    """The sample records, then made-up homes in the plain shape."""
    yield from (one for one in read_records(samples_dir()) if isinstance(one, RawRecord))
    for number, home in enumerate(homes()):
        yield RawRecord(id=f"home-{number}", source="phoenix_mls", data=home.fields)


def tell(texts: list[Text], model: str, report: RunReport) -> None:
    path = ROOT / ".phoenix" / "real_model" / f"{model.replace(', ', '-')}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {model}\n\n{page(texts)}", encoding="utf-8")
    ours = [text for text in texts if text.is_published_by_the_model]
    print(f"\n\n{model}: {report.one_line}\n\n{table(texts)}\n\n{rules(texts)}")
    print(f"\nPublished as a model's: {len(ours)} texts, {sum(len(one.words) for one in ours)} parts")
    print(f"Read them against their facts: {path}")
