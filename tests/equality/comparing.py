"""Whether a suite comes to the same with workers and without."""

from __future__ import annotations

from pathlib import Path

from tests.equality.running import End, run_suite
from tests.equality.suites import Suite


def ends_of(suite: Suite, folder: Path) -> tuple[End, End]:
    """Return what a suite comes to without workers, and with two.

    One that kills its own process leaves nobody behind to say anything unless a controller
    watches, so such a suite is run as a whole pipeline.
    """
    asked = "--pipeline" if "killed" in suite.kinds else "--pipeline-stage=unit"
    alone = run_suite(suite, folder / "alone", asked)
    workers = run_suite(suite, folder / "workers", asked, "-n", "2")
    return alone, workers


def differences(suite: Suite, alone: End, workers: End) -> list[str]:
    """Return in what the two differ, in words; empty when in nothing."""
    if suite.crashes and "ended stage" in alone.output:  # it left before it could write a summary
        alone = End(alone.exit_code, "ERROR", {}, alone.output)
    compared = [
        ("exit code", alone.exit_code, workers.exit_code),
        ("verdict", alone.verdict, workers.verdict),
    ]
    if not suite.is_cut_short:
        names = sorted({*alone.counts, *workers.counts})
        compared += [(name, alone.counts.get(name), workers.counts.get(name)) for name in names]
    return [f"{name}: {one} alone, {two} with workers" for name, one, two in compared if one != two]
