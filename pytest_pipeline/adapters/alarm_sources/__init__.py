"""Asks what alarms want to know: instances, Prometheus, HTTP, commands, tests."""

from pytest_pipeline.adapters.alarm_sources.asking import RealAlarmSources

__all__ = ["RealAlarmSources"]
