"""Commands and faults in any order that hypothesis can think of, over the real engine."""

from __future__ import annotations

import math
from functools import partial
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pytest_pipeline.domain.strategies import STRATEGIES
from pytest_pipeline.testing.simulation.drawing_options import draw_options
from pytest_pipeline.testing.simulation.faults import Fault, FaultKind
from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.simulation.simulating import Play
from pytest_pipeline.testing.simulation.world import World


def scenario_of(strategy: str, replicas: int, seed: int, *, irreversible: bool) -> Scenario:
    """Return a scenario of a small kept environment in which nothing goes wrong by itself."""
    return Scenario(
        seed=seed,
        strategy=strategy,
        options=draw_options(Random(seed), strategy, replicas),  # noqa: S311 - reproducible
        minimum_healthy=None,
        stable_replicas=replicas,
        replicas=replicas,
        keep=True,
        irreversible=irreversible,
        progress_deadline_s=600.0,
        ready_s=0.1,
        in_flight_s=0.2,
        patience_s=1.0,
        commands=("resume", "abort", "resume"),
        twice=False,
        faults=(),
    )


class Deployments(RuleBasedStateMachine):
    """An environment, its commands, and faults that strike within the next one."""

    @initialize(
        strategy=st.sampled_from(sorted(STRATEGIES)),
        replicas=st.integers(1, 5),
        seed=st.integers(0, 1000),
        irreversible=st.booleans(),
    )
    def open(self, strategy: str, replicas: int, seed: int, *, irreversible: bool) -> None:
        self.play = Play(World(scenario_of(strategy, replicas, seed, irreversible=irreversible)))
        self.play.controllers.open_stable()
        self.play.world.struck.append(FaultKind.ABORT)  # people are free to go back

    @rule(
        kind=st.sampled_from(FaultKind),
        after_calls=st.integers(0, 150),
        seconds=st.sampled_from((0.3, 4.0, math.inf)),
        victim=st.floats(0, 0.99),
    )
    def strike(self, kind: FaultKind, after_calls: int, seconds: float, victim: float) -> None:
        self.play.world.storm.add(Fault(kind, 0, after_calls, seconds, victim))

    @rule()
    def deploy(self) -> None:
        self.play.command(self.play.controllers.deploy)

    @rule()
    def resume(self) -> None:
        self.play.command(self.play.controllers.resume)

    @rule(force=st.booleans())
    def abort(self, *, force: bool) -> None:
        self.play.command(partial(self.play.controllers.abort, force=force))

    @rule()
    def look_after(self) -> None:
        self.play.command(self.play.controllers.adopt)

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "play"):
            assert [str(each) for each in self.play.world.referee.violations] == []

    def teardown(self) -> None:
        if hasattr(self, "play"):
            self.play.settle()
            self.nothing_is_broken()


Deployments.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestDeployments = Deployments.TestCase
