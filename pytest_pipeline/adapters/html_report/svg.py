"""Figures as SVG inside of a page: the same bytes for the same figure, and nothing asked for."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.html_report.palette import VARIABLES

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

#: How figures are drawn.
SETTINGS: Any = {
    "svg.fonttype": "none",  # text stays text: it can be searched, selected and read out
    "svg.hashsalt": "pytest-pipeline",
    "text.parse_math": False,  # a dollar in the name of a service is a dollar
    "text.usetex": False,
    "font.family": ["sans-serif"],
    "font.size": 10.0,
    "hatch.linewidth": 1.0,
    "path.simplify": True,
    "axes.unicode_minus": False,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_FONT = "font-family: system-ui, sans-serif"


def drawn(draw: Callable[[], Figure], *, name: str, description: str) -> Markup:
    """Return a figure as an SVG element to be put into a page.

    Args:
        draw: Makes the figure.
        name: Distinguishes the figure's parts from those of others on the page; letters, digits
            and dashes.
        description: What it shows, for who does not see it.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    import matplotlib as mpl
    from markupsafe import Markup

    file = StringIO()
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        # A sign that the measuring font lacks: browsers have it.
        warnings.simplefilter("ignore", UserWarning)
        draw().savefig(file, format="svg", transparent=True, metadata=_NO_METADATA)
    return Markup(_inlined(file.getvalue(), name, description))  # noqa: S704 - escaped by the SVG writer


def _inlined(document: str, name: str, description: str) -> str:
    text = document[document.index("<svg") :]
    text = re.sub(r"<!--.*?-->\n?|<metadata>.*?</metadata>\n?", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns:xlink="[^"]*"', "", text).replace("xlink:href", "href")
    text = _with_own_names(text, name)
    text = re.sub(r"#1010[0-9a-f]{2}\b", _variable, text)
    text = re.sub(r"(font: [^;\"]*?px) [^;\"]*", r"\1 system-ui, sans-serif", text)
    text = re.sub(r"font-family: [^;\"]*", _FONT, text)
    head = f'<svg role="img" aria-label="{escape(description)}"'
    return re.sub(r'<svg( width="[^"]*"| height="[^"]*")*', lambda _: head, text, count=1)


def _with_own_names(text: str, name: str) -> str:
    """Drop names that nothing refers to and make the others the figure's own."""
    wanted = set(re.findall(r'(?:href="|url\()#([^")]+)', text))

    def renamed(found: re.Match[str]) -> str:
        return f' id="{name}-{found[1]}"' if found[1] in wanted else ""

    text = re.sub(r' id="([^"]*)"', renamed, text)
    return re.sub(r'(href="|url\()#', rf"\1#{name}-", text)


def _variable(found: re.Match[str]) -> str:
    return f"var({VARIABLES[found[0]]})" if found[0] in VARIABLES else found[0]
