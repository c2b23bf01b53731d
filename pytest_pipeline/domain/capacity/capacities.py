"""What was measured of a service's capacity, for each number of its instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.capacity.findings import Ending, Finding
from pytest_pipeline.domain.capacity.probes import Limit, Outcome, Probe
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.percentiles import percentile


@dataclass(frozen=True)
class Capacity:
    """The capacity of one number of instances.

    Attributes:
        instances: How many served; count.
        finding: What the search came to; None where it was not ended.
        probes: What was tried, in order.
        failure: Why it was not ended, for people; empty when it was.
    """

    instances: int
    finding: Finding | None
    probes: tuple[Probe, ...] = ()
    failure: str = ""

    @property
    def rate(self) -> float | None:
        """The highest rate that was held, 1/s; None for none."""
        return self.finding.rate if self.finding else None

    @property
    def said(self) -> str:
        """The capacity in a few words: ``151``, ``at least 2000``, ``below 20``, ``not known``."""
        finding = self.finding
        if finding is None:
            return "not known"
        if finding.rate is None:
            return (
                "not known"
                if finding.ending is not Ending.BELOW
                else f"below {_figure(finding.ceiling)}"
            )
        if finding.ending is Ending.FOUND:
            return _figure(finding.rate)
        return f"at least {_figure(finding.rate)}"

    def at_it(self, figure: str) -> float | None:
        """Return the median of a figure over the probes that held the highest rate.

        Args:
            figure: Name of a field of `Probe`: ``p95_ms``, ``requests_per_s``.
        """
        values = [
            value
            for each in self.probes
            if each.rate == self.rate and each.outcome is Outcome.HELD
            if (value := getattr(each, figure)) is not None
        ]
        return percentile(sorted(values), 50)

    @property
    def first_miss(self) -> Probe | None:
        """The first probe that missed at the lowest rate that failed; None for none."""
        if self.finding is None or self.finding.ending is Ending.GENERATOR:
            return None
        ceiling = self.finding.ceiling
        missed = (each for each in self.probes if each.outcome is Outcome.MISSED)
        return next((each for each in missed if each.rate == ceiling), None)

    @property
    def limit(self) -> Limit:
        """What ended it."""
        if self.finding is not None and self.finding.ending is Ending.GENERATOR:
            return Limit.GENERATOR
        missed = self.first_miss
        return missed.limits[0] if missed and missed.limits else Limit.NONE

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know when reading it, in words."""
        if self.finding is None:
            return (self.failure,) if self.failure else ()
        return tuple(each for each in (*_of_ending(self, self.finding),) if each)


@dataclass(frozen=True)
class CapacityReport:
    """What was measured.

    Attributes:
        service: Name of the service.
        environment: Name of the environment whose definition was used.
        artifact: Digest of the artifact that ran.
        release: Name of the release that ran; empty for the working tree.
        locustfile: Path of the locustfile, as it was given or found.
        user_classes: Names of its user classes; empty for all.
        duration_s: Duration of each probe, seconds.
        objectives: What had to be met.
        left_out: What of the gates was not looked at, and why.
        measured: When, ISO 8601 in UTC.
        machine: What it ran on, for people.
        processors: Its processors; count.
        capacities: For each number of instances, in order.
        stopped: Why not all of them were measured; empty when they were.
    """

    service: str
    environment: str
    artifact: str
    release: str
    locustfile: str
    user_classes: tuple[str, ...]
    duration_s: float
    objectives: tuple[Objective, ...]
    left_out: tuple[str, ...]
    measured: str
    machine: str
    processors: int
    capacities: tuple[Capacity, ...]
    stopped: str = ""

    @property
    def load(self) -> str:
        """What was asked at each rate, in words."""
        classes = f" ({', '.join(self.user_classes)})" if self.user_classes else ""
        return f"{self.locustfile}{classes}, {self.duration_s:g} s at each rate, tasks a second"

    @property
    def note(self) -> str:
        """What the machine did to the figures, in words; empty where nothing is to be feared."""
        most = max((each.instances for each in self.capacities), default=0)
        if most < self.processors:
            return ""
        processors = "1 processor" if self.processors == 1 else f"{self.processors} processors"
        return (
            f"Everything ran on {processors}: instances, router, resources and the generator "
            "share them, so that more instances need not hold more. Compare these figures with "
            "each other rather than with production."
        )


def outcome(report: CapacityReport) -> ExitCode:
    """Return the exit code: 2 if stopped, 26 if nothing serves, 21 if a capacity is not known."""
    codes = [ExitCode.ERROR for each in report.capacities if each.failure]
    codes += [
        ExitCode.INCONCLUSIVE
        for each in report.capacities
        if each.finding and not each.finding.told
    ]
    codes += [ExitCode.INTERRUPTED] if report.stopped else []
    return decide(codes)


def scaling(capacities: Sequence[Capacity]) -> tuple[tuple[int, float], ...]:
    """Return the capacities that are known, by number of instances: what a plot shows."""
    return tuple(
        (each.instances, each.finding.capacity)
        for each in sorted(capacities, key=lambda each: each.instances)
        if each.finding and each.finding.capacity is not None
    )


def _of_ending(capacity: Capacity, finding: Finding) -> tuple[str, ...]:
    first = finding.ending is Ending.BELOW
    said = {
        Ending.FOUND: "",
        Ending.HIGHEST: f"{_figure(finding.rate)}/s was held, and is the highest to be tried: "
        "raise --to",
        Ending.GENERATOR: f"the generator is at its end at {_figure(finding.ceiling)}/s: "
        f"{_problem(capacity, finding.ceiling)}",
        Ending.BELOW: f"{_figure(finding.ceiling)}/s was missed already: lower --from"
        if first
        else "",
        Ending.EXHAUSTED: f"stopped after {len(capacity.probes)} probes: raise --probes"
        + ("" if finding.confirmed else "; the rate was not confirmed"),
    }
    above = ", ".join(f"{_figure(each)}/s" for each in finding.held_above)
    unsteady = f"{above} was held though a lower rate was not: the figures are not steady"
    return (said[finding.ending], unsteady if above else "")


def _problem(capacity: Capacity, rate: float | None) -> str:
    """Return why nothing can be told of a rate: the first reason of its last load, with advice."""
    found = [each.problems for each in capacity.probes if each.rate == rate and each.problems]
    return found[-1][0] if found else "its loads say one thing and another"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
