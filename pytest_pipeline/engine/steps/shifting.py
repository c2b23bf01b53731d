"""Sets what the router sends where."""

from __future__ import annotations

from pytest_pipeline.domain.courses import CourseEventKind
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.capacity import await_candidates, demand_capacity
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import TargetStartError


def shift(site: Site, step: Shift, watch: Watch) -> None:
    """Set the shares of the releases.

    Raises:
        TargetStartError: If an instance that is to get traffic ended.
        TargetError: If too few healthy instances would serve.
        RouterError: If the router is dead or refuses.
    """
    _demand_running(site, (*step.stable, *step.candidate))
    await_candidates(site, step, watch)
    demand_capacity(site, step, watch)
    for instances, percent in (
        (step.stable, 100 - step.candidate_percent),
        (step.candidate, step.candidate_percent),
    ):
        if instances and percent:  # what testers of a preview saw is no client's answer
            pool = f"r{site.fleet[instances[0]].release}"
            if pool not in site.counted:
                site.counted[pool] = site.router.statistics(pool)
    if site.instance_counts is not None:
        site.instance_counts.begin((*step.stable, *step.candidate))
    if watch.alarms is not None:
        watch.alarms.note_stable()
    told = site.tools.clock.now()
    site.route(step)
    site.course.needed(site.tools.clock.now() - told)
    site.course.note(CourseEventKind.TRAFFIC, describe(step).removeprefix("shift traffic: "))


def _demand_running(site: Site, instances: tuple[str, ...]) -> None:
    serving = site.serving()
    for each in instances:
        instance = site.fleet.get(each)
        if instance is None or not site.target.is_running(instance):
            when = "while it served" if each in serving else "before it got traffic"
            raise TargetStartError(f"{each} ended {when}", output=site.log_tail(each))
