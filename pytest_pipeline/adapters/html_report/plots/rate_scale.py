"""The axis of rates: logarithmic, with its figures written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def rate_scale(axes: Axes) -> None:
    """Have the horizontal axis show rates on a logarithmic scale; its limits stay.

    Args:
        axes: The axes; that axis has its limits.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    limits = axes.get_xlim()
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5), numticks=20))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
