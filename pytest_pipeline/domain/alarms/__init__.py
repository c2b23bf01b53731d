"""Alarms after CloudWatch: when a deployment that looked fine is taken back, or not begun.

A missing datapoint never passes: there is no policy in which it does.
"""

from pytest_pipeline.domain.alarms.composites import Operator, combine
from pytest_pipeline.domain.alarms.datapoints import Datapoint, TreatMissing, decide
from pytest_pipeline.domain.alarms.definitions import (
    DEFAULT_ALARMS,
    Alarm,
    AnyAlarm,
    CompositeAlarm,
    Moment,
    actors,
    watching,
)
from pytest_pipeline.domain.alarms.evaluation import AlarmReading, datapoint_breaches, evaluate
from pytest_pipeline.domain.alarms.reports import AlarmReport, report_of
from pytest_pipeline.domain.alarms.states import AlarmState
from pytest_pipeline.domain.alarms.statistics import PoolStatistics

__all__ = [
    "DEFAULT_ALARMS",
    "Alarm",
    "AlarmReading",
    "AlarmReport",
    "AlarmState",
    "AnyAlarm",
    "CompositeAlarm",
    "Datapoint",
    "Moment",
    "Operator",
    "PoolStatistics",
    "TreatMissing",
    "actors",
    "combine",
    "datapoint_breaches",
    "decide",
    "evaluate",
    "report_of",
    "watching",
]
