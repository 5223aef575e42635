"""Which models are asked, in which order, and whether they are there: `phoenix models`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

import typer
from rich.text import Text

from deployments.cli.console import out, print_json, print_table
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.roster import ModelStatus, Roster, call_roll
from phoenix_real_estate.llm.routing import LOW_BELOW_USD, MID_BELOW_USD
from phoenix_real_estate.settings import load_settings

HEAD = ("tier", "model", "USD/M in", "USD/M out", "ready")
TIERS = (
    f"low: value under ${LOW_BELOW_USD:,}, or simple; mid: value under ${MID_BELOW_USD:,}, or moderate; "
    "high: anything else. Each asks its models from top to bottom; behind them all the built-in composer "
    "writes, at no cost."
)


def models(
    list_all: Annotated[bool, typer.Option("--list", help="Every model that the providers list.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """The models of each tier, their prices, and whether they can be asked now. Nothing is paid."""
    roster = run(call_roll(load_settings()))
    if as_json:
        print_json(roster.model_dump(mode="json"))
        return
    if list_all:
        listed = [(name, model) for name, status in roster.providers.items() for model in status.models]
        print_table("Models that the providers list", ("provider", "model"), listed)
        return
    print_table("Models by tier", HEAD, list(_rows(roster)), right=("USD/M in", "USD/M out"))
    chained = (model for chain in roster.tiers.values() for model in chain)
    for line in dict.fromkeys(f"{_name(model)}: {model.note}" for model in chained if model.note):
        out.print(Text(line), soft_wrap=True)
    out.print(TIERS, soft_wrap=True)


def _rows(roster: Roster) -> Iterator[tuple[str, ...]]:
    for tier, chain in roster.tiers.items():
        for rank, model in enumerate(chain):
            yield (tier if rank == 0 else "", *_row(model))


def _row(model: ModelStatus) -> tuple[str, ...]:
    prices = (_price(model.input_usd), _price(model.output_usd))
    return _name(model), *prices, "yes" if model.ready else "no"


def _name(model: ModelStatus) -> str:
    return f"{model.provider}/{model.model}"


def _price(usd: Decimal | None) -> str:
    if usd is None:
        return "unknown"
    return f"{usd.normalize():f}" if usd else "free"
