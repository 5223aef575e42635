"""The whole thing served, and ended: `phoenix serve` and `down`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from deployments.cli.console import say
from deployments.prefect_server import PORT, prefect_api
from deployments.serving import sole, who_serves
from phoenix_real_estate.embedded import servers, stop
from phoenix_real_estate.embedded.client import Lost
from phoenix_real_estate.settings import Settings, load_settings
from phoenix_real_estate.store import Store


def serve(
    port: Annotated[int, typer.Option(min=1, max=32767, help="Port of the Prefect UI.")] = PORT,
) -> None:
    """The Prefect UI with all deployments of prefect.yaml; runs what they start. Ctrl-C ends it."""
    settings = load_settings()
    with sole(settings.phoenix_home) as place:
        say("Starting the servers ...")
        with _until_stopped() as lost, servers(settings, lost=lost) as running:
            Store.connect(running.settings).close()
            with prefect_api(settings, port=port, lost=lost) as url:
                from deployments.schedule import deployments, serve_deployments
                from deployments.steps import prepare

                served = deployments(prepare())
                ui = url.removesuffix("/api")
                place.tell(ui)
                say(f"Prefect UI: {ui}, where every run and its report can be seen.")
                say(f"{_what_starts_runs(settings)} Ctrl-C ends it.")
                serve_deployments(served)


def _what_starts_runs(settings: Settings) -> str:
    arrivals = ", and seconds after records come in" if settings.enrich_on_arrival else ""
    return f"Enriching what is pending every {settings.processing_interval_minutes} minutes{arrivals}."


@contextmanager
def _until_stopped() -> Iterator[Lost]:
    """Ends what runs in it, and says why, once somebody else stops the servers."""
    stopped = threading.Event()

    def lost() -> None:
        if not stopped.is_set():
            stopped.set()
            os.kill(os.getpid(), signal.SIGINT)

    # A shell that starts it in the background has it ignore this signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield lost
    except KeyboardInterrupt:
        if not stopped.is_set():
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if stopped.is_set():
        say("The embedded servers were stopped (phoenix down), and serving with them.")
        say("Records of a run that was under way are pending again when their lease ends, within 10 minutes.")


def down() -> None:
    """Stop the embedded servers, should any be running, and with them phoenix serve."""
    home = load_settings().phoenix_home
    serving, stopped = who_serves(home), stop(home)
    if serving and stopped:
        say(f"Stopped, and with it phoenix serve ({serving}).")
    elif serving:
        say(f"Nothing embedded was running. phoenix serve ({serving}) uses servers of yours: Ctrl-C ends it.")
    else:
        say("Stopped." if stopped else "Nothing was running.")
