"""Keeps enough healthy instances serving, whatever a plan intends."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.health import POLL_S, not_ready
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import HealthTimeoutError, TargetError

#: How long a shift waits for instances that are not ready at the moment, seconds.
PATIENCE_S = 15.0


def await_candidates(site: Site, step: Shift, watch: Watch) -> None:
    """Wait until the candidate's instances that are to get their first traffic are ready again.

    They were ready before, but other steps may have passed since.

    Raises:
        TargetError: If one ended: nothing starts it again.
        HealthTimeoutError: If one is not in time.
    """
    clock, serving = site.tools.clock, site.serving()
    waiting = [each for each in step.candidate if each not in serving]
    deadline = clock.now() + PATIENCE_S
    while waiting := not_ready(site, waiting):
        if ended := _ended(site, waiting):
            raise TargetError(
                f"{ended[0]} was ready and ended since", output=site.log_tail(ended[0])
            )
        if clock.now() > deadline:
            raise HealthTimeoutError(
                f"{waiting[0]} was ready and is not any more, for {PATIENCE_S:g} s",
                output=site.log_tail(waiting[0]),
            )
        watch.look()
        clock.sleep(POLL_S)


def demand_capacity(site: Site, step: Shift, watch: Watch) -> None:
    """Wait until a shift leaves the minimum of healthy instances, or no fewer than serve now.

    Raises:
        TargetError: If that does not come true in time, or cannot: too few still run.
    """
    clock, floor = site.tools.clock, site.minimum_healthy
    staying = _serving(step)
    leaving = site.serving() - staying
    if not leaving or not floor:
        return
    deadline = clock.now() + PATIENCE_S
    while not _suffice(site, staying, leaving, floor):
        ended = _ended(site, staying)
        if clock.now() > deadline or len(staying) - len(ended) < floor:
            because = f" ({', '.join(ended)} ended)" if ended else ""
            raise TargetError(
                f"too few of {len(staying)} instances are healthy to take {len(leaving)} out"
                f"{because}: minimum_healthy is {floor}"
            )
        watch.look()
        clock.sleep(POLL_S)


def _ended(site: Site, instances: Iterable[str]) -> list[str]:
    return [
        each
        for each in sorted(instances)
        if each not in site.fleet or not site.target.is_running(site.fleet[each])
    ]


def _serving(step: Shift) -> frozenset[str]:
    candidate, stable = step.candidate_percent, 100 - step.candidate_percent
    return frozenset((*(step.stable if stable else ()), *(step.candidate if candidate else ())))


def _suffice(site: Site, staying: frozenset[str], leaving: frozenset[str], floor: int) -> bool:
    healthy = _healthy(site, staying, floor)
    return healthy >= floor or not _healthy(site, leaving, floor - healthy)


def _healthy(site: Site, instances: Iterable[str], enough: int) -> int:
    """Count healthy instances, as far as it matters: nobody is asked in vain."""
    healthy, unasked = 0, sorted(instances)
    while unasked and healthy < enough:
        asked, unasked = unasked[: enough - healthy], unasked[enough - healthy :]
        healthy += len(asked) - len(not_ready(site, asked))
    return healthy
