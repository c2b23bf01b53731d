"""Measures the capacity of a service, for several numbers of instances."""

from pytest_pipeline.engine.capacity.measuring import STOPPED, Measuring
from pytest_pipeline.engine.capacity.open_load import OpenLoad

__all__ = ["STOPPED", "Measuring", "OpenLoad"]
