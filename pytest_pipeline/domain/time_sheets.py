"""Where the time of an execution went."""

from __future__ import annotations

from dataclasses import dataclass, field

#: What time is spent on; what is left of the wall time is orchestration.
ACTIVITIES = ("build", "tests", "load", "deploy")


@dataclass
class TimeSheet:
    """Seconds by activity.

    Attributes:
        spent_s: Activity to seconds. ``deploy`` covers the provision of environments, deployments
            and their end; ``tests`` the test sessions without ``load``, their load tests.
    """

    spent_s: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ACTIVITIES, 0.0))

    def add(self, activity: str, seconds: float) -> None:
        """Book seconds to an activity."""
        self.spent_s[activity] += seconds

    def table(self, wall_s: float) -> dict[str, float]:
        """Return all activities with ``wall`` and ``orchestration``, rounded to milliseconds."""
        rest = wall_s - sum(self.spent_s.values())
        every = {"wall": wall_s, **self.spent_s, "orchestration": rest}
        return {activity: round(seconds, 3) for activity, seconds in every.items()}
