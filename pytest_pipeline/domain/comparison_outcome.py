"""What a comparison says at its end."""

from __future__ import annotations

from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.exit_codes import ExitCode, decide


def outcome(comparison: Comparison) -> ExitCode:
    """Return the exit code: 2 if stopped, 23 if a strategy failed, 21 if figures are in doubt."""
    rows = [each.figures for each in comparison.strategies]
    codes = [ExitCode.ROLLED_BACK for row in rows if row.failure]
    codes += [ExitCode.INCONCLUSIVE for row in rows if row.problems]
    codes += [ExitCode.INTERRUPTED] if comparison.stopped else []
    return decide(codes)
