"""From the tables of alarms to the values of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_pipeline.config.alarm_names import names_of
from pytest_pipeline.config.models.alarms import AlarmTable
from pytest_pipeline.domain.alarm_bounds import parse_bound
from pytest_pipeline.domain.alarms import (
    Alarm,
    AnyAlarm,
    CompositeAlarm,
    Moment,
    Operator,
    TreatMissing,
)
from pytest_pipeline.domain.alarms.sources import (
    CommandSource,
    HttpSource,
    InstancesSource,
    PrometheusSource,
    RouterSource,
    Source,
    TestsSource,
)

#: Sources that are dear to ask have time, and are asked seldom; seconds.
_TIMEOUTS_S: Mapping[str, float] = {"command": 5.0, "tests": 30.0}
_PERIODS_S: Mapping[str, float] = {"tests": 5.0}
#: Measures of the router that are a count in a time.
_IN_A_TIME = ("requests", "requests_per_s")


def to_alarms(tables: Sequence[AlarmTable]) -> tuple[AnyAlarm, ...]:
    """Return the alarms that valid tables describe."""
    return tuple(
        _composite(name, table) if table.all or table.any else _alarm(name, table)
        for name, table in zip(names_of(tables), tables, strict=True)
    )


def _composite(name: str, table: AlarmTable) -> CompositeAlarm:
    operator = Operator.ALL if table.all else Operator.ANY
    return CompositeAlarm(name, operator, table.all or table.any or (), _during(table))


def _alarm(name: str, table: AlarmTable) -> Alarm:
    least, among = (1, 1) if isinstance(table.datapoints, str) else table.datapoints
    return Alarm(
        name=name,
        source=_source(table),
        bound=parse_bound(table.bound) if table.bound is not None else None,
        period_s=_period_s(table),
        least=least,
        among=among,
        minimum_samples=table.minimum_samples or table.minimum_requests or Alarm.minimum_samples,
        treat_missing=TreatMissing(table.treat_missing),
        timeout_s=table.timeout_s or _TIMEOUTS_S.get(table.source, Alarm.timeout_s),
        during=_during(table),
    )


def _during(table: AlarmTable) -> tuple[Moment, ...]:
    return tuple(Moment(each) for each in table.during)


def _period_s(table: AlarmTable) -> float | None:
    if table.period_s is not None:
        return table.period_s
    if table.source == "router" and table.measure not in _IN_A_TIME:
        return None
    return _PERIODS_S.get(table.source, 1.0)


def _source(table: AlarmTable) -> Source:
    match table.source:
        case "router":
            return RouterSource(table.measure or "")
        case "instances":
            return _instances(table)
        case "prometheus":
            return PrometheusSource(table.url or "", table.query or "", table.header_variables)
        case "http":
            return HttpSource(table.url or "", table.pointer or "", table.header_variables)
        case "command":
            return CommandSource(table.command or (), number=table.bound is not None)
        case "tests":
            return TestsSource(table.tests or ())


def _instances(table: AlarmTable) -> InstancesSource:
    return InstancesSource(
        metric=table.metric or "",
        path=table.path or InstancesSource.path,
        labels=table.labels,
        aggregate=table.aggregate or InstancesSource.aggregate,
        kind=table.kind or InstancesSource.kind,
        divisor=table.divisor or "",
        divisor_labels=table.divisor_labels,
    )
