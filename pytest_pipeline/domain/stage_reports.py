"""The report of a stage: its run as a text, from which anybody can judge the stage again.

Nothing is lost on the way: ``judge_stage(stage, run_from(report_text(name, run)))`` is
``judge_stage(stage, run)``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pytest_pipeline.domain.envelopes import canonical_json
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.measures import Measure, Worse
from pytest_pipeline.domain.reported_figures import (
    read_figures,
    read_load,
    read_spoilt,
    written_figures,
    written_load,
    written_spoilt,
)
from pytest_pipeline.domain.reported_tests import read_tests, written_tests
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestRecord

#: What reports begin with; another one is not read.
FORMAT = "urn:pytest-pipeline-gates:stage-report:v1"

_TEXTS = ("problems", "narrowed", "left_out", "missing")


def report_text(stage: str, run: StageRun) -> str:
    """Return the run of a stage as canonical JSON.

    Args:
        stage: Name of the stage.
        run: What running its tests brought to light, before anything was judged.
    """
    return canonical_json(
        {
            "format": FORMAT,
            "stage": stage,
            "tally": _written_tally(run.tally),
            "measurements": written_figures(run.measurements),
            **{name: list(getattr(run, name)) for name in _TEXTS},
            "interrupted": run.interrupted,
            "exit_status": run.exit_status,
            "stopped": run.stopped,
            "gave_up": run.gave_up,
            "other_failures": run.other_failures,
            **written_figures({"duration_s": run.duration_s, "load_s": run.load_s}),
            "details": {name: list(about) for name, about in run.details.items()},
            "registered": [
                [each.name, each.unit, each.meaning, each.worse] for each in run.registered
            ],
            "loads": [[nodeid, written_load(load)] for nodeid, load in run.loads],
            "broken": written_tests(run.broken),
            "spoilt": written_spoilt(run.spoilt),
            # Only where there is one: reports of before are written without.
            **({"beside": asdict(run.beside)} if run.beside else {}),
        }
    )


def run_from(text: str) -> StageRun:
    """Read the run of a report.

    Raises:
        ValueError: If the text is not, to the byte, what a report is written as.
    """
    return report_from(text)[1]


def report_from(text: str) -> tuple[str, StageRun]:
    """Read a report: the name of its stage, and the run.

    Raises:
        ValueError: If the text is not, to the byte, what a report is written as.
    """
    try:
        data = json.loads(text)
        stage, run = str(data["stage"]), _read(data)
        written = report_text(stage, run)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a report of a stage: {error!r}") from error
    if written != text:
        raise ValueError("not written as reports are: it was changed after it was made")
    return stage, run


def _read(data: Mapping[str, Any]) -> StageRun:
    if data["format"] != FORMAT:
        raise ValueError(f"its format is {data['format']!r}")
    exit_status = data["exit_status"]
    times = read_figures({name: data[name] for name in ("duration_s", "load_s")})
    return StageRun(
        tally=_read_tally(data["tally"]),
        measurements=read_figures(data["measurements"]),
        problems=_texts(data["problems"]),
        narrowed=_texts(data["narrowed"]),
        left_out=_texts(data["left_out"]),
        interrupted=bool(data["interrupted"]),
        exit_status=None if exit_status is None else int(exit_status),
        stopped=str(data["stopped"]),
        gave_up=bool(data["gave_up"]),
        other_failures=int(data["other_failures"]),
        duration_s=times["duration_s"],
        load_s=times["load_s"],
        missing=_texts(data["missing"]),
        details={name: _texts(about) for name, about in data["details"].items()},
        registered=tuple(
            Measure(str(name), str(unit), str(meaning), Worse(worse))
            for name, unit, meaning, worse in data["registered"]
        ),
        loads=tuple((str(nodeid), read_load(load)) for nodeid, load in data["loads"]),
        broken=read_tests(data["broken"]),
        spoilt=read_spoilt(data["spoilt"]),
        beside=Beside(**data["beside"]) if "beside" in data else None,
    )


def _written_tally(tally: Tally) -> dict[str, Any]:
    """Return a tally; outcomes that its records tell are not written a second time."""
    told = _told(tally.records)
    same = told == tally.outcomes and list(told) == list(tally.outcomes)
    return {
        "tests": written_tests(tally.records),
        "outcomes": None if same else [list(each) for each in tally.outcomes.items()],
        "collected": tally.collected,
        "broken_modules": tally.broken_modules,
        **written_figures({"duration_s": tally.duration_s}),
        "deselected": tally.deselected,
        "skipped_modules": dict(tally.skipped_modules),
    }


def _read_tally(data: Mapping[str, Any]) -> Tally:
    records, outcomes = read_tests(data["tests"]), data["outcomes"]
    return Tally(
        outcomes=_told(records)
        if outcomes is None
        else {str(nodeid): TestOutcome(outcome) for nodeid, outcome in outcomes},
        collected=int(data["collected"]),
        broken_modules=int(data["broken_modules"]),
        duration_s=read_figures({"": data["duration_s"]})[""],
        records=records,
        deselected=int(data["deselected"]),
        skipped_modules={name: str(reason) for name, reason in data["skipped_modules"].items()},
    )


def _told(records: tuple[TestRecord, ...]) -> dict[str, TestOutcome]:
    return {each.nodeid: each.outcome for each in records if each.outcome is not None}


def _texts(written: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the file has it
    return tuple(map(str, written))
