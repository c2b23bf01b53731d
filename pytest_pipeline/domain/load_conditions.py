"""Under which conditions load was measured: figures are compared with those of the same alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING

from pytest_pipeline.domain.naming_some import some_of

if TYPE_CHECKING:
    from pytest_pipeline.domain.handoffs import EnvironmentHandoff
    from pytest_pipeline.domain.load import LoadResult, LoadSpec

#: Measures of load begin so.
LOAD_PREFIX = "load."

#: Conditions by their name, as texts: ``processors 2; memory 8 GiB``, or a digest.
Conditions = Mapping[str, str]
#: Conditions of load tests by the id of the test, numbered where it ran several.
ConditionsByTest = Mapping[str, Conditions]

_DIGEST = "sha256:"
_BETWEEN = "; "
#: Members of a `LoadSpec` that have a condition of their own, or differ for no reason.
_NO_SETTINGS = ("locustfile", "url", "source", "variables", "data")


def settings_condition(spec: LoadSpec, versions: Mapping[str, str]) -> str:
    """Return the settings of a load: what is not as usual, and with what it was made.

    Args:
        spec: What was asked.
        versions: Name of what made the load to its version, as far as that matters.
    """
    given = [(each.name, getattr(spec, each.name), each.default) for each in fields(spec)]
    told = [
        f"{name} {_text(value)}"
        for name, value, usual in given
        if name not in _NO_SETTINGS and value and (usual is MISSING or value != usual)
    ]
    if not spec.source.single:
        told.append(f"processes {spec.source.processes}")
        told += [f"workers {_text(spec.source.workers)}"] if spec.source.workers else []
    return _BETWEEN.join([*told, *(f"{name} {each}" for name, each in versions.items())])


def environment_condition(environment: EnvironmentHandoff) -> str:
    """Return what an environment consists of, as far as it makes a service faster or slower.

    Peers are built of the revision that is tested: their versions are part of what is compared.
    """
    told = [f"name {environment.name}"]
    told += [f"target {environment.target}"] if environment.target else []
    told += [f"replicas {environment.replicas}"] if environment.replicas else []
    told += [
        f"{each.name} {each.provider}" + (f" {each.version}" if each.kind != "service" else "")
        for each in environment.resources
    ]
    return _BETWEEN.join(told)


def conditions_of(loads: Iterable[tuple[str, LoadResult]]) -> dict[str, Conditions]:
    """Return the conditions of load tests; empty when none of them says any.

    Args:
        loads: Id of the test and what it measured, in order.
    """
    found: dict[str, Conditions] = {}
    times: Counter[str] = Counter()
    for nodeid, load in loads:
        times[nodeid] += 1
        name = nodeid if times[nodeid] == 1 else f"{nodeid} #{times[nodeid]}"
        found[name] = dict(load.conditions)
    return found if any(found.values()) else {}


def why_not_comparable(here: ConditionsByTest, there: ConditionsByTest) -> str:
    """Return why load figures of two runs are not to be compared; empty when they are.

    Args:
        here: Conditions of the run that is judged.
        there: Conditions of the one that it would be compared with.
    """
    if not here or not there:
        where = "here" if not here else "there"
        return f"it is not known under which conditions load was measured {where}"
    found: dict[str, list[str]] = defaultdict(list)
    for nodeid in sorted(here.keys() | there.keys()):
        for text in _apart(here.get(nodeid), there.get(nodeid)):
            found[text].append(nodeid)
    if not found:
        return ""
    everywhere = len(here.keys() | there.keys())
    told = [
        text if len(nodeids) == everywhere else f"{text} in {some_of(nodeids)}"
        for text, nodeids in found.items()
    ]
    return f"measured under other conditions: {', '.join(told)}"


def _apart(here: Conditions | None, there: Conditions | None) -> Iterator[str]:
    """Yield what differs for one load test, in words."""
    if here is None or there is None:
        yield "a load test that was not there" if there is None else "a load test that is gone"
        return
    for name in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(name, ""), there.get(name, "")
        if ours != theirs:
            yield _difference(name, ours, theirs)


def _difference(name: str, ours: str, theirs: str) -> str:
    if not ours or not theirs:
        return f"{name} not known {'here' if theirs else 'there'}"
    if ours.startswith(_DIGEST) or theirs.startswith(_DIGEST):
        return f"{name} changed"
    now, before = _parts(ours), _parts(theirs)
    told = [
        f"{each} {now.get(each, 'unset')}, was {before.get(each, 'unset')}"
        for each in (*now, *(before.keys() - now.keys()))
        if now.get(each) != before.get(each)
    ]
    return f"{name} ({_BETWEEN.join(told)})"


def _parts(condition: str) -> dict[str, str]:
    """Return a condition's parts by their first word."""
    parts = (each.partition(" ") for each in condition.split(_BETWEEN))
    return {name: value for name, _, value in parts}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
