"""Comparisons made up for tests: plausible courses of all strategies, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.comparisons import ComparedStrategy, Comparison, StrategyFigures
from pytest_pipeline.domain.courses import Course, CourseEvent, CourseEventKind, FleetCount
from pytest_pipeline.domain.traffic import Outcome, RequestSample, summarise

STABLE, CANDIDATE = "r7", "r8"
STEP, TRAFFIC, DECISION = CourseEventKind.STEP, CourseEventKind.TRAFFIC, CourseEventKind.DECISION

#: At what time (parts of the course) the candidate's share of traffic becomes what; -1 is nobody.
SHARES: dict[str, tuple[tuple[float, float], ...]] = {
    "in-place": ((0.3, -1.0), (0.8, 1.0)),
    "rolling": ((0.25, 0.25), (0.5, 0.5), (0.7, 0.75), (0.9, 1.0)),
    "immutable": ((0.5, 0.5), (0.6, 1.0)),
    "blue-green": ((0.55, 1.0),),
    "canary": ((0.2, 0.1), (0.4, 0.25), (0.6, 0.5), (0.8, 1.0)),
}
SPANS_S = {"in-place": 4.2, "rolling": 11.0, "immutable": 6.5, "blue-green": 7.4, "canary": 18.0}


@dataclass(frozen=True)
class Made:
    """How a course is made up."""

    shares: Sequence[tuple[float, float]]
    span_s: float
    rate: float
    back: bool = False


def course(made: Made, *, zero_s: float = 5000.0) -> Course:
    chance = random.Random(7)  # noqa: S311 - nothing secret, and the same every time
    count = int((made.span_s + 1) * made.rate)
    samples = [_sample(made, index / made.rate - 0.5, zero_s, chance) for index in range(count)]
    events, fleet = [CourseEvent(zero_s, STEP, "launch r8-0, r8-1, r8-2, r8-3")], []
    fleet.append(FleetCount(zero_s - 1, CANDIDATE if made.back else STABLE, 4))
    fleet.append(FleetCount(zero_s + 0.02, STABLE if made.back else CANDIDATE, 4))
    for part, share in made.shares:
        at_s = zero_s + part * made.span_s
        percent = max(0, round(100 * share))
        events.append(CourseEvent(at_s - 0.05, STEP, "await r8-0, r8-1, r8-2, r8-3 ready for 1 s"))
        events.append(CourseEvent(at_s - 0.02, STEP, f"shift traffic: {percent} % to r8"))
        events.append(CourseEvent(at_s, TRAFFIC, f"{percent} % to r8, {100 - percent} % to r7"))
    end_s = zero_s + made.span_s
    if made.back:
        events.insert(0, CourseEvent(zero_s - 0.01, DECISION, "go back: asked by its user"))
    events.append(CourseEvent(end_s - 0.3, STEP, "drain r7-0, r7-1, r7-2, r7-3"))
    events.append(CourseEvent(end_s - 0.1, STEP, "stop r7-0, r7-1, r7-2, r7-3"))
    fleet.append(FleetCount(end_s - 0.1, CANDIDATE if made.back else STABLE, 0))
    return Course(
        STABLE, CANDIDATE, zero_s, end_s, tuple(samples), tuple(events), tuple(fleet)
    )  # fmt: skip


def _sample(made: Made, at_s: float, zero_s: float, chance: random.Random) -> RequestSample:
    share = 0.0
    for part, value in made.shares:
        if at_s >= part * made.span_s:
            share = value
    due_s = zero_s + at_s
    took_s = 0.003 * chance.lognormvariate(0, 0.6) + (0.05 if chance.random() < 0.005 else 0)
    if share < 0:
        return RequestSample(
            due_s, due_s, due_s + 0.001, Outcome.LOST, "", "503 no_healthy_upstream"
        )
    first, second = (STABLE, CANDIDATE) if made.back else (CANDIDATE, STABLE)
    release = first if chance.random() < share else second
    return RequestSample(due_s, due_s, due_s + took_s, Outcome.OK, release, "200")


def figures(strategy: str, deployment: Course, rollback: Course | None) -> StrategyFigures:
    seen = summarise(deployment.samples, stable=STABLE, candidate=CANDIDATE)
    took_s = deployment.ended_s - deployment.began_s
    return StrategyFigures(
        strategy=strategy,
        status="Succeeded",
        requests=seen.requests,
        lost_requests=seen.lost_requests,
        error_requests=seen.error_requests,
        downtime_ms=seen.longest_gap_ms if seen.lost_requests else 0.0,
        mixed_requests=_mixed(deployment),
        peak_instances=4 if strategy == "in-place" else 8,
        deploy_s=took_s,
        critical_path_s=took_s * 0.8,
        cutover_ms=seen.mixed_ms,
        rollback_s=0.04 if rollback else None,
        rollback_lost_requests=0 if rollback else None,
        p95_ms=seen.p95_ms,
    )


def _mixed(deployment: Course) -> int:
    new = [each.sent_s for each in deployment.samples if each.release == CANDIDATE]
    old = [each.sent_s for each in deployment.samples if each.release == STABLE]
    return sum(min(new) <= each <= max(old) for each in (*new, *old))


def compared(strategy: str, *, rate: float = 100.0) -> ComparedStrategy:
    deployment = course(Made(SHARES[strategy], SPANS_S[strategy], rate))
    rollback = course(Made(((0.1, 1.0),), 2.4, rate, back=True), zero_s=6000.0)
    return ComparedStrategy(figures(strategy, deployment, rollback), deployment, rollback)


def comparison(
    service: str = "orders",
    make: Callable[[str], ComparedStrategy] = compared,
    names: Sequence[str] = tuple(SHARES),
) -> Comparison:
    return Comparison(
        service=service,
        artifact="sha256:" + "4f1c9a7be2d05386" * 4,
        replicas=4,
        rate=100.0,
        measured="2026-11-23T11:30:00Z",
        machine="Linux x86-64, 2 processors, Python 3.11.7",
        strategies=tuple(make(each) for each in names),
    )
