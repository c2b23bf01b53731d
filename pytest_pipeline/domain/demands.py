"""What a stage demands of its tests beside objectives on figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Demands:
    """Demands of a stage on its tests.

    Attributes:
        required_tests: Patterns of node ids; each must name a test, and all that they name must
            have run and passed.
        skip_reasons: Patterns of the reasons for which a test may be skipped; None for any.
        retries: How often a test that failed is tried again, 0-5.
    """

    required_tests: tuple[str, ...] = ()
    skip_reasons: tuple[str, ...] | None = None
    retries: int = 0


#: The most that a stage may ask to try a test again: what fails six times is no flaky test.
MOST_RETRIES = 5
