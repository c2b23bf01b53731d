"""The journal of a deployment: what its entries say, and the rollout that they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pytest_pipeline.domain import plans
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import Plan, Step, TrafficRules
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import (
    Event,
    Observed,
    PauseRequested,
    ResumeRequested,
    RolloutState,
    StepBegun,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)

_STEPS: Mapping[str, type] = {
    each.__name__: each
    for each in (
        plans.Migrate,
        plans.Launch,
        plans.AwaitHealthy,
        plans.Shift,
        plans.Smoke,
        plans.CheckOverlap,
        plans.RunHook,
        plans.Drain,
        plans.Stop,
        plans.Bake,
        plans.AwaitPromotion,
        plans.DelayScaleDown,
    )
}


def begun(state: RolloutState, **facts: object) -> dict[str, object]:
    """Return the first entry of a deployment: everything that is needed to go on with it.

    Args:
        state: The state before the first step.
        facts: What else is to be known, as JSON values.
    """
    return {
        "kind": "begin",
        "strategy": state.plan.strategy,
        "minimum_healthy": state.plan.minimum_healthy,
        "steps": [written_step(each) for each in state.plan.steps],
        "stable": _written_fleet(state.stable),
        "candidate": _written_fleet(state.candidate),
        "irreversible": state.irreversible,
        **facts,
    }


def intended(index: int, step: Step) -> dict[str, object]:
    """Return the entry of `StepBegun`, with the step for people to read."""
    return {"kind": "intent", "index": index, "step": written_step(step)}


def happened(event: Event) -> dict[str, object]:
    """Return the entry of an event; `intended` is that of a step that is begun."""
    match event:
        case StepBegun():
            return {"kind": "intent"}
        case StepDone():
            return {"kind": "done"}
        case StepFailed(reason, trigger):
            return {"kind": "failed", "reason": reason, "trigger": str(trigger)}
        case StopRequested(reason, force):
            return {"kind": "stop requested", "reason": reason, "force": force}
        case PauseRequested():
            return {"kind": "pause requested"}
        case ResumeRequested():
            return {"kind": "resume requested"}
        case Observed(seen):
            return {"kind": "observed"} | {
                each.name: sorted(getattr(seen, each.name)) for each in fields(seen)
            }


def replay(entries: Sequence[Mapping[str, Any]]) -> RolloutState:
    """Return the rollout that a journal adds up to.

    An intent without an outcome is a step that may have been performed in part: it is the next
    action again, and steps are idempotent.

    Args:
        entries: The entries of one deployment, from its first on.

    Raises:
        ValueError: If they do not begin with `begun`, or an entry is of no known kind.
    """
    if not entries or entries[0].get("kind") != "begin":
        raise ValueError("the journal does not begin with the plan")
    first = entries[0]
    plan = Plan(
        str(first["strategy"]),
        tuple(read_step(each) for each in first["steps"]),
        int(first["minimum_healthy"]),
    )
    candidate = _read_fleet(first["candidate"])
    assert candidate is not None  # noqa: S101 - every deployment has one
    state = begin(
        plan, _read_fleet(first["stable"]), candidate, irreversible=bool(first["irreversible"])
    )
    for entry in entries[1:]:
        event = _event(entry)
        if event is not None:
            state = advance(state, event)
    return state


@dataclass
class Standing:
    """What people asked, was heard, and still is to be done.

    Attributes:
        pausing: Whether the rollout is to hold before its next step.
        promoting: Whether the wait under way is to end.
        promoting_fully: Whether every wait is to end.
        stop: That the rollout is to go back; None unless that was asked.
    """

    pausing: bool = False
    promoting: bool = False
    promoting_fully: bool = False
    stop: StopRequested | None = None

    def hear(self, request: ControlRequest) -> None:
        """Take note of a request."""
        match request.kind:
            case RequestKind.ABORT:
                self.stop = StopRequested(request.reason or "aborted by request", request.force)
            case RequestKind.PAUSE:
                self.pausing = True
            case RequestKind.RESUME:
                self.pausing = False
            case RequestKind.PROMOTE:
                self.promoting, self.pausing = True, False
            case RequestKind.PROMOTE_FULLY:
                self.promoting_fully, self.pausing = True, False


def heard(request: ControlRequest, refusal: str = "") -> dict[str, object]:
    """Return the entry of a request that was heard.

    Args:
        request: The request.
        refusal: Why nothing comes of it; empty when it is done.
    """
    return {
        "kind": "note",
        "text": _HEARD,
        "asked": str(request.kind),
        "reason": request.reason,
        "force": request.force,
        "request": request.id,
        "refusal": refusal,
    }


def answer_to(entries: Sequence[Mapping[str, Any]], request: str) -> str | None:
    """Return why nothing comes of a request; empty when it is done, None when it was not heard.

    Args:
        entries: The entries of one deployment.
        request: The request's identifier.
    """
    answers = (str(each["refusal"]) for each in entries if _hears(each, request))
    return next(answers, None)


def standing_requests(entries: Sequence[Mapping[str, Any]]) -> Standing:
    """Return what was heard by the end of a journal and still is to be done."""
    standing = Standing()
    for entry in entries:
        kind = entry.get("kind")
        if entry.get("text") == _HEARD and not entry["refusal"]:
            standing.hear(_heard_request(entry))
        elif kind == "done":
            standing.promoting = False
        elif kind == "resume requested":
            standing.pausing = standing.promoting = False
        elif kind in ("failed", "stop requested"):
            standing = Standing()
    return standing


def held_for(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return why the step under way is held: alarms without data; empty when it is not."""
    reason = ""
    for entry in entries:
        if entry.get("kind") != "note":
            reason = ""
        elif entry.get("text") == HELD:
            reason = str(entry["reason"])
    return reason


def is_over(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a deployment was brought to its end and that was written down."""
    return bool(entries) and entries[-1].get("kind") == "ended"


def written_step(step: Step) -> dict[str, object]:
    """Return a step as JSON values."""
    written: dict[str, object] = {"type": type(step).__name__}
    for each in fields(step):
        value = getattr(step, each.name)
        written[each.name] = vars(value) if isinstance(value, TrafficRules) else value
    return written


def read_step(written: Mapping[str, Any]) -> Step:
    """Return the step of `written_step`, also after a way through JSON.

    Raises:
        ValueError: If it is no step that is known here.
    """
    kind = _STEPS.get(str(written.get("type")))
    if kind is None:
        raise ValueError(f"no step of type {written.get('type')!r} is known")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in written.items()
        if name != "type"
    }
    if "rules" in values:
        values["rules"] = TrafficRules(**values["rules"])
    step: Step = kind(**values)
    return step


_HEARD = "heard"
#: Text of the note that a wait goes on only because alarms have no data.
HELD = "held"


def _hears(entry: Mapping[str, Any], request: str) -> bool:
    return entry.get("text") == _HEARD and entry.get("request") == request


def _heard_request(entry: Mapping[str, Any]) -> ControlRequest:
    kind = RequestKind(entry["asked"])
    return ControlRequest("", kind, str(entry["reason"]), force=bool(entry["force"]))


_PLAIN: Mapping[str, Event | None] = {
    "intent": StepBegun(),
    "done": StepDone(),
    "pause requested": PauseRequested(),
    "resume requested": ResumeRequested(),
    "note": None,
    "ended": None,
}


def _event(entry: Mapping[str, Any]) -> Event | None:
    match entry.get("kind"):
        case "failed":
            return StepFailed(str(entry["reason"]), RollbackTrigger(entry["trigger"]))
        case "stop requested":
            return StopRequested(str(entry["reason"]), bool(entry.get("force")))
        case "observed":
            names = (each.name for each in fields(Observation))
            return Observed(Observation(**{each: frozenset(entry[each]) for each in names}))
        case str(kind) if kind in _PLAIN:
            return _PLAIN[kind]
        case other:
            raise ValueError(f"no entry of kind {other!r} is known")


def _written_fleet(fleet: Fleet | None) -> dict[str, object] | None:
    return None if fleet is None else {"release": fleet.release, "instances": fleet.instances}


def _read_fleet(written: Mapping[str, Any] | None) -> Fleet | None:
    if written is None:
        return None
    return Fleet(int(written["release"]), tuple(written["instances"]))
