"""The verdict of a gate: five values, of which two promote."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """What a gate says of a stage.

    ``INCONCLUSIVE`` means "not measured", ``ERROR`` "could not find out"; neither promotes.
    """

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    INCONCLUSIVE = "INCONCLUSIVE"
    FAIL = "FAIL"
    ERROR = "ERROR"

    @property
    def promotes(self) -> bool:
        """Whether a stage with this verdict lets the pipeline go on."""
        return self in (Verdict.PASS, Verdict.WARN)


_SEVERITY = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most severe verdict; of none, ``INCONCLUSIVE``: nothing was measured."""
    return max(verdicts, key=_SEVERITY.index, default=Verdict.INCONCLUSIVE)
