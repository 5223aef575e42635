"""Trials of prompts: which property gets which version, and what depends on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phoenix_real_estate import prompt_versions
from phoenix_real_estate.answers import answer_key
from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import Enrichment, Operation
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompt_versions import version_for, versions_of
from phoenix_real_estate.prompts import catalog_fingerprint, prompt_for, rewrite_prompt
from phoenix_real_estate.prompts.catalog import template_of
from phoenix_real_estate.settings import Settings, load_settings, using
from tests.panels import enrich
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import HOUSE
from tests.vendors import VendorServer

IDS = [f"{10_230_000 + number}" for number in range(2000)]


@pytest.fixture(autouse=True)
def a_second_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The prompts with a v2 and a v10 of the description beside."""
    for name in ("description", "features", "investment_analysis", "rewrite"):
        (tmp_path / name).mkdir()
        text = prompt_versions.template_text(name, "v1")
        (tmp_path / name / "v1.md").write_text(text, encoding="utf-8")
    other = prompt_versions.template_text("description", "v1").replace("warm prose", "sober prose")
    for version in ("v2", "v10"):
        (tmp_path / "description" / f"{version}.md").write_text(other, encoding="utf-8")
    monkeypatch.setattr(prompt_versions, "TEMPLATES", tmp_path)
    template_of.cache_clear()
    yield
    template_of.cache_clear()


def trial(**shares: int) -> Settings:
    return Settings(_env_file=None, prompt_versions={"description": shares})


def versions(**shares: int) -> dict[str, str]:
    return {one: version_for(Operation.DESCRIPTION, one, shares) for one in IDS}


def test_without_a_trial_every_property_gets_v1() -> None:
    assert set(versions().values()) == {"v1"}


def test_shares_are_kept_to_within_what_chance_allows() -> None:
    share = list(versions(v1=80, v2=20).values()).count("v2") / len(IDS)
    assert 0.16 < share < 0.24
    assert set(versions(v1=0, v2=100).values()) == {"v2"}


def test_a_property_stays_with_its_version() -> None:
    assert versions(v1=80, v2=20) == versions(v2=20, v1=80)


def test_of_new_shares_only_those_between_the_borders_notice() -> None:
    before, after = versions(v1=80, v2=20), versions(v1=70, v2=30)
    moved = [one for one in IDS if before[one] != after[one]]
    assert {(before[one], after[one]) for one in moved} == {("v1", "v2")}
    assert 0.07 < len(moved) / len(IDS) < 0.13


def test_a_newer_version_comes_behind_the_older_ones_so_that_their_properties_stay() -> None:
    assert versions_of("description") == ["v1", "v2", "v10"]
    two, three = versions(v1=50, v2=50), versions(v1=50, v2=40, v10=10)
    assert {(two[one], three[one]) for one in IDS if two[one] != three[one]} == {("v2", "v10")}


def test_each_operation_draws_anew() -> None:
    """A trial of two prompts at once could not tell their merits apart else."""
    shares = {"v1": 50, "v2": 50}
    both = {tuple(version_for(one, home, shares) for one in list(Operation)[:2]) for home in IDS}
    assert len(both) == 4


def test_the_versions_in_force_decide_what_is_asked() -> None:
    with using(trial(v1=0, v2=100)):
        description = prompt_for(Operation.DESCRIPTION, HOUSE)
        features = prompt_for(Operation.FEATURES, HOUSE)
    assert description
    assert features
    assert (description.version, features.version) == ("v2", "v1")
    assert "sober prose" in description.request("m").system


def test_two_versions_never_share_an_answer() -> None:
    keys = set()
    for version in ("v1", "v2", "v10"):
        with using(trial(**{version: 100})):
            prompt = prompt_for(Operation.DESCRIPTION, HOUSE)
        assert prompt
        keys |= {
            answer_key(prompt, "openai/gpt-4o-mini"),
            answer_key(rewrite_prompt(prompt, Enrichment(description="x"), ()), "openai/gpt-4o-mini"),
        }
    assert len(keys) == 6


def test_the_fingerprint_of_the_task_cache_follows_versions_and_shares() -> None:
    seen = {catalog_fingerprint()}
    for shares in ({"v2": 100}, {"v1": 80, "v2": 20}, {"v1": 70, "v2": 30}):
        with using(trial(**shares)):
            seen.add(catalog_fingerprint())
            assert template_of(Operation.DESCRIPTION, "v2").content_hash in catalog_fingerprint()
    assert len(seen) == 4


def test_a_text_is_stored_with_the_version_that_asked_for_it(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    settings = here.model_copy(update={"prompt_versions": {"description": {"v2": 100}}})
    with using(settings):
        enriched = enrich(settings, ledger)
    found = {operation.value: record.prompt_version for operation, record in enriched.operations.items()}
    assert found == {"description": "v2", "features": "v1", "investment_analysis": "v1"}


def test_new_shares_are_paid_only_for_those_that_change_their_version(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    homes = [HOUSE.model_copy(update={"parcel_number": one, "square_feet": int(one)}) for one in IDS[:20]]

    def asked(shares: dict[str, int]) -> int:
        before = len(vendors.calls)
        settings = here.model_copy(update={"prompt_versions": {"description": shares}})

        async def tell() -> None:
            panel = Panel.build(settings, ledger)
            for home in homes:
                await Enricher(panel).enrich(home, last_resort=False)
            await panel.close()

        with using(settings):
            run(tell())
        return len(vendors.calls) - before

    before, after = {"v1": 80, "v2": 20}, {"v1": 60, "v2": 40}
    moved = [
        one
        for one in IDS[:20]
        if version_for(Operation.DESCRIPTION, one, before) != version_for(Operation.DESCRIPTION, one, after)
    ]
    assert asked(before) == 60
    assert asked(after) == len(moved) > 0


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"descripton": {"v1": 100}}, "there is no operation 'descripton'; there are description, features"),
        (
            {"features": {"v1": 50, "v2": 50}},
            "there is no version 'v2' of the prompt for features; there are v1",
        ),
        (
            {"description": {"v1": 80, "v2": 30}},
            "the shares of description must be 0 or more and add up to 100",
        ),
        ({"description": {"v1": 120, "v2": -20}}, "the shares of description must be 0 or more and add up"),
        ({"description": {}}, "the shares of description must be 0 or more and add up to 100 percent"),
        ({"description": {"v1": "many"}}, "PROMPT_VERSIONS description.v1: "),
        ("v2", "it is no JSON object, and no file that can be read"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch, value: Any, why: str
) -> None:
    monkeypatch.setenv("PROMPT_VERSIONS", value if isinstance(value, str) else json.dumps(value))
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert why in str(refused.value)
    assert str(refused.value).startswith("Settings are not usable: PROMPT_VERSIONS")


def test_a_trial_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPT_VERSIONS", '{"description": {"v1": 80, "v2": 20}}')
    assert load_settings().prompt_versions == {"description": {"v1": 80, "v2": 20}}
