"""What stands behind each traced word: its field and its source."""

from __future__ import annotations

from phoenix_real_estate import grounding
from phoenix_real_estate.models import (
    Enrichment,
    InvestmentAnalysis,
)
from tests.grounding.judged_texts import COLLECTED, FIGURES
from tests.sample import HOUSE


def test_every_claim_is_traced_to_its_field_and_source() -> None:
    known = HOUSE.model_copy(update={"provenance": {"bedrooms": "phoenix_mls", "valuations": "maricopa_api"}})
    text = (
        "A 4-bedroom home on Main Street in Phoenix. It has a private pool, tile roof and no spa. "
        "The full cash value is $480,000. It is 32 years old and rents for nothing known."
    )
    traces = grounding.trace(
        Enrichment(description=text), COLLECTED.model_copy(update=known.model_dump(include={"provenance"}))
    )
    told = {(one.span, one.fact, one.source) for one in traces}
    assert ("4-bedroom", "bedrooms", "phoenix_mls") in told
    assert ("Main Street", "address", "property") in told
    assert ("Phoenix", "address", "property") in told
    assert ("private pool", "pool_type", "property") in told
    assert ("$480,000", "full_cash_value", "maricopa_api") in told
    assert ("32 years old", "year_built", "property") in told
    (pool,) = (one for one in traces if one.fact == "pool_type")
    assert pool.sentence == "It has a private pool, tile roof and no spa."
    assert not any("spa" in one.span for one in traces)


def test_a_computed_figure_is_traced_to_its_computation() -> None:
    assert FIGURES is not None
    analysis = InvestmentAnalysis(
        narrative=f"The cap rate is {FIGURES.cap_rate}%.", figures={"note": "4 bedrooms"}
    )
    traces = grounding.trace(Enrichment(investment_analysis=analysis), COLLECTED)
    assert [(one.fact, one.source) for one in traces] == [("cap_rate", "computed"), ("bedrooms", "property")]


def test_a_number_under_a_label_is_traced_where_it_stands() -> None:
    analysis = InvestmentAnalysis(figures={"bedrooms": "4, and 99 of nothing"})
    (found,) = grounding.trace(Enrichment(investment_analysis=analysis), COLLECTED)
    assert (found.span, found.fact, found.sentence) == ("4", "bedrooms", "4, and 99 of nothing")
