"""The tests of an execution as compact rows, which the page's script draws a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pytest_pipeline.domain.execution_reports import ReportedStage
from pytest_pipeline.domain.failure_places import headline
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestRecord

_OUTCOMES = tuple(TestOutcome)
#: Longest reason in a row, characters: whole failures stand above.
_REASON_LENGTH = 160
_MILLISECONDS = 1000


def rows_as_json(stages: Iterable[ReportedStage]) -> str:
    """Return all tests as JSON that may stand in an element ``script``.

    Files are named once; a row is ``[stage, file, name, layer, outcome, ms, attempts, marks,
    reason]``, with marks 1 for flaky and 2 for quarantined.

    Args:
        stages: The stages, in order.
    """
    files: dict[str, int] = {}
    layers: dict[str, int] = {}
    rows = []
    for number, stage in enumerate(stages):
        for record in stage.records:
            file, _, name = record.nodeid.partition("::")
            at = files.setdefault(file, len(files))
            layer = layers.setdefault(record.layer, len(layers))
            rows.append([number, at, name, layer, *_figures(record)])
    known = {"files": list(files), "layers": list(layers), "outcomes": _OUTCOMES, "rows": rows}
    return _inside_script(json.dumps(known, separators=(",", ":"), ensure_ascii=False))


def _figures(record: TestRecord) -> list[object]:
    outcome = record.outcome
    failure = record.first_failure
    reason = record.attempts[-1].reason if record.attempts else ""
    said = headline(failure.failure) if failure else reason
    return [
        -1 if outcome is None else _OUTCOMES.index(outcome),
        round(record.duration_s * _MILLISECONDS, 1),
        len(record.attempts),
        int(record.flaky) + 2 * int(record.quarantined),
        said[:_REASON_LENGTH],
    ]


def _inside_script(text: str) -> str:
    """Return JSON that cannot end the element it stands in, nor begin a comment there.

    Half surrogates, which node ids of undecodable paths hold, cannot be written as UTF-8.
    """
    for sign, code in (("<", "003c"), (">", "003e"), ("&", "0026")):
        text = text.replace(sign, f"\\u{code}")
    return text.encode("utf-8", "backslashreplace").decode()
