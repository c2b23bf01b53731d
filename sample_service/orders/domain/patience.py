"""How long to go on trying: deadlines and retries as plain numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds."""

    at_s: float

    def remaining_s(self, now_s: float) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self.at_s - now_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Bounded attempts with growing pauses, all within one deadline.

    Attributes:
        attempts: Tries in all; count, >= 1.
        attempt_timeout_s: Longest that one try may take, in seconds.
        first_pause_s: Pause after the first try, doubled after each further one.
    """

    attempts: int
    attempt_timeout_s: float
    first_pause_s: float

    def timeout_s(self, remaining_s: float) -> float:
        """Return how long the next try may take."""
        return min(self.attempt_timeout_s, remaining_s)

    def pause_s(self, tried: int, remaining_s: float) -> float | None:
        """Return the pause before another try, or None when it is time to give up.

        Args:
            tried: Tries made so far; count, >= 1.
            remaining_s: Seconds left until the deadline.
        """
        pause_s = self.first_pause_s * 2.0 ** (tried - 1)
        return None if tried >= self.attempts or pause_s >= remaining_s else pause_s
