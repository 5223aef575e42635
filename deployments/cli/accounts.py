"""Where things stand: `phoenix status` and `phoenix budget`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.text import Text

from deployments.cli.console import out, print_json, print_table, say
from deployments.cli.records import open_store
from phoenix_real_estate.accounts import answers_summary, budget_summary, status_summary
from phoenix_real_estate.budget import NEARLY_SPENT_PERCENT, BudgetPolicy, Ledger
from phoenix_real_estate.embedded import servers
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.money import micro_usd, usd
from phoenix_real_estate.settings import load_settings

BAR_WIDTH = 40
DEAREST = 5

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def status(as_json: AsJson = False) -> None:
    """How many records are where, and what the answer cache saves."""
    settings = load_settings()
    with servers(settings) as running, open_store(running.settings) as store:
        summary = status_summary(store)
        cache = run(answers_summary(running.settings))
    if as_json:
        print_json({**summary, "answer_cache": cache})
        return
    for title, counts in summary.items():
        rows = [(name.replace("_", " "), f"{count:,}") for name, count in counts.items()]
        print_table(title.replace("_", " ").capitalize(), ("", "count"), rows, right=("count",))
    if cache is not None:
        rate = "" if cache["hit_rate"] is None else f"{cache['hit_rate']:.0%}"
        rows = [
            *(("answers kept", f"{cache['answers']:,}"), ("hits", f"{cache['hits']:,}")),
            *(
                ("misses", f"{cache['misses']:,}"),
                ("hit rate", rate),
                ("saved USD", f"{cache['saved_usd']:.6f}"),
            ),
        ]
        print_table("Answer cache", ("", "count"), rows, right=("count",))
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
    else:
        _show(summary)
        _show_whose_limit(summary, policy)


def _show(summary: dict[str, Any]) -> None:
    day = date.fromisoformat(summary["day"])
    out.print(Text(f"LLM budget of {day:%A}, {day.day} {day:%B %Y}", style="bold"))
    out.print(_bar(summary))
    rows = [
        ("spent", summary["spent_usd"], f"{summary['calls']:,} calls"),
        ("reserved", summary["reserved_usd"], f"{summary['calls_under_way']:,} calls under way"),
        ("remaining", summary["remaining_usd"], ""),
        ("limit", summary["limit_usd"], "a day"),
        (f"{day:%B} so far", summary["month_spent_usd"], ""),
    ]
    told = [(name, f"{amount:.6f}", remark) for name, amount, remark in rows]
    print_table("", ("", "USD", ""), told, right=("USD",))
    for title in ("model", "operation"):
        _print_usage(f"Today by {title}", title, summary[f"by_{title}"])
    _show_properties(summary["by_property"])


def _bar(summary: dict[str, Any]) -> Text:
    """What is spent, what is reserved, and what is left of the limit."""
    limit = summary["limit_usd"]
    spent, reserved = (summary[f"{name}_usd"] / limit if limit else 0.0 for name in ("spent", "reserved"))
    filled = min(BAR_WIDTH, round(spent * BAR_WIDTH))
    held = min(BAR_WIDTH - filled, round(reserved * BAR_WIDTH))
    color = "red" if spent >= 1 else "yellow" if spent >= NEARLY_SPENT_PERCENT / 100 else "green"
    return Text.assemble(
        ("█" * filled, color),
        ("▒" * held, color),
        ("░" * (BAR_WIDTH - filled - held), "dim"),
        f" {spent:.1%} spent" if limit else " there is no money to spend",
        f", {reserved:.1%} reserved" if held else "",
    )


def _print_usage(title: str, kind: str, usage: dict[str, dict[str, Any]]) -> None:
    if not usage:
        return
    head = (kind, "calls", "tokens in", "tokens out", "USD")
    rows = [
        (
            name,
            f"{one['calls']:,}",
            f"{one['input_tokens']:,}",
            f"{one['output_tokens']:,}",
            f"{one['cost_usd']:.6f}",
        )
        for name, one in usage.items()
    ]
    print_table(title, head, rows, right=head[1:])


def _show_properties(usage: dict[str, dict[str, Any]]) -> None:
    """The dearest ones, and what one costs on average."""
    if not usage:
        return
    average = sum(one["cost_usd"] for one in usage.values()) / len(usage)
    dearest = dict(list(usage.items())[:DEAREST])
    title = f"Today by property: {len(usage):,}, ${average:.6f} each"
    _print_usage(f"{title}; the dearest {DEAREST}" if len(usage) > DEAREST else title, "property", dearest)


def _show_whose_limit(summary: dict[str, Any], policy: BudgetPolicy) -> None:
    own = usd(policy.daily_limit_micro_usd)
    if summary["limit_usd"] != own:
        say(
            f"The limit is the one of today's last run (Prefect UI, Blocks, Daily LLM Budget); "
            f"DAILY_LLM_BUDGET says ${own:.2f}."
        )
