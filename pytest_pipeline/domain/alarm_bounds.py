"""Bounds of alarms as the configuration writes them."""

from __future__ import annotations

import re

from pytest_pipeline.domain.criteria import Comparison, Criterion, parse_criterion

_RATIO = re.compile(r"\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*x\s*")


def parse_bound(text: str) -> Criterion:
    """Read a bound: a criterion, or a multiple of stable's value such as ``<= 1.5x``.

    Raises:
        ConfigError: If the text is of neither form.
    """
    found = _RATIO.fullmatch(text)
    if found is None:
        return parse_criterion(text)
    change_percent = round((float(found[2]) - 1) * 100, 9)
    return Criterion(Comparison(found[1]), change_percent, relative=True)
