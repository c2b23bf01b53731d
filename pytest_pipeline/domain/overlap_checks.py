"""The check of two releases that are about to serve side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_pipeline.domain.fleet_expectations import expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import CheckOverlap, Plan, Shift, Step
from pytest_pipeline.errors import PlanError


@dataclass(frozen=True)
class MixedVersions:
    """What is run while two releases of an environment overlap.

    Attributes:
        tests: Names of layers, or node ids.
        timeout_s: Longest duration of each suite, seconds, > 0.
        check: Whether it is run; otherwise suites are only kept for later deployments.
    """

    tests: tuple[str, ...]
    timeout_s: float = 120.0
    check: bool = True


def with_overlap_check(
    plan: Plan, mixed: MixedVersions, stable: Fleet | None, candidate: Fleet
) -> Plan:
    """Return a plan that checks both releases side by side before clients see the candidate.

    The check stands before the first shift that gives the candidate traffic: its first instances
    are healthy then, and answer at the preview address.

    Args:
        plan: The plan of a strategy.
        mixed: What is run.
        stable: What serves now; None for a first deployment, which has no overlap: the plan is
            returned as it is.
        candidate: What is to serve.

    Raises:
        PlanError: If no instance of stable is left when the candidate's first ones are ready.
    """
    if stable is None or not mixed.check:
        return plan
    index = _first_traffic(plan)
    before = expected(plan, index, stable)
    ready = tuple(each for each in candidate.instances if each in before.running)
    serving = before.shift.stable if before.shift else ()
    if not serving or not ready:
        raise PlanError(
            f"strategy {plan.strategy!r} stops the last instance of stable before the first of the "
            "candidate is ready, so that versions never mix; lower max_unavailable, or take a "
            "strategy that starts new instances first, or drop mixed_versions"
        )
    preview = Shift(serving, ready, 0, preview=True)
    added: list[Step] = [] if before.shift == preview else [preview]
    added.append(CheckOverlap(stable.release, candidate.release, mixed.tests, mixed.timeout_s))
    return replace(plan, steps=(*plan.steps[:index], *added, *plan.steps[index:]))


def _first_traffic(plan: Plan) -> int:
    """Return the number of the first step that lets clients reach the candidate."""
    for index, step in enumerate(plan.steps):
        if isinstance(step, Shift) and step.candidate and _reaches(step):
            return index
    return len(plan.steps)


def _reaches(shift: Shift) -> bool:
    return bool(shift.candidate_percent or shift.rules.testers_header)
