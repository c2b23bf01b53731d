"""Load tests by Locust, always in a process of its own: it patches whatever imports it."""

from pytest_pipeline.adapters.locust_load.installed import demand_locust
from pytest_pipeline.adapters.locust_load.runner import LocustRunner

__all__ = ["LocustRunner", "demand_locust"]
