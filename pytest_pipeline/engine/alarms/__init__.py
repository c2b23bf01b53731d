"""Asks the alarms of an environment while a deployment is under way."""

from pytest_pipeline.engine.alarms.asking import AlarmDesk

__all__ = ["AlarmDesk"]
