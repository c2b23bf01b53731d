"""`pytest-pipeline gates list`: every measure, its last values, and the gates that judge it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.measure_listing import ListedMeasure, list_measures
from pytest_pipeline.domain.pipelines import Pipeline

_COLUMNS = ("measure", "unit", "meaning", "last measured", "judged by")


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "list",
        help="list what gates can judge",
        description=(
            "List every measure with its unit and meaning, what was measured last in each stage, "
            "and what the gates demand of it."
        ),
    )
    parser.add_argument("--stage", metavar="NAME", help="of this stage alone")
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    pipeline, store = wiring.gates_at(Path(options.root))
    if options.stage is not None:
        pipeline.stage(options.stage)
    stages = [each for each in pipeline.stages if options.stage in (None, each.name)]
    found = {each.name: store.latest(each.name) for each in stages}
    evidence = {name: each.evidence for name, each in found.items() if each is not None}
    listed = list_measures(stages, pipeline.layers.names, evidence)
    if options.format == "json":
        _print_json(listed, evidence)
    else:
        wiring.print_table(_COLUMNS, [_row(each) for each in listed])
        sys.stdout.write(_remark(pipeline, evidence))
    return 0


def _row(listed: ListedMeasure) -> tuple[str, ...]:
    measure = listed.measure
    values = "\n".join(f"{stage} {value:.6g}" for stage, value in listed.values.items())
    demands = "\n".join(f"{stage} {demand}" for stage, demand in listed.demands.items())
    return (measure.name, measure.unit, measure.meaning, values, demands)


def _remark(pipeline: Pipeline, evidence: Mapping[str, Evidence]) -> str:
    silent = [each.name for each in pipeline.stages if each.name not in evidence]
    if not evidence:
        return "nothing was measured yet: no evidence of any stage\n"
    return f"no evidence of: {', '.join(silent)}\n" if silent else ""


def _print_json(listed: tuple[ListedMeasure, ...], evidence: Mapping[str, Evidence]) -> None:
    document = {
        "measures": [
            {
                "name": each.measure.name,
                "unit": each.measure.unit,
                "meaning": each.measure.meaning,
                "worse": str(each.measure.worse),
                "values": each.values,
                "objectives": {
                    stage: {"pass": demand.pass_, "warn": demand.warn}
                    for stage, demand in each.demands.items()
                },
            }
            for each in listed
        ],
        "evidence": {
            stage: {"verdict": str(each.verdict), "created": each.created, "commit": each.commit}
            for stage, each in evidence.items()
        },
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
