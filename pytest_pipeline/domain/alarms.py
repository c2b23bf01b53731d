"""Alarms on router statistics: when a deployment that looked fine is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.criteria import Comparison, Criterion


class AlarmState(StrEnum):
    """State of an alarm, in CloudWatch's words."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class PoolStatistics:
    """What the router counted for the instances of one release, since it began to serve them.

    Attributes:
        requests: Answers to clients; count.
        errors: Answers with status 500 to 599, whoever made them; count.
        latency_sum_ms: Sum of the response times of ``requests``, milliseconds.
    """

    requests: int = 0
    errors: int = 0
    latency_sum_ms: float = 0.0

    def since(self, earlier: PoolStatistics) -> PoolStatistics:
        """Return what was counted after ``earlier``."""
        return PoolStatistics(
            self.requests - earlier.requests,
            self.errors - earlier.errors,
            self.latency_sum_ms - earlier.latency_sum_ms,
        )


@dataclass(frozen=True)
class Alarm:
    """A bound on what the router sees of the candidate.

    Attributes:
        measure: ``error_ratio`` (0-1) or ``mean_latency_ms``.
        bound: The alarm fires when the criterion does **not** hold.
        minimum_requests: Below this many requests the data are insufficient; count, >= 1.
    """

    measure: str
    bound: Criterion
    minimum_requests: int = 10


#: Watched when the configuration names no alarm: at most 5 % server errors.
DEFAULT_ALARMS = (Alarm("error_ratio", Criterion(Comparison.AT_MOST, 0.05)),)


@dataclass(frozen=True)
class AlarmReading:
    """One alarm, evaluated.

    Attributes:
        alarm: The alarm.
        state: What it comes to.
        value: The measured value in the measure's unit; None when the data are insufficient.
    """

    alarm: Alarm
    state: AlarmState
    value: float | None

    def __str__(self) -> str:
        """Return the reading in words."""
        if self.value is None:
            return (
                f"{self.alarm.measure}: fewer than {self.alarm.minimum_requests} requests "
                "to judge by"
            )
        return f"{self.alarm.measure} {self.value:g}, wanted {self.alarm.bound}"


def evaluate(alarm: Alarm, statistics: PoolStatistics) -> AlarmReading:
    """Evaluate an alarm on what was counted since the candidate began to serve."""
    if statistics.requests < alarm.minimum_requests:
        return AlarmReading(alarm, AlarmState.INSUFFICIENT_DATA, None)
    total = statistics.errors if alarm.measure == "error_ratio" else statistics.latency_sum_ms
    value = total / statistics.requests
    fine = alarm.bound.holds(value)
    return AlarmReading(alarm, AlarmState.OK if fine else AlarmState.ALARM, value)
