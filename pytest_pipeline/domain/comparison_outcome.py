"""What a comparison says at its end."""

from __future__ import annotations

from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.exit_codes import ExitCode, decide


def outcome(comparison: Comparison) -> ExitCode:
    """Return the exit code: 23 where a strategy failed, 21 where figures cannot be trusted."""
    rows = [each.figures for each in comparison.strategies]
    codes = [ExitCode.ROLLED_BACK for row in rows if row.failure]
    codes += [ExitCode.INCONCLUSIVE for row in rows if row.problems]
    return decide(codes)
