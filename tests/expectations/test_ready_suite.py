"""A suite made ready once says of every table what Great Expectations' own validation says of it."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pandas as pd
import pytest

from expectations.frame import KEY, frame_of, judged
from expectations.validation import SUITES, _suite
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Address, Enrichment, Property
from tests.expectations.candidates import at, candidate, house
from tests.expectations.test_gate import mixed_batch

with warnings.catch_warnings():
    # Great Expectations imports what the standard library deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import great_expectations as gx

    from expectations.ready_suite import Outcome, ReadySuite, ready

THRESHOLD = 0.9
LITTLE = candidate(property=Property(address=Address()), description="It has 4 bedrooms.", features=None)
ODD = (
    LITTLE,
    candidate(property=house(address=at(city="4711", zip="10001"), price=10**10, bedrooms=None)),
    candidate().model_copy(update={"enrichment": Enrichment()}),
)


def tables() -> dict[str, pd.DataFrame]:
    odd = [one.model_copy(update={"key": f"odd-{number}"}) for number, one in enumerate(ODD)]
    batches = {
        "one house": mixed_batch(1)[0],
        "one that fails": [odd[1]],
        "one of which nothing is known": [odd[0]],
        "some of each": [*mixed_batch(23)[0], *odd],
    }
    return {name: frame_of([judged(one) for one in batch]) for name, batch in batches.items()}


def validated(name: str, frame: pd.DataFrame) -> list[Any]:
    """The results of a validation as Great Expectations does it."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("batch").add_dataframe_asset("candidates")
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(
            name=name,
            data=asset.add_batch_definition_whole_dataframe("all"),
            suite=context.suites.add(gx.ExpectationSuite(**json.loads(_suite(name)))),
        )
    )
    found: list[Any] = definition.run(
        batch_parameters={"dataframe": frame},
        expectation_parameters={"threshold": THRESHOLD},
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [KEY]},
    ).results
    return found


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", SUITES)
def test_every_expectation_says_what_a_validation_by_great_expectations_says(name: str) -> None:
    suite = ReadySuite(_suite(name), THRESHOLD)
    for table, frame in tables().items():
        ours = {one.configuration.meta["rule"]: (one.success, one.result) for one in suite.run(frame)}
        theirs = {
            one.expectation_config.meta["rule"]: (one.success, one.result) for one in validated(name, frame)
        }
        assert str(ours) == str({rule: theirs[rule] for rule in ours}), table
        assert ours.keys() == theirs.keys()


def failing(outcomes: list[Outcome]) -> dict[str, list[str]]:
    return {
        one.configuration.meta["rule"]: [row[KEY] for row in one.result["unexpected_index_list"]]
        for one in outcomes
        if not one.success
    }


def test_a_table_leaves_nothing_for_the_next() -> None:
    suite = ReadySuite(_suite("facts"), THRESHOLD)
    good, bad = (frame_of([judged(one)]) for one in (candidate("good"), candidate("bad", house(price=0))))
    told = [failing(suite.run(frame)) for frame in (good, bad, good, bad.assign(**{KEY: "worse"}))]
    assert told == [{}, {"facts.price": ["bad"]}, {}, {"facts.price": ["worse"]}]


def test_a_table_that_breaks_an_expectation_does_not_break_the_next() -> None:
    suite, frame = ReadySuite(_suite("facts"), THRESHOLD), frame_of([judged(candidate())])
    with pytest.raises(GateError, match=r"facts\.price could not run"):
        suite.run(frame.drop(columns="price"))
    assert failing(suite.run(frame)) == {}


def test_each_threshold_has_a_suite_of_its_own() -> None:
    frame = frame_of([judged(candidate())]).assign(quality_score=0.8)
    text = _suite("enrichment")
    assert failing(ready(text, 0.7).run(frame)) == {}
    assert failing(ready(text, 0.9).run(frame)) == {"quality.score": ["house"]}
    assert failing(ready(text, 0.7).run(frame)) == {}


def test_a_suite_that_left_expectations_out_is_refused() -> None:
    told = json.loads(_suite("facts"))
    told["expectations"][0]["type"] = 7
    with pytest.raises(GateError, match="suite facts"):
        ReadySuite(json.dumps(told), THRESHOLD)
