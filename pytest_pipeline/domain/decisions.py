"""What an execution came to, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_pipeline.domain.deciding import decided_by
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.verdicts import Verdict


def decision(
    *,
    code: ExitCode,
    stages: Sequence[StageResult],
    deployments: Sequence[DeploymentRecord],
    released: Mapping[str, object] | None,
    failures: Sequence[str],
) -> str:
    """Return what an execution came to, one sentence without a full stop.

    It judges nothing: it says what was decided.

    Args:
        code: What the process says.
        stages: Results of its stages.
        deployments: Its deployments.
        released: Environment and release, when something was released.
        failures: Why it stands where it stands.
    """
    told = failures[0] if failures else ""
    return _one_line(_decision(code, stages, deployments, released, told))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _decision(
    code: ExitCode,
    stages: Sequence[StageResult],
    deployments: Sequence[DeploymentRecord],
    released: Mapping[str, object] | None,
    failure: str,
) -> str:
    if released and code is ExitCode.OK:
        return f"released {released['release']} to {released['environment']}"
    stopped = _stopped(stages)
    if code is ExitCode.INTERRUPTED:
        return f"interrupted: {failure or 'stopped by Ctrl-C'}"
    if stopped is not None and code is not ExitCode.OK:
        return f"stopped at {stopped.name}, which is {stopped.verdict}: {decided_by(stopped)[0]}"
    if code is not ExitCode.OK or failure:
        return f"not released: {failure or f'exit code {int(code)}'}"
    return _passed(stages, deployments)


def _stopped(stages: Sequence[StageResult]) -> StageResult | None:
    last = stages[-1] if stages else None
    return None if last is None or last.verdict.promotes else last


def _passed(stages: Sequence[StageResult], deployments: Sequence[DeploymentRecord]) -> str:
    done = [each for each in deployments if each.status is DeploymentStatus.SUCCEEDED]
    if len(stages) == 1 and not done:
        (only,) = stages
        return f"stage {only.name} is {only.verdict}: {decided_by(only)[0]}"
    count = _count(stages)
    places = list(dict.fromkeys(each.environment for each in done))
    return (
        f"{count}; deployed to {', '.join(places)}" if places else f"{count}; nothing was deployed"
    )


def _count(stages: Sequence[StageResult]) -> str:
    if not stages:
        return "no stage ran"
    warned = sum(each.verdict is Verdict.WARN for each in stages)
    passed = (
        "1 stage passed its gate"
        if len(stages) == 1
        else f"{len(stages)} stages passed their gates"
    )
    return f"{passed}, {warned} with warnings" if warned else passed
