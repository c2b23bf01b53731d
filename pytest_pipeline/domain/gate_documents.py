"""A gate as it is demanded, in JSON values: what evidence shows, and policies are compared by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pytest_pipeline.domain.criteria_sets import CriteriaSet
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.ratchets import ratcheted


def gate_document(gate: Gate) -> dict[str, Any]:
    """Return a gate in JSON values; every key is always there, but for ``side_by_side``.

    ``objectives`` are in the gate's order. Each has its ``measure``, the sets of criteria of which
    one must hold to ``pass`` and to ``warn``, each criterion as it is written in the configuration,
    and the ``baseline`` of relative ones, else null. ``ratchets`` are the measures that must not
    get worse than at the merge base. ``required_tests``, ``skip_reasons`` (null for any) and
    ``retries`` are what is demanded of tests, ``excused`` pattern and last day of each entry of the
    quarantine, ``base`` the branch whose merge base is compared with, where that is configured.
    ``side_by_side`` says how releases are compared side by side, where they are.
    """
    demands = gate.demands
    return {
        "objectives": [_objective(each) for each in gate.objectives if not _is_ratchet(each)],
        "ratchets": [each.measure for each in gate.objectives if _is_ratchet(each)],
        "required_tests": list(demands.required_tests),
        "skip_reasons": None if demands.skip_reasons is None else list(demands.skip_reasons),
        "retries": demands.retries,
        "excused": [list(each) for each in gate.excused],
        "base": gate.base,
        **({"side_by_side": asdict(gate.side_by_side)} if gate.side_by_side else {}),
    }


def _objective(objective: Objective) -> dict[str, Any]:
    baseline = objective.compared_with
    return {
        "measure": objective.measure,
        "pass": _sets(objective.pass_sets),
        "warn": _sets(objective.warn_sets),
        "baseline": None if baseline is None else str(baseline),
    }


def _sets(sets: Sequence[CriteriaSet]) -> list[list[str]]:
    return [[str(criterion) for criterion in criteria] for criteria in sets]


def _is_ratchet(objective: Objective) -> bool:
    return (objective,) == ratcheted([objective.measure])
