"""Acceptance point 8: the verdicts are the same with workers and without, whole and alone."""

from __future__ import annotations

import pytest

from tests.acceptance.broken_services import (
    BREAKAGES,
    LEAVING,
    run_all,
)
from tests.acceptance.broken_services import COLUMNS as BROKEN_COLUMNS
from tests.acceptance.conftest import Show
from tests.acceptance.evidence_walk import COLUMNS as WALK_COLUMNS
from tests.acceptance.evidence_walk import walk_with_evidence
from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.doubtful_stages import DOUBTFUL_STAGES
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_WORKERS = ("-n", "2")
_WAYS = (
    ("--pipeline",),
    ("--pipeline", *_WORKERS),
    ("--pipeline-stage=unit",),
    ("--pipeline-stage=unit", *_WORKERS),
)


@pytest.mark.timeout(1800)
def test_a_broken_service_is_not_released_with_workers(drill: Drill, show: Show) -> None:
    outcomes = list(run_all(drill, (*BREAKAGES, LEAVING), *_WORKERS))
    show("Gates hold with -n 2", BROKEN_COLUMNS, [each.row for each in outcomes])

    for outcome in outcomes:
        outcome.check()


@pytest.mark.timeout(1200)
def test_a_stage_demands_evidence_with_workers(
    drill: Drill, sample: Repository, show: Show
) -> None:
    steps = list(walk_with_evidence(drill, sample, *_WORKERS))
    show("Evidence with -n 2", WALK_COLUMNS, [each.row for each in steps])

    for step in steps:
        step.check()


@pytest.mark.timeout(1200)
def test_doubtful_stages_get_one_verdict_whichever_way_they_are_run(
    drill: Drill, show: Show
) -> None:
    rows = []
    for number, stage in enumerate(DOUBTFUL_STAGES):
        project = bare_project(drill, stage.project, name=f"project-{number}")
        runs = [drill.pytest(project, *way) for way in _WAYS]
        said = [f"{run.exit_code} {run.verdicts.get('unit')}" for run in runs]
        rows.append((stage.name, f"{stage.exit_code} {stage.verdict}", *said))
    show("Doubtful stages", ("stage", "wanted", *(" ".join(way) for way in _WAYS)), rows)

    for _, wanted, *said in rows:
        assert said == [wanted] * len(_WAYS)
