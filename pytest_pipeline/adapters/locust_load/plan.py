"""What the generator's process is to do, beside what Locust's own arguments say."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from pytest_pipeline.domain.load_ramps import Ramp, RampPoint


@dataclass(frozen=True)
class GeneratorPlan:
    """Everything that the generator's process is told by us; one of its arguments, as JSON.

    Attributes:
        folder: Folder for records.
        duration_s: Duration of the load, seconds.
        stop_timeout_s: Time for requests in flight to finish at the end, seconds; as an option
            Locust takes whole ones only.
        rate: Tasks a second over time, of an open model; empty for the other kinds.
        users: Users over time; empty where Locust's own arguments tell.
        shape: Name of a ``LoadTestShape`` of the locustfile; empty for the other kinds.
        max_users: Users of an open model at the same time; count, >= 1.
    """

    folder: str
    duration_s: float
    stop_timeout_s: float
    rate: tuple[RampPoint, ...] = ()
    users: tuple[RampPoint, ...] = ()
    shape: str = ""
    max_users: int = 1

    def to_json(self) -> str:
        """Return it as the argument of a command."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> GeneratorPlan:
        """Read it from the argument of a command."""
        told = json.loads(text)
        points = {
            name: tuple((at_s, height) for at_s, height in told[name]) for name in ("rate", "users")
        }
        return cls(**{**told, **points})

    def users_over_time(self) -> Ramp | None:
        """Return the ramp of users; None where there is none."""
        return Ramp(self.users) if self.users else None
