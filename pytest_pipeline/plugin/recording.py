"""Measurements that tests take: put on their reports, so that they survive pytest-xdist."""

from __future__ import annotations

import json
import math
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.measures import CUSTOM_PREFIX

#: Attribute of a report that carries what its test recorded.
REPORT_ATTRIBUTE = "pipeline_recorded"
#: Attribute of a report that carries the layer of its test.
LAYER_ATTRIBUTE = "pipeline_layer"
#: Where a test keeps its layer, once it was selected.
LAYER_KEY = pytest.StashKey[str]()


def checked(measure: str, value: float) -> float:
    """Return a value that is to be recorded.

    Raises:
        ValueError: If the name is no custom one or the value is not a finite number.
    """
    if not measure.removeprefix(CUSTOM_PREFIX) or not measure.startswith(CUSTOM_PREFIX):
        raise ValueError(
            f"measure {measure!r}: what tests record begins with {CUSTOM_PREFIX!r}, other "
            f"names belong to the pipeline: use '{CUSTOM_PREFIX}{measure}'"
        )
    if not math.isfinite(value):
        raise ValueError(f"measure {measure!r} must be a finite number, got {value!r}")
    return float(value)


@dataclass(eq=False)  # a plugin: pluggy keeps it in sets
class Recorder:
    """Takes what the running test records, until its next report picks it up."""

    _measurements: dict[str, float] = field(default_factory=dict)
    _loads: list[dict[str, Any]] = field(default_factory=list)
    _units: dict[str, str] = field(default_factory=dict)

    def record(self, measure: str, value: float, unit: str = "") -> None:
        """Record a measurement of the running test.

        Args:
            measure: Its name, ``custom.…``.
            value: A finite number.
            unit: Its unit, for people; empty for none.

        Raises:
            ValueError: If the name is no custom one or the value is not a finite number.
        """
        self._measurements[measure] = checked(measure, value)
        if unit:
            self._units[measure] = unit

    def record_load(self, result: LoadResult) -> None:
        """Record the result of a load test."""
        plain = json.loads(json.dumps(asdict(result)))  # what any worker's connection can carry
        self._loads.append({**plain, "errors": {}})

    def take(self) -> dict[str, Any] | None:
        """Return what was recorded since the last call; None for nothing."""
        if not self._measurements and not self._loads:
            return None
        taken: dict[str, Any] = {"measurements": self._measurements, "loads": self._loads}
        if self._units:
            taken["units"] = self._units
        self._measurements, self._loads, self._units = {}, [], {}
        return taken

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what the test recorded on its report, and its layer on the first one."""
        report = yield
        if report.when == "setup":
            setattr(report, LAYER_ATTRIBUTE, item.stash.get(LAYER_KEY, ""))
        taken = self.take()
        if taken is not None:
            setattr(report, REPORT_ATTRIBUTE, taken)
        return report
