"""The lifecycle events of an in-place deployment, and the commands that users hang on them.

Source:
    CodeDeploy, "AppSpec 'hooks' section for an EC2/On-Premises deployment": names and order of the
    events, which of them are reserved, and what each is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pytest_pipeline.domain.plans import RunHook
from pytest_pipeline.errors import PlanError


@dataclass(frozen=True)
class LifecycleEvent:
    """A point in the replacement of an instance.

    Attributes:
        name: Its name.
        when: What happens just then, for people.
        reserved: Why no command can be hung on it; empty when one can.
    """

    name: str
    when: str
    reserved: str = ""


#: In order: first those of the instance that leaves, from ``DownloadBundle`` of the one that comes.
EVENTS: tuple[LifecycleEvent, ...] = (
    LifecycleEvent("BeforeBlockTraffic", "the old instance still gets traffic"),
    LifecycleEvent(
        "BlockTraffic", "the router stops sending to it", "the router itself blocks the traffic"
    ),
    LifecycleEvent("AfterBlockTraffic", "it has finished the requests in flight"),
    LifecycleEvent("ApplicationStop", "it is about to be stopped"),
    LifecycleEvent(
        "DownloadBundle",
        "the artifact is fetched",
        "the artifact was fetched and verified before the deployment began",
    ),
    LifecycleEvent("BeforeInstall", "the old instance has ended, the new one does not run yet"),
    LifecycleEvent(
        "Install", "the artifact is installed", "the artifact is installed once, before all steps"
    ),
    LifecycleEvent("AfterInstall", "the new instance is about to be started"),
    LifecycleEvent("ApplicationStart", "the new instance was started, and may not be ready yet"),
    LifecycleEvent("ValidateService", "the new instance is ready and gets no traffic yet"),
    LifecycleEvent("BeforeAllowTraffic", "the new instance is about to get traffic"),
    LifecycleEvent(
        "AllowTraffic", "the router starts to send to it", "the router itself allows the traffic"
    ),
    LifecycleEvent("AfterAllowTraffic", "the new instance gets traffic"),
)

_RESERVED = {each.name: each.reserved for each in EVENTS if each.reserved}

#: The events that take a command, in order.
HOOK_EVENTS: tuple[str, ...] = tuple(each.name for each in EVENTS if not each.reserved)


@dataclass(frozen=True)
class Hooks:
    """The user's commands.

    Attributes:
        commands: Event to command.
        timeout_s: Longest duration of one command for one instance, seconds, > 0.
    """

    commands: Mapping[str, tuple[str, ...]]
    timeout_s: float

    def __post_init__(self) -> None:
        """Refuse commands that could never run.

        Raises:
            PlanError: If an event is unknown or reserved, a command empty, the time out of range.
        """
        for event, command in self.commands.items():
            if event in _RESERVED:
                raise PlanError(
                    f"hooks.{event} cannot be set: {_RESERVED[event]}; take one of "
                    f"{', '.join(HOOK_EVENTS)}"
                )
            if event not in HOOK_EVENTS:
                near = get_close_matches(event, HOOK_EVENTS, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise PlanError(
                    f"hooks.{event} is no lifecycle event, wanted one of "
                    f"{', '.join(HOOK_EVENTS)}{hint}"
                )
            if not command or not command[0].strip():
                raise PlanError(
                    f"hooks.{event} names no program, wanted a program and its arguments such as "
                    "['bin/warm-up', '--all']"
                )
        if not self.timeout_s > 0:
            raise PlanError(f"hook_timeout_s must be above 0, got {self.timeout_s:g}")

    def at(self, event: str, instances: tuple[str, ...]) -> tuple[RunHook, ...]:
        """Return the step that runs the command of an event; none where no command is set."""
        if event not in self.commands:
            return ()
        return (RunHook(event, tuple(self.commands[event]), instances, self.timeout_s),)
