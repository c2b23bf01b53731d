"""Performs one step of a plan at a site, through ports."""

from __future__ import annotations

from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    AwaitPromotion,
    Bake,
    CheckOverlap,
    DelayScaleDown,
    Drain,
    Launch,
    Migrate,
    RunHook,
    Shift,
    Smoke,
    Step,
    Stop,
)
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.alarms import await_promotion, watch_for
from pytest_pipeline.engine.steps.draining import drain
from pytest_pipeline.engine.steps.health import await_healthy
from pytest_pipeline.engine.steps.hooks import run_hook
from pytest_pipeline.engine.steps.launching import launch
from pytest_pipeline.engine.steps.migration import migrate
from pytest_pipeline.engine.steps.overlapping import check_overlap
from pytest_pipeline.engine.steps.shifting import shift
from pytest_pipeline.engine.steps.smoke import smoke
from pytest_pipeline.engine.steps.stopping import stop
from pytest_pipeline.engine.watch import Watch


def perform(step: Step, site: Site, watch: Watch) -> None:  # noqa: C901 - one case a kind of step
    """Perform a step; doing it again after it was done changes nothing.

    Raises:
        PipelineError: If it cannot be done, or an alarm fired.
        StopAsked: If somebody asked to go back meanwhile.
    """
    site.tools.progress.busy(f"{site.environment.name}: {describe(step)}")
    match step:
        case Migrate(release):
            with site.course.all_needed():
                migrate(site, *site.releases[release])
        case Launch():
            launch(site, step)
        case AwaitHealthy():
            await_healthy(site, step, watch)
        case Shift():
            shift(site, step, watch)
        case Smoke(tests):
            with site.course.all_needed():
                smoke(site, tests)
        case CheckOverlap():
            with site.course.all_needed():
                check_overlap(site, step, watch)
        case RunHook():
            with site.course.all_needed():
                run_hook(site, step)
        case Drain(instances):
            drain(site, instances, watch)
        case Stop(instances):
            stop(site, instances, watch)
        case Bake(duration_s) | DelayScaleDown(_, duration_s):
            watch_for(site, duration_s, watch)
        case AwaitPromotion():
            await_promotion(site, watch)
