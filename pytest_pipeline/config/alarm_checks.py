"""What alarms of an environment have to be to each other, to its strategy and to the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pytest_pipeline.config.alarm_keys import key_problems
from pytest_pipeline.config.alarm_names import names_of
from pytest_pipeline.config.declared import Declared
from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.alarms import AlarmTable
from pytest_pipeline.config.models.environments import EnvironmentTable
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.strategy_options import fleets_of
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.alarms import Moment
from pytest_pipeline.domain.alarms.planned import moments_of
from pytest_pipeline.domain.names_of_tests import is_node_id
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.errors import PipelineError


def alarm_problems(
    environment: EnvironmentTable, declared: Declared, at: KeyPath
) -> Iterator[Problem]:
    """Yield what is wrong with the alarms of an environment.

    Args:
        environment: The environment.
        declared: What the document declares.
        at: Where the environment is in our section.
    """
    alarms = environment.alarms or ()
    for index, alarm in enumerate(alarms):
        here: KeyPath = (*at, "alarms", index)
        yield from key_problems(alarm, here)
        yield from _known_tests(alarm, declared, here)
    yield from _twice(alarms, at)
    yield from _members(alarms, at)
    yield from _never_asked(environment, alarms, at)


def _known_tests(alarm: AlarmTable, declared: Declared, at: KeyPath) -> Iterator[Problem]:
    for index, test in enumerate(alarm.tests or ()):
        if not is_node_id(test) and test not in declared.layers:
            yield Problem(
                (*at, "tests", index),
                f"got {test!r}, wanted a layer ({', '.join(declared.layers)}) or a node id such "
                f"as 'tests/e2e/test_orders.py'{did_you_mean(test, declared.layers)}",
            )


def _twice(alarms: Sequence[AlarmTable], at: KeyPath) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, alarm in enumerate(alarms):
        if alarm.name is not None and alarm.name in seen:
            yield Problem(
                (*at, "alarms", index, "name"),
                f"got the name {alarm.name!r} again, wanted every name once",
            )
        seen.add(alarm.name or "")


def _members(alarms: Sequence[AlarmTable], at: KeyPath) -> Iterator[Problem]:
    names = names_of(alarms)
    known = dict(zip(names, alarms, strict=True))
    for index, alarm in enumerate(alarms):
        for key, members in (("all", alarm.all), ("any", alarm.any)):
            for place, member in enumerate(members or ()):
                here: KeyPath = (*at, "alarms", index, key, place)
                if member not in known:
                    yield Problem(
                        here,
                        f"got the unknown alarm {member!r}, wanted one of {', '.join(names)}"
                        f"{did_you_mean(member, names)}",
                    )
                elif circle := _circle(member, names[index], known):
                    yield Problem(
                        here, f"got a circle ({circle}), wanted alarms that do not need themselves"
                    )
                else:
                    yield from _as_member(known[member], alarm, here)


def _as_member(member: AlarmTable, composite: AlarmTable, here: KeyPath) -> Iterator[Problem]:
    """Yield why an alarm cannot be a member: it is asked when its composite is."""
    if "during" in member.model_fields_set:
        yield Problem(
            here,
            "got a member that has a 'during' of its own, wanted that on the composite alarm only",
        )
    of_candidate = member.all is None and member.any is None
    of_candidate = of_candidate and member.source in ("router", "instances")
    if of_candidate and "before" in composite.during:
        yield Problem(
            here,
            f"got source {member.source!r}, which has nothing to say 'before' the deployment, "
            "wanted a 'during' without it",
        )


def _circle(member: str, top: str, known: Mapping[str, AlarmTable]) -> str:
    """Return the way from a member back to the alarm that names it; empty when there is none."""
    pending: list[tuple[str, tuple[str, ...]]] = [(member, (top, member))]
    seen: set[str] = set()
    while pending:
        name, way = pending.pop()
        if name == top:
            return " > ".join(way)
        alarm = known.get(name)
        if alarm is None or name in seen:
            continue
        seen.add(name)
        pending += [(each, (*way, each)) for each in (*(alarm.all or ()), *(alarm.any or ()))]
    return ""


def _never_asked(
    environment: EnvironmentTable, alarms: Sequence[AlarmTable], at: KeyPath
) -> Iterator[Problem]:
    """Yield which alarms no step of the strategy asks: they would pass unasked."""
    if all(alarm.during != ("canary",) for alarm in alarms):
        return
    stable, candidate = fleets_of(environment.replicas)
    try:
        plan = plan_deployment(environment.strategy, environment.options, stable, candidate)
    except PipelineError:
        return  # told already
    if Moment.CANARY in moments_of(plan):
        return
    for index, alarm in enumerate(alarms):
        if alarm.during == ("canary",):
            yield Problem(
                (*at, "alarms", index, "during"),
                f"got ['canary'], but {environment.strategy!r} never waits while both releases get "
                "traffic, wanted 'bake' or 'rollout' as well",
            )
