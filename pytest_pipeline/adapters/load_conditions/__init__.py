"""Under which conditions this machine makes load."""

from pytest_pipeline.adapters.load_conditions.here import ConditionsHere

__all__ = ["ConditionsHere"]
