"""Drills: deployments at a site of their own, into which faults are injected."""

from pytest_pipeline.engine.drilling.drill import Drill, DrillOptions

__all__ = ["Drill", "DrillOptions"]
