"""Takes an environment for one deployment: a second one is refused, waits or supersedes."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.environments import Concurrency, Environment
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ConcurrencyError

#: Longest wait for an environment, seconds.
DEADLINE_S = 3600.0
#: How often one looks whether it is free, seconds.
POLL_S = 0.2
#: Who takes an environment only to start again what died there; see `supervising`.
SUPERVISOR = "its supervisor"
#: Longest that a refused one waits for the supervisor, seconds: as long as a repair may take.
SUPERVISOR_S = 180.0
#: The same while nobody has it: whoever only looked who has it, is gone at once.
NOBODY_S = 1.0


def take_environment(
    tools: Toolbox, environment: Environment, *, by: str, deadline_s: float = DEADLINE_S
) -> None:
    """Take an environment for oneself, as its ``concurrency`` says, until `yield_up`.

    Whoever waits is served in the order of coming. One that supersedes asks whoever has the
    environment to go back, again for each that came before it.

    Args:
        tools: The engine's ports.
        environment: The environment.
        by: Who takes it, for people; ``execution ID`` for an execution.
        deadline_s: Longest wait, seconds, > 0.

    Raises:
        ConcurrencyError: If it is refused, or the wait took too long; names who has it.
    """
    wait = _Wait(tools, environment, by, tools.clock.now() + deadline_s)
    try:
        while not wait.is_over():
            tools.clock.sleep(POLL_S)
    finally:
        tools.records.step_out(environment.name)


@dataclass
class _Wait:
    """The wait for an environment.

    Attributes:
        tools: The engine's ports.
        environment: The environment.
        by: Who waits.
        deadline: When it was too long, on the monotonic clock.
        began: When the first attempt failed; None before.
        told: Who was said to be waited for.
    """

    tools: Toolbox
    environment: Environment
    by: str
    deadline: float
    began: float | None = None
    told: str = ""

    def is_over(self) -> bool:
        """Try once, and see to it that trying again makes sense.

        Raises:
            ConcurrencyError: If it does not.
        """
        name, records = self.environment.name, self.tools.records
        try:
            records.acquire(name, by=self.by)
        except ConcurrencyError as error:
            self._stand(records.holder(name), error)
            return False
        self.tools.progress.idle()
        return True

    def _stand(self, holder: Holder | None, error: ConcurrencyError) -> None:
        name, policy = self.environment.name, self.environment.concurrency
        now = self.tools.clock.now()
        self.began = now if self.began is None else self.began
        if policy is Concurrency.REFUSE and now - self.began >= _patience_s(holder):
            raise ConcurrencyError(f"{error}: {_ways_on(name)}") from error
        if now >= self.deadline:
            raise ConcurrencyError(
                f"{error}, for which {self.by} waited {now - self.began:.0f} s: "
                f"pytest-pipeline status {name} shows what goes on there, "
                f"pytest-pipeline abort {name} ends it"
            ) from error
        if policy is not Concurrency.REFUSE:
            self.tools.records.line_up(name, by=self.by)
        if holder is None:
            return
        if policy is Concurrency.SUPERSEDE and holder.by != SUPERVISOR:
            reason = f"superseded by {self.by}"
            self.tools.ledger.ask(ControlRequest(name, RequestKind.ABORT, reason))
        self._tell(holder)

    def _tell(self, holder: Holder) -> None:
        text = f"{self.environment.name}: waiting for {holder}"
        if self.told != text:
            self.told = text
            self.tools.progress.line(text)
        self.tools.progress.busy(text)


def _patience_s(holder: Holder | None) -> float:
    """Return how long one that is refused waits all the same, seconds."""
    if holder is None:
        return NOBODY_S
    return SUPERVISOR_S if holder.by == SUPERVISOR else 0.0


def _ways_on(name: str) -> str:
    return (
        f'wait for its end and run again, or set concurrency = "wait" in [environments.{name}] '
        f"to have that done; end it with pytest-pipeline abort {name}; or set "
        'concurrency = "supersede" to let each deployment end the one before it'
    )
