"""The run report: an artifact in the Prefect UI, and the same as files, to read without any server."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.urls import url_for

from phoenix_real_estate.accounting import billed
from phoenix_real_estate.budget import RunSpend
from phoenix_real_estate.report import RunReport, RunTally, to_html, to_markdown
from phoenix_real_estate.report_card import report_card
from tasks.resources import Resources, RunPlan, resources_of

ARTIFACT_KEY = "enrichment-run"


@task(name="report", cache_policy=NO_CACHE)
def report_run(plan: RunPlan, tally: RunTally, started_at: datetime) -> RunReport:
    """Puts what the run did where people look: the run's page in the UI, and PHOENIX_HOME/reports."""
    resources = resources_of(plan)
    report = _report(resources, tally, started_at)
    markdown = to_markdown(report)
    create_markdown_artifact(key=ARTIFACT_KEY, markdown=markdown, description=report.one_line)
    folder = resources.settings.phoenix_home.absolute() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{started_at:%Y%m%dT%H%M%S}-{plan.flow_run_id}"
    (folder / f"{name}.md").write_text(markdown, encoding="utf-8")
    page = folder / f"{name}.html"
    page.write_text(to_html(_beside(report, folder)), encoding="utf-8")
    return report.model_copy(update={"page": str(page)})


def _beside(report: RunReport, folder: Path) -> RunReport:
    """The report with paths as links of a page in this folder: they hold when PHOENIX_HOME is moved."""
    docs = report.data_docs and Path(os.path.relpath(report.data_docs, folder)).as_posix()
    return report.model_copy(update={"data_docs": docs})


def _report(resources: Resources, tally: RunTally, started_at: datetime) -> RunReport:
    today = resources.ledger.today()
    flow_run_id = resources.plan.flow_run_id
    run = resources.ledger.spent_in(flow_run_id) if flow_run_id else RunSpend()
    stop = (str(tally.stop),) if tally.stop else ()
    return RunReport(
        flow_run_id=flow_run_id,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        ended=tally.ended,
        batches=tally.batches,
        lines=billed(tally.lines, run.by_property),
        spent_in_run_micro_usd=run.cost_micro_usd,
        spent_today_micro_usd=today.spent_micro_usd,
        daily_limit_micro_usd=today.limit_micro_usd,
        models=run.by_model,
        report_card=report_card(mark for line in tally.lines for mark in line.marks),
        notes=(*stop, *tally.notes),
        data_docs=str(tally.docs) if tally.docs else None,
        spending=resources.ledger.course(),
        time_zone=resources.ledger.policy.time_zone,
        quality_threshold=resources.settings.quality_threshold,
        drift=tally.drift,
        run_url=url_for("flow-run", obj_id=flow_run_id) if flow_run_id else None,
    )
