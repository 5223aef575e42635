"""Where things stand: `phoenix status` and `phoenix budget`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from deployments.cli.console import print_json, print_table, say
from deployments.cli.records import open_store
from phoenix_real_estate.accounts import budget_summary, status_summary
from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.money import micro_usd
from phoenix_real_estate.settings import load_settings

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def status(as_json: AsJson = False) -> None:
    """How many records are where."""
    settings = load_settings()
    with open_store(settings) as store:
        summary = status_summary(store)
    if as_json:
        print_json(summary)
        return
    for title, counts in summary.items():
        rows = [(name.replace("_", " "), f"{count:,}") for name, count in counts.items()]
        print_table(title.replace("_", " ").capitalize(), ("", "count"), rows, right=("count",))
    if settings.mongodb_uri is None:
        say(f"These are the embedded servers' records, in {settings.phoenix_home.absolute()}.")


def budget(as_json: AsJson = False) -> None:
    """What was spent on LLM calls today and this month, and what is left."""
    settings = load_settings()
    with open_store(settings) as store:
        policy = BudgetPolicy(daily_limit_micro_usd=micro_usd(settings.daily_llm_budget))
        summary = budget_summary(Ledger(store.database, policy))
    if as_json:
        print_json(summary)
        return
    money = [(name, value) for name, value in summary.items() if name.endswith("_usd")]
    print_table(
        f"LLM budget of {summary['day']}",
        ("", "USD"),
        [(name.removesuffix("_usd").replace("_", " "), f"{value:.6f}") for name, value in money],
        right=("USD",),
    )
    _print_models(summary["by_model"])


def _print_models(by_model: dict[str, dict[str, Any]]) -> None:
    if not by_model:
        return
    head = ("model", "calls", "tokens in", "tokens out", "USD")
    rows = [
        (
            model,
            f"{one['calls']:,}",
            f"{one['input_tokens']:,}",
            f"{one['output_tokens']:,}",
            f"{one['cost_usd']:.6f}",
        )
        for model, one in by_model.items()
    ]
    print_table("Today by model", head, rows, right=head[1:])
