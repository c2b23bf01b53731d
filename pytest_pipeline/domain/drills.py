"""Drills: faults that are injected into a deployment, and what a good deployment does then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.rollouts import Phase

#: What the latency fault adds to each answer of the candidate, seconds.
LATENCY_S = 1.0
#: What the candidate answers under the fault of that name.
ERROR_STATUS = 500


class Fault(StrEnum):
    """What is done to a deployment."""

    KILL_NEW = "kill-new"
    KILL_OLD = "kill-old"
    KILL_ROUTER = "kill-router"
    LATENCY = "latency"
    ERRORS = "errors"
    HUNG_HEALTH = "hung-health"
    DISK_FULL = "disk-full"


class Moment(StrEnum):
    """When it is done."""

    LAUNCHING = "before the candidate's first instance is launched"
    LAUNCHED = "when the candidate's first instances were launched"
    TRAFFIC = "when the candidate first gets traffic"


class Ending(StrEnum):
    """How a deployment ended under a fault."""

    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled back"
    ROLLBACK_FAILED = "rollback failed"
    FROZEN = "frozen"
    BROKEN_OFF = "broken off"
    NOT_STRUCK = "not struck"


class Loss(StrEnum):
    """Which requests may be lost."""

    NONE = "none"
    WHILE_STRUCK = "from the fault until all traffic is back"


@dataclass(frozen=True)
class InjectedFault:
    """What is done to requests between the router and an instance.

    Attributes:
        delay_s: Time that is added before a request reaches the instance, seconds, >= 0.
        status: Status that is answered in the instance's place, 200-599; 0 to let it answer.
        readiness: Whether it is done to requests of the readiness path, or else to all others.
    """

    delay_s: float = 0.0
    status: int = 0
    readiness: bool = False


@dataclass(frozen=True)
class Expectation:
    """What a fault is, and what a good deployment does then.

    Attributes:
        fault: The fault.
        what: What is done, for people.
        moment: When.
        endings: How the deployment may end.
        loss: Which requests may be lost.
        then: The same for people.
        injected: What is injected between router and candidate; None for another kind of fault.
    """

    fault: Fault
    what: str
    moment: Moment
    endings: frozenset[Ending]
    loss: Loss
    then: str
    injected: InjectedFault | None = None

    def endings_of(self, *, irreversible: bool) -> frozenset[Ending]:
        """Return how the deployment may end.

        Args:
            irreversible: Whether the release's migration cannot be undone: what would go back is
                frozen then.
        """
        frozen = irreversible and Ending.ROLLED_BACK in self.endings
        return self.endings | {Ending.FROZEN} if frozen else self.endings


_BACK = frozenset({Ending.ROLLED_BACK})
#: Whether a drill's deployment ends well matters less than that the next command can put it right.
_ANY = frozenset(Ending) - {Ending.NOT_STRUCK}

EXPECTATIONS: Mapping[Fault, Expectation] = {
    each.fault: each
    for each in (
        Expectation(
            Fault.KILL_NEW,
            "an instance of the candidate that serves is killed",
            Moment.TRAFFIC,
            _BACK,
            Loss.WHILE_STRUCK,
            "goes back; requests are lost only until then",
        ),
        Expectation(
            Fault.KILL_OLD,
            "an instance of stable that serves is killed",
            Moment.LAUNCHED,
            _BACK | {Ending.SUCCEEDED},
            Loss.WHILE_STRUCK,
            "goes on or goes back; a complete release serves in the end",
        ),
        Expectation(
            Fault.KILL_ROUTER,
            "the router is killed",
            Moment.TRAFFIC,
            _BACK,
            Loss.WHILE_STRUCK,
            "starts the router again at its address and goes back",
        ),
        Expectation(
            Fault.LATENCY,
            f"the candidate answers {LATENCY_S:g} s later",
            Moment.TRAFFIC,
            _BACK,
            Loss.WHILE_STRUCK,
            "an alarm on latency goes back; without one nobody notices",
            InjectedFault(delay_s=LATENCY_S),
        ),
        Expectation(
            Fault.ERRORS,
            f"the candidate answers {ERROR_STATUS}",
            Moment.TRAFFIC,
            _BACK,
            Loss.NONE,
            "an alarm on errors goes back; nothing is lost, clients see errors until then",
            InjectedFault(status=ERROR_STATUS),
        ),
        Expectation(
            Fault.HUNG_HEALTH,
            "the candidate's readiness path never answers",
            Moment.LAUNCHING,
            _BACK,
            Loss.NONE,
            "goes back before the candidate gets any traffic",
            InjectedFault(delay_s=3600.0, readiness=True),
        ),
        Expectation(
            Fault.DISK_FULL,
            "the disk of journal, records, router's files and logs is full",
            Moment.TRAFFIC,
            _ANY,
            Loss.WHILE_STRUCK,
            "clients are served; once there is room again the next command brings order",
        ),
    )
}


def ending_of(phase: Phase) -> Ending:
    """Return the ending that the last phase of a rollout stands for."""
    match phase:
        case Phase.SUCCEEDED:
            return Ending.SUCCEEDED
        case Phase.ROLLED_BACK:
            return Ending.ROLLED_BACK
        case Phase.ROLLBACK_FAILED:
            return Ending.ROLLBACK_FAILED
        case Phase.FROZEN:
            return Ending.FROZEN
        case _:
            return Ending.BROKEN_OFF
