"""Which keys an alarm has, by its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.alarms import AlarmTable
from pytest_pipeline.config.problems import Problem


@dataclass(frozen=True)
class SourceKeys:
    """Keys of a source, beside those that every alarm has.

    Attributes:
        required: What has to be there.
        optional: What may be.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


#: Keys of every alarm that has a source.
COMMON = (
    "name", "source", "period_s", "datapoints", "treat_missing", "timeout_s", "during",
)  # fmt: skip

KEYS: Mapping[str, SourceKeys] = {
    "router": SourceKeys(
        ("measure", "bound"), ("compare", "minimum_samples", "minimum_requests")
    ),
    "instances": SourceKeys(
        ("metric", "bound"),
        (
            "path", "labels", "aggregate", "kind", "divisor", "divisor_labels", "compare",
            "minimum_samples",
        ),
    ),
    "prometheus": SourceKeys(("url", "query", "bound"), ("header_variables",)),
    "http": SourceKeys(("url",), ("pointer", "bound", "header_variables")),
    "command": SourceKeys(("command",), ("bound",)),
    "tests": SourceKeys(("tests",)),
}  # fmt: skip

#: Keys of a composite alarm.
COMPOSITE = ("name", "all", "any", "during")


def key_problems(alarm: AlarmTable, at: KeyPath) -> Iterator[Problem]:
    """Yield which keys an alarm lacks, and which it has that its source has not."""
    if alarm.all is not None or alarm.any is not None:
        yield from _of_composite(alarm, at)
        return
    keys = KEYS[alarm.source]
    known = (*COMMON, *keys.required, *keys.optional)
    for key in _given(alarm, known):
        yield Problem(
            (*at, key),
            f"got a key that source {alarm.source!r} has not, wanted one of {', '.join(known)}",
        )
    for key in keys.required:
        if getattr(alarm, key) is None:
            yield Problem(
                (*at, key), f"got nothing, wanted this key, which source {alarm.source!r} requires"
            )
    yield from _together(alarm, at)


def _of_composite(alarm: AlarmTable, at: KeyPath) -> Iterator[Problem]:
    if alarm.all is not None and alarm.any is not None:
        yield Problem((*at, "any"), "got any beside all, wanted one of the two")
    if alarm.name is None:
        yield Problem((*at, "name"), "got nothing, wanted the name of the composite alarm")
    for key in _given(alarm, COMPOSITE):
        yield Problem(
            (*at, key),
            f"got a key that a composite alarm has not, wanted one of {', '.join(COMPOSITE)}",
        )


def _together(alarm: AlarmTable, at: KeyPath) -> Iterator[Problem]:
    """Yield what is wrong between the keys of an alarm."""
    if alarm.name is None and alarm.source != "router":
        yield Problem((*at, "name"), "got nothing, wanted the name of the alarm")
    of_all = alarm.source == "router" and alarm.period_s is None
    if of_all and "datapoints" in alarm.model_fields_set:
        yield Problem(
            (*at, "datapoints"),
            "got this without period_s, wanted period_s beside it: without, there is one datapoint",
        )
    if alarm.minimum_samples is not None and alarm.minimum_requests is not None:
        yield Problem((*at, "minimum_requests"), "got this beside minimum_samples, wanted one")
    if "before" in alarm.during and alarm.source in ("router", "instances"):
        yield Problem(
            (*at, "during"),
            f"got 'before', when source {alarm.source!r} has nothing to say: the candidate does "
            "not run yet; wanted canary, bake or rollout",
        )
    if (alarm.kind == "ratio") != (alarm.divisor is not None) and alarm.source == "instances":
        key = "divisor" if alarm.kind == "ratio" else "kind"
        yield Problem((*at, key), "got one of divisor and kind = 'ratio', wanted both or none")


def _given(alarm: AlarmTable, known: tuple[str, ...]) -> list[str]:
    """Return the keys that were written and are not known, in the order of the reference."""
    return [
        key for key in AlarmTable.model_fields if key in alarm.model_fields_set and key not in known
    ]
