"""Which version of a prompt is used for which property: v1 everywhere, unless a trial shares them out.

A trial (PROMPT_VERSIONS) gives each version of an operation's prompt a share in percent. A property's id
falls, for each operation anew, on one of a hundred places, and the versions hold these in their order: v1
from 0 on, then v2. So a property stays with its version for as long as the trial runs, and of a change of
shares only those between the old border and the new one notice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

from phoenix_real_estate.models import Operation

TEMPLATES = files("phoenix_real_estate") / "prompts" / "templates"
DEFAULT = "v1"

Shares = Mapping[str, int]
"""By version, its share of the properties in percent."""


def version_for(operation: Operation, property_id: str, shares: Shares) -> str:
    """The version that a property gets; without shares the default."""
    digest = hashlib.sha256(f"{operation.value} {property_id}".encode()).digest()
    place, border = int.from_bytes(digest[:8], "big") % 100, 0
    for version in sorted(shares, key=_in_order):
        border += shares[version]
        if place < border:
            return version
    return DEFAULT


def checked_shares(trials: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The trials as they are.

    Raises:
        ValueError: an operation or a version that there is not, or shares that are not 100 percent.
    """
    problems = [problem for name, shares in trials.items() for problem in _problems(name, shares)]
    if problems:
        raise ValueError("; ".join(problems))
    return trials


def template_text(operation: str, version: str) -> str:
    """What stands in `templates/<operation>/<version>.md`."""
    return (TEMPLATES / operation / f"{version}.md").read_text(encoding="utf-8")


def versions_of(operation: str) -> list[str]:
    """The versions that there are of an operation's prompt, the oldest first."""
    names = (entry.name for entry in (TEMPLATES / operation).iterdir())
    return sorted((name.removesuffix(".md") for name in names if name.endswith(".md")), key=_in_order)


def _problems(operation: str, shares: Shares) -> Iterator[str]:
    if operation not in list(Operation):
        known = ", ".join(one.value for one in Operation)
        yield f"there is no operation {operation!r}; there are {known}"
        return
    for version in shares.keys() - set(versions_of(operation)):
        known = ", ".join(versions_of(operation))
        yield f"there is no version {version!r} of the prompt for {operation}; there are {known}"
    if min(shares.values(), default=0) < 0 or sum(shares.values()) != 100:
        yield f"the shares of {operation} must be 0 or more and add up to 100 percent"


def _in_order(version: str) -> list[str | int]:
    """v2 before v10."""
    return [int(piece) if piece.isdecimal() else piece for piece in re.split(r"(\d+)", version)]
