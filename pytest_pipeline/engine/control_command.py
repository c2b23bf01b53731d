"""Acts on a deployment under way from another process, or in the place of its dead controller."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.kept_sites import find_site
from pytest_pipeline.engine.outcomes import leave, settle
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.taking import SUPERVISOR, take_environment
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.engine.under_way import EXECUTION, UnderWay, under_way
from pytest_pipeline.errors import ConfigError, StateError

#: Longest wait until a request is heard, seconds: steps such as a migration do not listen.
HEARD_DEADLINE_S = 600.0
#: Longest wait for the end of a deployment that goes back, seconds.
END_DEADLINE_S = 3600.0
#: How often one looks, seconds.
POLL_S = 0.2


def demand_under_way(tools: Toolbox, environment: str) -> UnderWay:
    """Return the deployment that is open at an environment.

    Raises:
        ConfigError: If there is none.
    """
    found = under_way(tools, environment)
    if found is None:
        raise ConfigError(
            f"no deployment is under way in {environment}; pytest-pipeline status shows what "
            "serves there"
        )
    return found


def is_led(found: UnderWay) -> bool:
    """Return whether a living controller is at a deployment."""
    return found.holder is not None and found.holder.by != SUPERVISOR


def tell_controller(tools: Toolbox, found: UnderWay, request: ControlRequest) -> None:
    """Ask something of the controller of a deployment, and wait until it has heard.

    Raises:
        StateError: If the deployment ended or its controller died before, or it took too long;
            nothing stays asked then.
    """
    name = request.environment
    tools.ledger.ask(request)
    tools.progress.line(f"{name}: asked {found.holder} to {request.kind}")
    try:
        _await_hearing(tools, found, request)
    except BaseException:
        tools.ledger.take_requests(name)
        raise


def _await_hearing(tools: Toolbox, found: UnderWay, request: ControlRequest) -> None:
    name, deadline = request.environment, tools.clock.now() + HEARD_DEADLINE_S
    while request in tools.ledger.asked(name):
        tools.progress.busy(f"{name}: waiting to be heard; {found}")
        if not _goes_on(tools, found):
            raise StateError(
                f"{name}: the deployment ended, or its controller died, before it heard; "
                f"pytest-pipeline status {name} shows how it stands"
            )
        if tools.clock.now() > deadline:
            raise StateError(
                f"{name}: nobody heard within {HEARD_DEADLINE_S:g} s: {found.holder} is busy "
                "with a step that does not listen; try again after it"
            )
        tools.clock.sleep(POLL_S)


def await_end(tools: Toolbox, found: UnderWay) -> DeploymentRecord:
    """Wait until a deployment that another process leads has ended, and return its record.

    Raises:
        StateError: If its controller died meanwhile, or it took too long.
    """
    environment = found.environment
    deadline = tools.clock.now() + END_DEADLINE_S
    while True:
        is_led_on = tools.records.holder(environment) == found.holder
        record = _record_of(tools, found)  # looked for last: it may be written just before the end
        if record is not None:
            return record
        if not is_led_on:
            raise StateError(
                f"{environment}: the controller died; pytest-pipeline abort {environment} goes "
                "back in its place"
            )
        if tools.clock.now() > deadline:
            raise StateError(
                f"{environment}: the deployment did not end within {END_DEADLINE_S:g} s; "
                f"pytest-pipeline status {environment} shows where it stands"
            )
        tools.progress.busy(f"{environment}: {under_way(tools, environment) or 'ending'}")
        tools.clock.sleep(POLL_S)


def _record_of(tools: Toolbox, found: UnderWay) -> DeploymentRecord | None:
    """Return the record of a deployment once it is over; None while it is under way."""
    now = under_way(tools, found.environment)
    if now is not None and now.deployment == found.deployment and not now.state.phase.final:
        return None
    known = tools.ledger.deployments(found.environment)
    return next((each for each in known if each.id == found.deployment and each.phase), None)


def finish_here(
    execution: Execution,
    environment: Environment,
    finish: Callable[[Site], DeploymentRecord],
    *,
    wanted: Phase = Phase.SUCCEEDED,
) -> None:
    """Bring a deployment to its end in this process, for its controller died or gave up.

    Args:
        execution: The execution that it counts to.
        environment: Where.
        finish: `resuming.resume` or `resuming.abort`.
        wanted: How it is to end.

    Raises:
        PipelineError: If that cannot be tried.
    """
    tools, name = execution.tools, environment.name
    take_environment(tools, environment, by=f"{EXECUTION}{execution.id}")
    try:
        site = find_site(tools, environment)
        if site is None or not site.deployment:
            raise StateError(f"the deployment to {name} has ended meanwhile")
        with execution.spending("deploy"):
            record = finish(site)
            settle(execution, site, record, wanted=wanted)
            leave(execution, site)
    finally:
        tools.records.yield_up(name)


def _goes_on(tools: Toolbox, found: UnderWay) -> bool:
    """Return whether the same controller is still at the same deployment."""
    now = under_way(tools, found.environment)
    return now is not None and now.deployment == found.deployment and now.holder == found.holder
