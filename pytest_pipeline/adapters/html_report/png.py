"""Figures as pictures: drawn in the colours of the light scheme, on white."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.html_report.palette import VARIABLES
from pytest_pipeline.adapters.html_report.svg import SETTINGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 150
_PROPERTIES = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def painted(draw: Callable[[], Figure]) -> bytes:
    """Return a figure as a PNG.

    Args:
        draw: Makes the figure, in the stand-in colours of the palette.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    import matplotlib as mpl

    file = BytesIO()
    with mpl.rc_context(SETTINGS):
        figure = draw()
        figure.draw_without_rendering()  # ticks are made when they are first drawn
        _recolour(figure)
        figure.savefig(
            file, format="png", dpi=_DOTS_PER_INCH, facecolor="white", metadata={"Software": None}
        )
    return file.getvalue()


def _recolour(figure: Figure) -> None:
    """Replace stand-in colours by those that the style sheet gives the light scheme."""
    from matplotlib.colors import to_hex

    colours = _light_scheme()
    for artist in figure.findobj():
        for name in _PROPERTIES:
            value: Any = getattr(artist, f"get_{name}", lambda: None)()
            with suppress(ValueError):  # no single colour
                wanted = colours.get(to_hex(value))
                if wanted:
                    getattr(artist, f"set_{name}")(wanted)


def _light_scheme() -> dict[str, str]:
    """Return colour by stand-in; the first scheme of the style sheet is the light one."""
    style = (files("pytest_pipeline.adapters.html_report") / "templates" / "style.css").read_text(
        encoding="utf-8"
    )
    named: dict[str, str] = {}
    for name, colour in re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", style):
        named.setdefault(name, colour)
    return {stand_in: named[name] for stand_in, name in VARIABLES.items()}
