"""A real language model on the wire: llama.cpp with SmolLM2-135M. Opt in with `make test-llm`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from prefect.client.schemas.objects import State

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.llama_cpp import at_every_tier, serving, smollm2

pytestmark = [pytest.mark.llm, pytest.mark.timeout(900)]


@pytest.fixture
def llama_cpp() -> Iterator[str]:
    with serving(smollm2()) as address:
        yield address


def test_one_property_goes_through_a_real_model_with_real_token_counts(
    run_flow: Callable[..., State[RunReport]], store: Store, settings: Settings, llama_cpp: str
) -> None:
    store.raw.add([RawRecord(id="one", source="maricopa_api", data=ONE)])
    report = run_flow(settings.model_copy(update=at_every_tier(llama_cpp))).result()
    assert isinstance(report, RunReport)
    [document] = store.processed.find()
    operations = document["metadata"]["operations"].values()
    assert report.models, "the model was asked"
    assert all(use.input_tokens > 100 and use.output_tokens > 10 for use in report.models.values())
    assert report.spent_in_run_micro_usd > 0
    assert {one["provider"] for one in operations} <= {"openai", "composer"}


ONE = {
    "parcel_number": "103-06-005",
    "situs_address": "4123 N 55TH AVE PHOENIX AZ 85031",
    "sq_ft": 1450,
    "bedrooms": 3,
    "bathrooms": 2,
    "year_built": 1972,
    "price": 310000,
}
