"""Whether pytest was content with a stage, once the quarantine has excused what failed."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.tallies import StageRun

#: All passed, none were collected, and tests failed: what excused failures may come to.
_EXPLAINED = (0, 5, None, 1)
#: What pytest-xdist makes of `-x`, and everybody of an interruption.
_INTERRUPTED = 2


def with_contentment(run: StageRun) -> StageRun:
    """Return the run with what excused failures do not explain.

    An excused failure explains that pytest says "a test failed", and nothing else: no other exit
    status, no failure that no test reported, and not what became of the tests after it.

    Args:
        run: The run, its quarantined tests marked.
    """
    counted = run.tally.measurements()
    if run.problems or run.interrupted:
        return run
    if counted["tests.failed"] or not counted["tests.quarantined"]:
        return run
    if run.stopped:
        run = replace(run, left_out=tuple(dict.fromkeys((*run.left_out, run.stopped))))
    return replace(run, problems=_unexplained(run))


def _unexplained(run: StageRun) -> tuple[str, ...]:
    but = "though no test failed that is not quarantined"
    if run.exit_status == _INTERRUPTED and run.gave_up:
        return ()
    if run.exit_status not in _EXPLAINED:
        reason = run.stopped or "a plugin or conftest.py demands more"
        return (f"pytest ended with exit status {run.exit_status} {but}: {reason}",)
    if run.other_failures > 0:
        demands = "a plugin or conftest.py demands more (--cov-fail-under does)"
        return (f"pytest counts more failures than tests reported, {but}: {demands}",)
    return ()
