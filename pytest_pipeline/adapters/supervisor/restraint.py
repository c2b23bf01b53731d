"""How long a supervisor holds back, so that what cannot live is not started all the time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

#: Wait after the first failure, seconds; it doubles with each.
FIRST_S = 1.0
#: Longest wait, seconds.
LONGEST_S = 60.0
#: What lived this long after it was mended has lasted, seconds.
LASTS_S = 60.0


@dataclass(frozen=True)
class Restraint:
    """How often in a row mending failed or did not last, and when it may be tried again.

    Attributes:
        failures: How often in a row; count.
        not_before_s: When it may be tried, on the monotonic clock.
        mended_s: When it succeeded last; None before.
        mended: What was mended then.
    """

    failures: int = 0
    not_before_s: float = float("-inf")
    mended_s: float | None = None
    mended: frozenset[str] = frozenset()

    def allows(self, now_s: float) -> bool:
        """Return whether it may be tried now."""
        return now_s >= self.not_before_s

    def has_lasted(self, now_s: float) -> bool:
        """Return whether what was mended last has lived for long enough."""
        return self.mended_s is None or now_s - self.mended_s > LASTS_S

    def after_success(self, now_s: float, names: Collection[str]) -> Restraint:
        """Return the restraint after mending succeeded; what died again soon counts as a failure.

        Args:
            now_s: Now, on the monotonic clock.
            names: What was mended.
        """
        again = not self.has_lasted(now_s) and not self.mended.isdisjoint(names)
        failures = self.failures + 1 if again else 0
        return Restraint(failures, now_s + _wait_s(failures), now_s, frozenset(names))

    def after_failure(self, now_s: float) -> Restraint:
        """Return the restraint after mending failed."""
        failures = self.failures + 1
        return replace(self, failures=failures, not_before_s=now_s + _wait_s(failures))


def _wait_s(failures: int) -> float:
    return min(LONGEST_S, FIRST_S * 2 ** (failures - 1)) if failures else 0.0
