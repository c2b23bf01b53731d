"""Steps in words, for people."""

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


def describe(step: Step) -> str:  # noqa: C901, PLR0911 - one case a kind of step
    """Return a step in words, one line."""
    match step:
        case Migrate(release):
            return f"run the migration of r{release}"
        case Launch(_, instances, replaces):
            place = f" in the place of {_listed(replaces)}" if replaces else ""
            return f"launch {_listed(instances)}{place}"
        case AwaitHealthy(instances, min_ready_s):
            stay = f" for {min_ready_s:g} s" if min_ready_s else ""
            return f"await {_listed(instances)} ready{stay}"
        case Shift():
            return f"shift traffic: {_shares(step)}"
        case Smoke(tests):
            return f"smoke test the preview: {', '.join(tests)}"
        case CheckOverlap(stable, candidate, tests):
            return (
                f"check r{stable} and r{candidate} side by side, each with the tests of the "
                f"other: {', '.join(tests)}"
            )
        case RunHook(event, _, instances):
            return f"run the hook {event} for {_listed(instances)}"
        case Drain(instances):
            return f"drain {_listed(instances)}"
        case Stop(instances):
            return f"stop {_listed(instances)}"
        case Bake(duration_s):
            return f"bake {duration_s:g} s under alarms"
        case AwaitPromotion():
            return "wait for promotion under alarms"
        case DelayScaleDown(instances, duration_s):
            return f"keep {_listed(instances)} for {duration_s:g} s"


def _shares(step: Shift) -> str:
    shares = [
        f"{percent} % to {_listed(instances)}"
        for percent, instances in (
            (100 - step.candidate_percent, step.stable),
            (step.candidate_percent, step.candidate),
        )
        if instances and percent
    ]
    if step.preview:
        shares.append(f"the preview to {_listed(step.candidate)}")
    if step.rules.testers_header and step.candidate:
        shares.append(f"requests with {step.rules.testers_header!r} to {_listed(step.candidate)}")
    return ", ".join(shares) or "none, nothing serves"


#: Longer lists are shortened to their ends.
_SHOWN = 6


def _listed(instances: tuple[str, ...]) -> str:
    if len(instances) > _SHOWN:
        return f"{instances[0]} … {instances[-1]} ({len(instances)})"
    return ", ".join(instances)
