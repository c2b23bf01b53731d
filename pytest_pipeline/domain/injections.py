"""What the gate self-test injects into a stage, and which of it a stage can suffer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Objective
from pytest_pipeline.domain.refuting_figures import baseline_of, needs_baseline, refuting_figures
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict

#: Name of an injection to what it does, in the order in which they are tried.
INJECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "failing-test": "a test fails",
        "all-skipped": "every test is skipped",
        "none-collected": "no test is collected",
        "erroring-fixture": "a fixture raises",
        "broken-module": "a test module does not import",
        "all-xfail": "every test is expected to fail",
        "os-exit": "a test calls os._exit(0)",
        "pytest-exit": "a test calls pytest.exit(returncode=0)",
        "session-stopped": "a test sets session.shouldstop",
        "worker-killed": "a worker of pytest-xdist dies of SIGKILL",
        "timeout": "a test hangs until the stage's deadline",
        "generator-dead": "Locust dies of SIGKILL while it sends requests",
        "zero-requests": "a load test sends no request",
        "coverage-missing": "coverage is not measured",
        "baseline-missing": "there is nothing to compare relative objectives with",
        "objective-violated": "a figure lies just past the bound of an objective",
        "objective-missing": "the measure of an objective is not measured",
    }
)


@dataclass(frozen=True)
class Injection:
    """One thing that is made to go wrong in a stage.

    Attributes:
        name: One of `INJECTIONS`.
        about: The measure, and the figure, that it is about; empty for none.
        spoilt: The figures that it replaces; None where it does something to the tests.
        wanted: The one verdict that will do; None where any will that does not promote.
    """

    name: str
    about: str = ""
    spoilt: Spoilt | None = None
    wanted: Verdict | None = None

    def __str__(self) -> str:
        """Return its name, with what it is about."""
        return f"{self.name} {self.about}".rstrip()


@dataclass(frozen=True)
class StageFacts:
    """What a run of the stage without an injection showed.

    Attributes:
        measurements: What it measured.
        tests: Tests that can go wrong for all to see, those in quarantine left out; count.
        load_tests: Those of them that put load on the environment; count.
        xdist: Whether pytest-xdist is installed.
        coverage: Whether coverage is measured.
    """

    measurements: Mapping[str, float]
    tests: int = 1
    load_tests: int = 0
    xdist: bool = False
    coverage: bool = False


@dataclass(frozen=True)
class PlannedInjection:
    """An injection, and why a stage cannot suffer it.

    Attributes:
        injection: The injection.
        not_applicable: Why not; empty when it can.
    """

    injection: Injection
    not_applicable: str = ""


def plan_injections(stage: Stage, facts: StageFacts) -> tuple[PlannedInjection, ...]:
    """Return every injection, in order; each of `INJECTIONS` is there at least once."""
    return tuple(
        planned for name in INJECTIONS for planned in _PLANS.get(name, _plain)(name, stage, facts)
    )


def own_objectives(stage: Stage) -> tuple[Objective, ...]:
    """Return the objectives beyond those that every gate has."""
    return tuple(each for each in stage.gate.objectives if each not in BASIC_OBJECTIVES)


def needs_real_tests(stage: Stage) -> bool:
    """Return whether objectives are judged on figures that only the real tests bring about.

    What reports say, counts, durations and recorded figures, can be had from an earlier run.
    """
    reported = ("tests.", "quarantine.", "load.", "custom.", "duration.")
    return any(not each.measure.startswith(reported) for each in own_objectives(stage))


_Plans = Iterator[PlannedInjection]
#: Injections into one test.
_VICTIMS = (
    "failing-test",
    "erroring-fixture",
    "os-exit",
    "pytest-exit",
    "session-stopped",
    "timeout",
)


def _plain(name: str, _stage: Stage, _facts: StageFacts) -> _Plans:
    yield PlannedInjection(Injection(name))


def _worker(name: str, _stage: Stage, facts: StageFacts) -> _Plans:
    reason = _excused(facts) if facts.xdist else "pytest-xdist is not installed"
    yield PlannedInjection(Injection(name), reason)


def _victim(name: str, _stage: Stage, facts: StageFacts) -> _Plans:
    yield PlannedInjection(Injection(name), _excused(facts))


def _excused(facts: StageFacts) -> str:
    return "" if facts.tests else "every test of the stage is in quarantine"


def _load(name: str, _stage: Stage, facts: StageFacts) -> _Plans:
    reason = "" if facts.load_tests else "the stage has no load test"
    yield PlannedInjection(Injection(name), reason)


def _coverage(name: str, stage: Stage, facts: StageFacts) -> _Plans:
    reason = ""
    if not any(each.measure.startswith("coverage.") for each in stage.gate.objectives):
        reason = "the stage has no objective on coverage"
    elif not facts.coverage:
        reason = "pytest-cov does not measure in this session"
    yield PlannedInjection(Injection(name, wanted=Verdict.INCONCLUSIVE), reason)


def _baseline(name: str, stage: Stage, facts: StageFacts) -> _Plans:
    relative = [each for each in stage.gate.objectives if needs_baseline(each)]
    if not relative:
        reason = "no objective depends on a comparison with a baseline"
        yield PlannedInjection(Injection(name), reason)
        return
    names = [each.measure for each in relative]
    figures = {each: facts.measurements.get(each, baseline_of(each)) for each in names}
    spoilt = Spoilt(figures, baseline={})
    injection = Injection(name, ", ".join(figures), spoilt, Verdict.INCONCLUSIVE)
    yield PlannedInjection(injection)


def _violated(name: str, stage: Stage, _facts: StageFacts) -> _Plans:
    objectives = own_objectives(stage)
    if not objectives:
        yield PlannedInjection(Injection(name), "the stage has no objective of its own")
    for objective in objectives:
        figures = refuting_figures(objective)
        if not figures:
            reason = "no figure that it can come to misses both `pass` and `warn`"
            yield PlannedInjection(Injection(name, objective.measure), reason)
        for each in figures:
            about = f"{objective.measure} = {each.value:.10g}"
            baseline = baseline_of(objective.measure)
            relative = each.criterion.relative
            about += f" (baseline {baseline:g})" if relative else ""
            compared = {objective.measure: baseline} if relative else None
            spoilt = Spoilt({objective.measure: each.value}, compared)
            yield PlannedInjection(Injection(name, about, spoilt, Verdict.FAIL))


def _missing(name: str, stage: Stage, _facts: StageFacts) -> _Plans:
    objectives = own_objectives(stage)
    if not objectives:
        yield PlannedInjection(Injection(name), "the stage has no objective of its own")
    for measure in dict.fromkeys(each.measure for each in objectives):
        counted = measure.startswith("tests.")
        reason = "is counted in every run" if counted else ""
        spoilt = Spoilt({measure: None})
        yield PlannedInjection(Injection(name, measure, spoilt, Verdict.INCONCLUSIVE), reason)


_PLANS: Mapping[str, Callable[[str, Stage, StageFacts], _Plans]] = MappingProxyType(
    {
        **dict.fromkeys(_VICTIMS, _victim),
        "worker-killed": _worker,
        "generator-dead": _load,
        "zero-requests": _load,
        "coverage-missing": _coverage,
        "baseline-missing": _baseline,
        "objective-violated": _violated,
        "objective-missing": _missing,
    }
)
