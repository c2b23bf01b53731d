"""Deterministic simulation of deployments by the real engine, where everything may go wrong."""

from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.simulation.simulating import Simulated, simulate, simulate_scenario
from pytest_pipeline.testing.simulation.surveying import Outcome, reproduction, survey, tally
from pytest_pipeline.testing.simulation.violations import Invariant, Violation

__all__ = [
    "Invariant",
    "Outcome",
    "Scenario",
    "Simulated",
    "Violation",
    "reproduction",
    "simulate",
    "simulate_scenario",
    "survey",
    "tally",
]
