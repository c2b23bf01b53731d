"""Suites that are asked for and never run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Overlap
from pytest_pipeline.errors import SmokeTestError


@dataclass
class RecordedSuites:
    """Implements `engine.ports.SmokeTests`.

    Attributes:
        ran: Release whose suite was run and release that it was run against, in order.
        told: What each of these runs was told of the overlap.
        urls: The address that each of these runs had.
        failing: Runs, as in `ran`, whose tests fail.
    """

    ran: list[tuple[str, str]] = field(default_factory=list)
    told: list[Overlap] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    failing: set[tuple[str, str]] = field(default_factory=set)

    def run(
        self,
        tests: Sequence[str],
        handoff: EnvironmentHandoff,
        *,
        folder: Path,
        suite: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Note what is asked; fail what is to fail."""
        del folder, timeout_s
        assert handoff.overlap is not None
        assert suite is not None
        pair = (handoff.overlap.client, handoff.overlap.server)
        self.ran.append(pair)
        self.told.append(handoff.overlap)
        self.urls.append(handoff.url)
        if pair in self.failing:
            raise SmokeTestError(f"{', '.join(tests)} failed", output=f"the output of {pair}")
