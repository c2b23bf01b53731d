"""Commands that are not run, and instances whose owner may die."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Command, Completed
from pytest_pipeline.errors import TargetStartError


class FakeProcesses:
    """Implements `engine.ports.Processes` as far as deployments need it: it starts nothing.

    Args:
        on_hand_over: Called when what was started is handed over.

    Attributes:
        exit_code: How commands end; None for one whose deadline passed.
        output: What they say.
        commands: Every command that was run, in order.
    """

    def __init__(self, on_hand_over: Callable[[], None] = lambda: None) -> None:
        self._on_hand_over = on_hand_over
        self.exit_code: int | None = 0
        self.output = ""
        self.commands: list[Command] = []

    def start(self, command: Command, *, keep: bool = False) -> ProcessIdentity:
        """Refuse: instances are started by `FakeTarget`.

        Raises:
            TargetStartError: Always.
        """
        raise TargetStartError(f"{command.name} cannot be started here (keep={keep})")

    def hand_over(self) -> None:
        """Let everything that was started survive its owner."""
        self._on_hand_over()

    def run(self, command: Command, *, timeout_s: float) -> Completed:  # noqa: ARG002 - the port's
        """Say how a command ended."""
        self.commands.append(command)
        return Completed(self.exit_code, self.output)

    def is_running(self, process: ProcessIdentity) -> bool:  # noqa: ARG002 - the port's
        """Say that nothing that was started here runs."""
        return False

    def settle(self, process: ProcessIdentity) -> None:
        """Give nothing to nobody."""

    def stop(self, process: ProcessIdentity, *, grace_s: float) -> None:
        """End nothing."""
