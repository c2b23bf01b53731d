"""Acts on a deployment under way from another process, or in the place of its dead controller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.journal_entries import answer_to
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
#: How long a request may be gone and not written down as heard, seconds: then it was dropped.
VOID_S = 5.0
_ID_BYTES = 8
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
        StateError: If nothing comes of it, the deployment ended or its controller died before, or
            it took too long; nothing stays asked then.
    """
    with _asking(tools, found, request) as asked:
        _await_hearing(tools, found, asked)


def take_back(tools: Toolbox, found: UnderWay, request: ControlRequest) -> DeploymentRecord:
    """Ask the controller of a deployment to go back, and return the record of its end.

    One that goes back already, or comes to its end before it hears, is waited for all the same.

    Raises:
        StateError: If the controller refuses, does not hear or dies.
    """
    if _may_be_asked(found.state.phase):
        with _asking(tools, found, request) as asked:
            _await_hearing(tools, found, asked, unless=_goes_back_or_ended)
    return await_end(tools, found)


@contextmanager
def _asking(tools: Toolbox, found: UnderWay, request: ControlRequest) -> Iterator[ControlRequest]:
    """Ask; what is not heard by the end is asked no more."""
    asked = replace(
        request, deployment=found.deployment, step=found.state.index, id=token_hex(_ID_BYTES)
    )
    withdraw = tools.ledger.ask(asked)
    tools.progress.line(f"{request.environment}: asked {found.holder} to {request.kind}")
    try:
        yield asked
    finally:
        withdraw()


def _await_hearing(
    tools: Toolbox,
    found: UnderWay,
    request: ControlRequest,
    *,
    unless: Callable[[Toolbox, UnderWay], bool] = lambda *_: False,
) -> None:
    deadline = tools.clock.now() + HEARD_DEADLINE_S
    void_s = 0.0
    while not unless(tools, found):
        is_led_on = _goes_on(tools, found)
        if _was_heard(tools, found, request):  # looked for last: it may be heard just before
            return
        void_s = 0.0 if _is_asked(tools, request) else void_s + POLL_S
        _demand_hearing(tools, found, is_led_on=is_led_on, void_s=void_s)
        if tools.clock.now() > deadline:
            raise StateError(
                f"{found.environment}: nobody heard within {HEARD_DEADLINE_S:g} s: {found.holder} "
                "is busy with a step that does not listen; try again after it"
            )
        tools.progress.busy(f"{found.environment}: waiting to be heard; {found}")
        tools.clock.sleep(POLL_S)


def _was_heard(tools: Toolbox, found: UnderWay, request: ControlRequest) -> bool:
    """Return whether the controller has written down that it heard.

    Raises:
        StateError: If nothing comes of it.
    """
    refusal = answer_to(tools.journal.read(found.deployment), request.id)
    if refusal:
        raise StateError(f"{found.environment}: {refusal}")
    return refusal is not None


def _is_asked(tools: Toolbox, request: ControlRequest) -> bool:
    return any(each.id == request.id for each in tools.ledger.asked(request.environment))


def _demand_hearing(tools: Toolbox, found: UnderWay, *, is_led_on: bool, void_s: float) -> None:
    name = found.environment
    if not is_led_on:
        record = _record_of(tools, found)
        how = (
            f"the deployment ended ({record.phase}) before it heard"
            if record
            else ("the deployment ended, or its controller died, before it heard")
        )
        raise StateError(f"{name}: {how}; pytest-pipeline status {name} shows how it stands")
    if void_s > VOID_S:
        raise StateError(f"{name}: what was asked was dropped before it was heard; ask again")


def _may_be_asked(phase: Phase) -> bool:
    return phase in (Phase.ROLLING_OUT, Phase.PAUSED)


def _goes_back_or_ended(tools: Toolbox, found: UnderWay) -> bool:
    """Return whether a deployment does not listen any more, but comes to an end."""
    now = under_way(tools, found.environment)
    if now is None or now.deployment != found.deployment:
        return True
    return now.holder == found.holder and not _may_be_asked(now.state.phase)


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
