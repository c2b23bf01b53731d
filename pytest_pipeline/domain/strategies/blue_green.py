"""Blue/green: a full second set beside the first, and one switch of all traffic."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.first_release import plan_first_release
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    DelayScaleDown,
    Drain,
    Launch,
    Migrate,
    Plan,
    Shift,
    Smoke,
    Step,
    Stop,
)
from pytest_pipeline.domain.shares import check_rising


@dataclass(frozen=True)
class BlueGreenOptions:
    """Options of the blue/green strategy.

    Attributes:
        min_ready_s: How long the new set must stay ready before the switch, seconds, >= 0.
        smoke_tests: Layers, or node ids of tests, that are run against the new set at the preview
            address before it gets traffic.
        preview: Whether the new set answers at the preview address before the switch even without
            smoke tests.
        switch_steps: Shares of the traffic that the new set gets before it gets all, percent, 1-99,
            rising; empty to switch all at once.
        step_s: How long alarms are watched after each of these, seconds, >= 0.
        bake_s: How long alarms are watched after the switch, seconds, >= 0; until its end the old
            set runs, so that going back is one router update.
        scale_down_delay_s: How long the old set is kept after that, seconds, >= 0.
    """

    min_ready_s: float = 0.0
    smoke_tests: tuple[str, ...] = ()
    preview: bool = False
    switch_steps: tuple[int, ...] = ()
    step_s: float = 3.0
    bake_s: float = 5.0
    scale_down_delay_s: float = 0.0


def plan_blue_green(options: BlueGreenOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan a blue/green deployment.

    A full second set is launched; it can be tried at the preview address. Then all traffic
    switches at once, or in steps. Twice the instances run until the bake time and the delay are
    over: as long as the old set is up, going back is one router update. Unless it switches in
    steps, no request sees a mixed fleet.

    Args:
        options: See `BlueGreenOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If ``switch_steps`` is out of range.

    Source:
        Argo Rollouts, BlueGreen: preview service, ``scaleDownDelaySeconds``.
    """
    check_rising(options.switch_steps, of="switch_steps[{}]")
    blue, green = stable.instances if stable else (), candidate.instances
    ready = AwaitHealthy(green, options.min_ready_s)
    tried: list[Step] = []
    if options.smoke_tests or options.preview:
        tried.append(Shift(blue, green, 0, preview=True))
    if options.smoke_tests:
        tried.append(Smoke(options.smoke_tests))
    if stable is None:
        return plan_first_release(
            "blue-green",
            candidate,
            ready=ready,
            bake_s=options.bake_s,
            before_traffic=tuple(tried),
        )
    steps: list[Step] = [
        Migrate(candidate.release),
        Launch(candidate.release, green),
        ready,
        *tried,
    ]
    for percent in options.switch_steps:
        steps += [Shift(blue, green, percent), Bake(options.step_s)]
    steps += [Shift((), green, 100), Bake(options.bake_s)]
    if options.scale_down_delay_s > 0:
        steps.append(DelayScaleDown(blue, options.scale_down_delay_s))
    steps += [Drain(blue), Stop(blue)]
    return Plan("blue-green", tuple(steps), minimum_healthy=min(len(blue), len(green)))
