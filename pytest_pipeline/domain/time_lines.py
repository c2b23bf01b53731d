"""The time line of an execution: what was under way from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SpanKind(StrEnum):
    """What kind of thing was under way."""

    BUILD = "build"
    STAGE = "stage"
    DEPLOYMENT = "deployment"
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Span:
    """Something that took its time.

    Attributes:
        kind: What kind of thing.
        name: Of the service, the stage or the environment.
        began_s: When it began, seconds since the execution's process did.
        ended_s: When it ended, on the same clock.
    """

    kind: SpanKind
    name: str
    began_s: float
    ended_s: float

    @property
    def took_s(self) -> float:
        """How long it took, seconds, >= 0."""
        return max(0.0, self.ended_s - self.began_s)
