"""The few shapes that pictures are drawn of. Colours come from classes (`pictures.css`, `page.css`)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Points = Iterable[tuple[float, float]]


def svg(width: int, height: float, told: str, pieces: Iterable[str]) -> str:
    """A picture; `told` is what it shows, in words."""
    size = f'viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="picture" role="img" '
        f'aria-label="{escape(told)}"><title>{escape(told)}</title><g>{"".join(pieces)}</g></svg>'
    )


def as_image(picture: str) -> str:
    """The picture as a `data:` URI with colours of its own.

    They can be read on light and dark ground, since an image does not know what it lies on.
    """
    colours = (files("phoenix_real_estate.report") / "pictures.css").read_text("utf-8")
    alone = picture.replace("<g>", f"<style>{colours}</style><g>", 1)
    return "data:image/svg+xml;base64," + base64.b64encode(alone.encode()).decode()


def text(x: float, y: float, words: str, anchor: Anchor = "start", kind: str = "") -> str:
    """Words whose baseline is at y."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def path(kind: str, points: Points) -> str:
    return f'<polyline class="{kind}" points="{_written(points)}"/>'


def surface(kind: str, points: Points) -> str:
    return f'<polygon class="{kind}" points="{_written(points)}"/>'


def dot(kind: str, x: float, y: float) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _written(points: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
