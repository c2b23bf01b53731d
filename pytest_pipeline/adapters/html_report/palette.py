"""Colours of plots and pages: Okabe and Ito's, which colour-blind people tell apart.

Plots are drawn in stand-in colours that the page replaces by CSS variables, so that one drawing
serves the light scheme, the dark one and paper.
"""

from __future__ import annotations

from collections.abc import Mapping

from pytest_pipeline.domain.courses import CourseEventKind
from pytest_pipeline.domain.request_bands import Band

INK, FAINT, GRID, GROUND = "#10101a", "#10101b", "#10101c", "#10101d"

BAND_COLOURS: Mapping[Band, str] = {
    Band.STABLE: "#101020",
    Band.CANDIDATE: "#101021",
    Band.OTHER: "#101022",
    Band.ERROR: "#101023",
    Band.LOST: "#101024",
}

KIND_COLOURS: Mapping[CourseEventKind, str] = {
    CourseEventKind.STEP: FAINT,
    CourseEventKind.TRAFFIC: INK,
    CourseEventKind.DECISION: BAND_COLOURS[Band.LOST],
    CourseEventKind.FAULT: BAND_COLOURS[Band.ERROR],
}

#: Stand-in colour to the CSS variable of the page; see ``templates/style.css``.
VARIABLES: Mapping[str, str] = {
    INK: "--ink",
    FAINT: "--faint",
    GRID: "--grid",
    GROUND: "--ground",
    **{colour: f"--{band}" for band, colour in BAND_COLOURS.items()},
}
