"""What demanded stages run, and where: the part of a policy that says of whom a gate is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.policy_changes import (
    NOT_COMPARABLE,
    NOT_COMPARED_BEFORE,
    ChangeKind,
    PolicyChange,
)
from pytest_pipeline.domain.stages import Stage

_Document = Mapping[str, Any]


def stage_runs(stages: Iterable[Stage], rules: LayerRules) -> dict[str, Any]:
    """Return what stages run, as JSON values.

    By stage: the patterns of each of its ``layers``, and its ``environment``, null for none. Which
    tests are in the layers is not told: tests that move, or are deleted, change no policy.

    Args:
        stages: The stages.
        rules: How layers are recognised.
    """
    return {
        each.name: {
            "layers": {layer: list(rules.globs.get(layer, ())) for layer in each.layers},
            "environment": each.environment,
        }
        for each in stages
    }


def run_changes(old: _Document, new: _Document) -> Iterator[PolicyChange]:
    """Yield what differs between what stages ran and what they run, of those that are in both.

    Weaker is a layer or an environment that is missing, another environment than before, and a
    pattern that was taken out, also where another one takes its place: whether that finds the same
    tests cannot be compared. A layer or a pattern that was added is neither weaker nor stronger:
    there is more to pass, and the gate's sums are over more.

    Args:
        old: What `stage_runs` returned, at the last promotion say; empty for policies of before.
        new: The same, of what is configured now.
    """
    for name, now in new.items():
        place = f"stages.{name}"
        if name in old:
            yield from _layers(f"{place}.layers", old[name]["layers"], now["layers"])
            yield from _environment(place, old[name]["environment"], now["environment"])
        elif not old:
            told = ", ".join(now["layers"])
            yield PolicyChange(ChangeKind.OTHER, f"{place}.layers", "-", told, NOT_COMPARED_BEFORE)


def _layers(place: str, old: _Document, new: _Document) -> Iterator[PolicyChange]:
    for layer in dict.fromkeys((*old, *new)):
        if layer not in new:
            yield PolicyChange(ChangeKind.WEAKER, place, layer, "-")
        elif layer not in old:
            yield PolicyChange(ChangeKind.OTHER, place, "-", layer)
        else:
            yield from _patterns(f"{place}.{layer}", old[layer], new[layer])


def _patterns(place: str, old: Iterable[str], new: Iterable[str]) -> Iterator[PolicyChange]:
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    for each in before:
        if each not in after:
            yield PolicyChange(ChangeKind.WEAKER, place, each, "-", NOT_COMPARABLE)
    for each in after:
        if each not in before:
            yield PolicyChange(ChangeKind.OTHER, place, "-", each)


def _environment(place: str, old: str | None, new: str | None) -> Iterator[PolicyChange]:
    if old == new:
        return
    kind = ChangeKind.STRONGER if old is None else ChangeKind.WEAKER
    remark = NOT_COMPARABLE if old and new else ""
    yield PolicyChange(kind, f"{place}.environment", old or "-", new or "-", remark)
