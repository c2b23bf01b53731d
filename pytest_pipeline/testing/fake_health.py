"""Health of the instances of a fake target."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.testing.fake_target import FakeTarget


class FakeHealth:
    """Implements `engine.ports.HealthProbe`: what runs is ready, but for what is said here.

    Args:
        target: What runs the instances.
        clock: Time.
    """

    def __init__(self, target: FakeTarget, clock: Clock) -> None:
        self._target = target
        self._clock = clock
        self._unready_until: dict[int, float] = {}
        self._never: set[int] = set()

    def ready(self, url: str, *, timeout_s: float) -> str | None:  # noqa: ARG002 - the port's
        """Ask once; no time passes.

        Returns:
            None when it is ready, else what it answered, for people.
        """
        instance = self._target.at_port(int(url.split(":", 2)[2].split("/", 1)[0]))
        if instance is None:
            return "connection refused"
        return None if self._is_up(instance) else "503 Service Unavailable"

    def is_ready(self, instance: Instance) -> bool:
        """Return whether this very instance runs and is ready."""
        return self._target.is_running(instance) and self._is_up(instance)

    def suspend(self, instance: Instance, seconds: float) -> None:
        """Let an instance not be ready for a while from now on, seconds; infinity for ever."""
        self._unready_until[instance.process.pid] = self._clock.now() + seconds

    def recovered_within(self, instance: Instance, seconds: float) -> bool:
        """Return whether an instance came to be ready no longer ago than this, seconds."""
        until = self._unready_until.get(instance.process.pid)
        return until is not None and 0 <= self._clock.now() - until <= seconds

    def recover(self) -> None:
        """Let everything that runs be ready from now on, and what is launched."""
        self._unready_until.clear()
        self._never.clear()

    def never_ready(self, *releases: int) -> None:
        """Let no instance of these releases ever be ready."""
        self._never |= set(releases)

    def _is_up(self, instance: Instance) -> bool:
        if self._never and instance.release in self._never:
            return False
        if not self._unready_until:
            return True
        until = self._unready_until.get(instance.process.pid)
        return until is None or until <= self._clock.now()
