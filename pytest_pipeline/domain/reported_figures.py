"""Figures as files of evidence have them: JSON's numbers, and texts for what JSON has none for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_ledger import sent_from_record
from pytest_pipeline.domain.load_shapes import shape_from_record
from pytest_pipeline.domain.side_by_side.runs import sides_from_record
from pytest_pipeline.domain.spoiling import Spoilt

_NOT_FINITE = ("nan", "inf", "-inf")
#: Members of a load's result that are no figures.
_NO_FIGURES = (
    *("problems", "errors", "shape", "sides", "histogram", "conditions"),
    *("sent", "remarks"),
)
#: Members that are written where they say something alone: reports of before have none of them.
_LATER = ("sides", "histogram", "conditions", "sent", "remarks")


def written_figure(value: float) -> float | str:
    """Return a figure as a value of JSON: ``nan`` and ``inf`` in words."""
    if isinstance(value, int):
        return int(value)  # a flag that was recorded counts as 0 or 1
    return value if math.isfinite(value) else str(value)


def read_figure(written: Any) -> float:  # noqa: ANN401 - as the file has it
    """Read what `written_figure` wrote.

    Raises:
        TypeError: If it is no figure.
    """
    if written in _NOT_FINITE:
        return float(written)
    if not isinstance(written, int | float) or isinstance(written, bool):
        raise TypeError(f"not a figure: {written!r}")
    return written


def written_figures(figures: Mapping[str, float]) -> dict[str, float | str]:
    """Return figures by name as values of JSON."""
    return {name: written_figure(value) for name, value in figures.items()}


def read_figures(written: Mapping[str, Any]) -> dict[str, float]:
    """Read what `written_figures` wrote.

    Raises:
        TypeError: If one is no figure.
    """
    return {str(name): read_figure(value) for name, value in written.items()}


def written_load(load: LoadResult) -> Any:  # noqa: ANN401 - values of JSON
    """Return the result of a load test as values of JSON."""
    written = _finite(asdict(load))
    return {name: value for name, value in written.items() if value or name not in _LATER}


def read_load(written: Mapping[str, Any]) -> LoadResult:
    """Read what `written_load` wrote.

    Raises:
        TypeError: If it is none.
    """
    figures = {name: value for name, value in written.items() if name not in _NO_FIGURES}
    return LoadResult(
        **{name: _read(value) for name, value in figures.items()},
        problems=tuple(map(str, written["problems"])),
        errors={str(said): int(count) for said, count in written["errors"].items()},
        shape=shape_from_record(_shape(written["shape"])),
        sides=sides_from_record(_sides(written.get("sides"))),
        histogram=str(written.get("histogram", "")),
        conditions={str(name): str(said) for name, said in written.get("conditions", {}).items()},
        sent=sent_from_record(written.get("sent")),
        remarks=tuple(map(str, written.get("remarks", ()))),
    )


def written_spoilt(spoilt: Spoilt | None) -> Any:  # noqa: ANN401 - values of JSON
    """Return what the gate self-test replaced as values of JSON."""
    return None if spoilt is None else _finite(asdict(spoilt))


def read_spoilt(written: Any) -> Spoilt | None:  # noqa: ANN401 - as the file has it
    """Read what `written_spoilt` wrote.

    Raises:
        TypeError: If it is none.
    """
    if written is None:
        return None
    baseline = written["baseline"]
    return Spoilt(
        {str(name): _read(value) for name, value in written["measurements"].items()},
        None if baseline is None else read_figures(baseline),
    )


def _finite(value: Any) -> Any:  # noqa: ANN401 - whatever a dataclass holds
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_finite(each) for each in value]
    return written_figure(value) if isinstance(value, float) else value


def _read(written: Any) -> Any:  # noqa: ANN401 - as the file has it
    return None if written is None else read_figure(written)


def _sides(written: Any) -> Any:  # noqa: ANN401 - as the file has it
    if written is None:
        return None
    runs = [{**each, "figures": read_figures(each["figures"])} for each in written["runs"]]
    return {**written, "runs": runs}


def _shape(written: Any) -> Any:  # noqa: ANN401 - as the file has it
    if written is None:
        return None
    rows = {name: written[name] for name in ("classes", "moments")}
    return {
        part: [{name: _read(value) for name, value in each.items()} for each in each_row]
        for part, each_row in rows.items()
    }
