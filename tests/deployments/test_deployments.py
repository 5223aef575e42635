"""What prefect.yaml deploys: by `prefect deploy --all` for workers, and by `phoenix serve`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flows import load_flow_from_entrypoint

from deployments.prefect_yaml import FILE, written_deployments
from deployments.schedule import deployments
from deployments.steps import cron_of, from_settings, prepare
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.flows.conftest import prefect_url
from tests.flows.records import houses

__all__ = ["prefect_url"]

ROOT = Path(__file__).resolve().parents[2]
OURS = DeploymentFilter(tags=DeploymentFilterTags(all_=["phoenix-real-estate"]))
NAMES = [one["name"] for one in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]]


def values(settings: Settings) -> dict[str, object]:
    with using(settings):
        return from_settings().model_dump()


def test_every_entrypoint_is_a_flow_that_can_be_loaded(settings: Settings) -> None:
    written = written_deployments(values(settings))
    assert len(written) == len(NAMES) >= 4
    for one in written:
        # A placeholder would hide a flow that cannot be imported.
        flow = load_flow_from_entrypoint(one.entrypoint, use_placeholder_flow=False)
        assert f"{flow.fn.__module__}.{flow.fn.__name__}" == one.entrypoint


def test_what_is_served_is_what_is_written(settings: Settings) -> None:
    served = deployments(values(settings))
    assert [one.name for one in served] == [name.replace("{{ settings.minutes }}", "30") for name in NAMES]
    [scheduled] = [one for one in served if one.schedules]
    assert scheduled.name == "enrich-every-30-minutes"
    assert scheduled.description == ("Enriches what is pending, every 30 minutes, inside the daily budget.")


def test_the_schedule_follows_the_settings(settings: Settings) -> None:
    often = settings.model_copy(update={"processing_interval_minutes": 10})
    [scheduled] = [one for one in deployments(values(often)) if one.schedules]
    assert scheduled.name == "enrich-every-10-minutes"
    [schedule] = scheduled.schedules or []
    assert schedule.schedule == CronSchedule(cron="*/10 * * * *")


@pytest.mark.parametrize(
    ("minutes", "cron"),
    [
        *((1, "*/1 * * * *"), (20, "*/20 * * * *"), (60, "0 * * * *")),
        *((120, "0 */2 * * *"), (720, "0 */12 * * *"), (1440, "0 0 * * *")),
    ],
)
def test_every_interval_that_cron_knows_is_a_schedule(minutes: int, cron: str) -> None:
    assert cron_of(minutes) == cron
    assert CronSchedule(cron=cron)


@pytest.mark.parametrize(
    ("minutes", "instead"), [(7, "6 or 10"), (45, "30 or 60"), (300, "240 or 360"), (2000, "1440")]
)
def test_another_interval_is_refused_with_those_beside_it(minutes: int, instead: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"INTERVAL_MINUTES={minutes} .* Set it to {instead}\."):
        cron_of(minutes)


def test_a_key_that_serve_does_not_know_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    odd = tmp_path / "prefect.yaml"
    odd.write_text(FILE.read_text().replace("    tags: *people\n", "    tags: *people\n    cron: x\n", 1))
    monkeypatch.setattr("deployments.prefect_yaml.FILE", odd)
    with pytest.raises(ValueError, match="cron"):
        written_deployments(values(settings))


def test_a_setting_out_of_range_stops_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCESSING_INTERVAL_MINUTES", "0")
    with pytest.raises(ConfigurationError, match="PROCESSING_INTERVAL_MINUTES"):
        from_settings()


# On a real server


@pytest.fixture
def clean_server(prefect_url: str) -> Iterator[str]:
    """A server without deployments of ours, before and after."""
    _forget_deployments()
    yield prefect_url
    _forget_deployments()


def _forget_deployments() -> None:
    with get_client(sync_client=True) as client:
        for one in client.read_deployments(deployment_filter=OURS):
            client.delete_deployment(one.id)


def prefect(*words: str, folder: Path, **environment: str) -> str:
    """Runs Prefect's own command in a folder, against the test's server."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "PREFECT_API_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        cwd=folder,
        env=inherited | {"DO_NOT_TRACK": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def deploy_all(folder: Path, **settings: str) -> dict[str, DeploymentResponse]:
    """`prefect deploy --all` as README says it, and what is on the server then."""
    with get_client(sync_client=True) as client:
        if not any(pool.name == "phoenix" for pool in client.read_work_pools()):
            prefect("work-pool", "create", "phoenix", "--type", "process", folder=folder)
        prefect("deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"), folder=folder, **settings)
        return {one.name: one for one in client.read_deployments(deployment_filter=OURS)}


def automations() -> dict[str, Mapping[str, Any]]:
    with get_client(sync_client=True) as client:
        answer = client.request("POST", "/automations/filter")
        return {one["name"]: one for one in answer.json()}


def test_what_prefect_deploys_is_on_the_server_as_it_is_written(clean_server: str, tmp_path: Path) -> None:
    found = deploy_all(tmp_path, PROCESSING_INTERVAL_MINUTES="20")
    assert sorted(found) == sorted(name.replace("{{ settings.minutes }}", "20") for name in NAMES)
    for one in found.values():
        assert one.work_pool_name == "phoenix"
        assert one.pull_steps == [
            {"prefect.deployments.steps.set_working_directory": {"directory": str(tmp_path)}}
        ]
        assert "phoenix-real-estate" in one.tags
        assert one.description
        assert one.enforce_parameter_schema
        assert one.entrypoint
        flow = load_flow_from_entrypoint(one.entrypoint, use_placeholder_flow=False)
        assert set(one.parameter_openapi_schema["properties"]) == set(flow.parameters.properties)
        assert all("description" in field for field in one.parameter_openapi_schema["properties"].values())

    scheduled, ad_hoc = found["enrich-every-20-minutes"], found["enrich-ad-hoc"]
    [schedule] = scheduled.schedules
    assert isinstance(schedule.schedule, CronSchedule)
    assert schedule.schedule.cron == "*/20 * * * *"
    assert schedule.active
    assert not any(one.schedules for one in found.values() if one is not scheduled)
    for one, limit, strategy in (
        (scheduled, 1, ConcurrencyLimitStrategy.CANCEL_NEW),
        (ad_hoc, 1, ConcurrencyLimitStrategy.ENQUEUE),
        # A dry run, and one backfill more, do not wait for one that waits for a vendor's batch.
        (found["backfill"], 3, ConcurrencyLimitStrategy.ENQUEUE),
    ):
        assert one.global_concurrency_limit
        assert one.global_concurrency_limit.limit == limit
        assert one.concurrency_options
        assert one.concurrency_options.collision_strategy is strategy
    arrival = automations()["Enrich on arrival"]
    assert arrival["enabled"] is False
    assert arrival["actions"][0]["deployment_id"] == str(ad_hoc.id)


def test_after_a_change_of_the_interval_no_schedule_of_the_old_one_is_left(
    clean_server: str, settings: Settings
) -> None:
    def schedules(minutes: int) -> set[str]:
        changed = settings.model_copy(update={"processing_interval_minutes": minutes})
        with using(changed), get_client(sync_client=True) as client:
            for one in deployments(prepare()):
                one.apply()
            found = client.read_deployments(deployment_filter=OURS)
        return {one.name for one in found if one.schedules}

    assert schedules(30) == {"enrich-every-30-minutes"}
    assert schedules(60) == {"enrich-every-60-minutes"}
    # Deployed twice, it is there once.
    with get_client(sync_client=True) as client:
        [ad_hoc] = [
            one for one in client.read_deployments(deployment_filter=OURS) if one.name == "enrich-ad-hoc"
        ]
        owned = client.request("GET", f"/automations/related-to/prefect.deployment.{ad_hoc.id}").json()
    assert [one["name"] for one in owned] == ["Enrich on arrival"]


WRONG = [
    ("enrich-ad-hoc", {"limit": -1}, "-1 is less than the minimum of 0"),
    ("enrich-ad-hoc", {"batch_size": 5000}, "5000 is greater than the maximum of 1000"),
    ("enrich-ad-hoc", {"time_limit_minutes": 0}, "0 is less than the minimum of 1"),
    ("enrich-ad-hoc", {"models": "best"}, "'best' is not one of ['configured', 'free', 'composer']"),
    ("enrich-ad-hoc", {"sources": ["zillow"]}, "'zillow' is not one of ['maricopa_api', 'phoenix_mls']"),
    ("review", {"wait_hours": 0}, "0 is less than or equal to the minimum of 0"),
    ("replay-dead-letters", {"stage": "publish"}, "'publish' is not one of ['any', 'normalize', "),
    ("replay-dead-letters", {"older_than_days": "old"}, "'old' is not of type 'number'"),
]


def test_a_wrong_value_in_a_form_is_refused_with_the_reason(clean_server: str, settings: Settings) -> None:
    with using(settings):
        ids = {one.name: one.apply() for one in deployments(prepare())}
    with get_client(sync_client=True) as client:
        for name, parameters, reason in WRONG:
            with pytest.raises(PrefectHTTPStatusError, match=re.escape(reason)):
                client.create_flow_run_from_deployment(ids[name], parameters=parameters)


def test_a_worker_of_the_pool_runs_what_prefect_deployed(
    clean_server: str, settings: Settings, tmp_path: Path
) -> None:
    with Store.connect(settings) as store:
        store.raw.add(houses(2))
    ours = {
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
    }
    found = deploy_all(tmp_path)
    with get_client(sync_client=True) as client:
        asked = {"models": "composer", "limit": 1}
        run = client.create_flow_run_from_deployment(found["enrich-ad-hoc"].id, parameters=asked)
        prefect("worker", "start", "--pool", "phoenix", "--run-once", folder=tmp_path / "..", **ours)
        ended = client.read_flow_run(run.id).state
    assert ended
    assert ended.name == "Completed", ended.message
    # PHOENIX_HOME is that of the folder in which it was deployed.
    assert len(list((tmp_path / ".phoenix" / "reports").glob("*.md"))) == 1
