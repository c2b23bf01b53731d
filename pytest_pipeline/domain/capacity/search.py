"""Looks for the highest rate that is held: steps up, then bisection, then once more.

Pure: from the probes that were made to what is to be done next. What is known of a rate comes from
all its probes. The first outcome that was seen twice counts, so that one noisy probe decides
nothing; a rate that was held once counts as held until the end, when it is tried again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.capacity.findings import Ending, Finding
from pytest_pipeline.domain.capacity.probes import Outcome, Probe
from pytest_pipeline.errors import ConfigError

_LEAST_PRECISION_PERCENT = 1.0


@dataclass(frozen=True)
class Search:
    """How the highest rate is looked for.

    Attributes:
        first_rate: The rate to begin with, 1/s, > 0.
        last_rate: The highest rate to try, 1/s, > first_rate.
        precision_percent: How far the lowest rate that failed may lie above the answer, percent,
            1-100.
        probes: Most probes; count, >= 2.
        factor: The next rate up to that, as a multiple; > 1.
    """

    first_rate: float = 20.0
    last_rate: float = 2000.0
    precision_percent: float = 10.0
    probes: int = 40
    factor: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what finds nothing.

        Raises:
            ConfigError: Names every value that is out of range.
        """
        wrong = [
            f"{name} must be {wanted}, got {value:g}"
            for name, value, wanted, right in (
                ("--from", self.first_rate, "> 0", 0 < self.first_rate < math.inf),
                (
                    "--to",
                    self.last_rate,
                    f"above --from ({self.first_rate:g})",
                    self.first_rate < self.last_rate < math.inf,
                ),
                (
                    "--precision",
                    self.precision_percent,
                    "in 1..100 percent",
                    _LEAST_PRECISION_PERCENT <= self.precision_percent <= 100,  # noqa: PLR2004 - percent
                ),
                ("--probes", self.probes, ">= 2", self.probes >= 2),  # noqa: PLR2004 - an answer takes two
            )
            if not right
        ]
        if wrong:
            raise ConfigError("; ".join(wrong))


class Reason(StrEnum):
    """Why a rate is tried."""

    UP = "step up"
    BEYOND = "look beyond"
    HALVE = "bisection"
    AGAIN = "once more"
    CONFIRM = "confirmation"


@dataclass(frozen=True)
class Decision:
    """The next probe.

    Attributes:
        rate: Its rate, 1/s.
        reason: Why.
    """

    rate: float
    reason: Reason


class _Known(StrEnum):
    """What is known of a rate."""

    CONFIRMED = "confirmed"
    HELD = "held once"
    FAILED = "failed"
    UNTOLD = "untold"
    OPEN = "open"


def decide(search: Search, probes: Sequence[Probe]) -> Decision | Finding:
    """Return what is to be done next, or what was found.

    Args:
        search: How to look.
        probes: What was tried so far, in order.
    """
    known = _known(probes)
    stopping = (_Known.FAILED, _Known.UNTOLD)
    ceiling = min((rate for rate, each in known.items() if each in stopping), default=None)
    below = {rate: each for rate, each in known.items() if ceiling is None or rate < ceiling}
    undecided = [rate for rate, each in below.items() if each is _Known.OPEN]
    held = max((rate for rate, each in below.items() if each is not _Known.OPEN), default=None)
    view = _View(search, probes, known, held, ceiling)
    if len(probes) >= search.probes:
        return view.finding(Ending.EXHAUSTED)
    if undecided:
        return Decision(undecided[0], Reason.AGAIN)
    return view.climbing() if ceiling is None else view.narrowing(ceiling)


@dataclass(frozen=True)
class _View:
    """What is known so far.

    Attributes:
        held: The highest rate below the ceiling that was held; None for none.
        ceiling: The lowest rate that failed, or of which nothing can be told; None for none.
    """

    search: Search
    probes: Sequence[Probe]
    known: dict[float, _Known]
    held: float | None
    ceiling: float | None

    def climbing(self) -> Decision | Finding:
        search = self.search
        if self.held is None:
            return Decision(search.first_rate, Reason.UP)
        if self.held < search.last_rate:
            return Decision(min(_rounded(self.held * search.factor), search.last_rate), Reason.UP)
        return self.confirming(self.held, Ending.HIGHEST)

    def narrowing(self, ceiling: float) -> Decision | Finding:
        if self.held is None:
            untold = self.known[ceiling] is _Known.UNTOLD
            return self.finding(Ending.GENERATOR if untold else Ending.BELOW)
        if self._may_look_beyond(ceiling):
            rate = min(_rounded(ceiling * self.search.factor), self.search.last_rate)
            return Decision(rate, Reason.BEYOND)
        middle = _rounded(math.sqrt(self.held * ceiling))
        wide = ceiling > self.held * (1 + self.search.precision_percent / 100)
        if wide and self.held < middle < ceiling:
            return Decision(middle, Reason.HALVE)
        untold = self.known[ceiling] is _Known.UNTOLD
        return self.confirming(self.held, Ending.GENERATOR if untold else Ending.FOUND)

    def confirming(self, held: float, ending: Ending) -> Decision | Finding:
        if self.known[held] is _Known.HELD:
            return Decision(held, Reason.CONFIRM)
        return self.finding(ending)

    def finding(self, ending: Ending) -> Finding:
        failed = [rate for rate, each in self.known.items() if each is _Known.FAILED]
        return Finding(
            ending,
            self.held,
            self.ceiling,
            confirmed=self.held is not None and self.known[self.held] is _Known.CONFIRMED,
            held_above=tuple(
                sorted(
                    rate
                    for rate, each in self.known.items()
                    if each in (_Known.HELD, _Known.CONFIRMED) and failed and rate > min(failed)
                )
            ),
        )

    def _may_look_beyond(self, ceiling: float) -> bool:
        """Whether nothing above the first failed rate was tried: not every service is monotone."""
        return (
            self.known[ceiling] is _Known.FAILED
            and max(self.known) == ceiling < self.search.last_rate
        )


def _known(probes: Sequence[Probe]) -> dict[float, _Known]:
    """Return what is known of each rate that was tried."""
    outcomes: dict[float, list[Outcome]] = {}
    for each in probes:
        outcomes.setdefault(each.rate, []).append(each.outcome)
    return {rate: _of_one(found) for rate, found in outcomes.items()}


def _of_one(outcomes: Sequence[Outcome]) -> _Known:
    """Return what the probes of one rate say: what was seen twice, of at most three."""
    for outcome, known in (
        (Outcome.HELD, _Known.CONFIRMED),
        (Outcome.MISSED, _Known.FAILED),
        (Outcome.INVALID, _Known.UNTOLD),
    ):
        if outcomes.count(outcome) > 1:
            return known
    if len(outcomes) >= 3:  # noqa: PLR2004 - three of three kinds
        return _Known.UNTOLD
    return _Known.HELD if [*outcomes] == [Outcome.HELD] else _Known.OPEN


def _rounded(rate: float) -> float:
    """Return a rate with three digits, for people."""
    return float(f"{rate:.3g}")
