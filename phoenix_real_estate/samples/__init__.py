"""Raw records of our own making in the shapes of both sources: invented houses on real streets."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def samples_dir() -> Path:
    """The folder of the sample files, as `phoenix load` takes it."""
    return Path(str(files("phoenix_real_estate.samples").joinpath("records")))
