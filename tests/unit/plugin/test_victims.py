"""The self-test chooses the test that goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_pipeline.domain.injection_orders import VARIABLE
from pytest_pipeline.plugin.injecting.order import Order, read_order
from pytest_pipeline.plugin.injecting.victims import Victim

ITEMS = [
    SimpleNamespace(nodeid=nodeid, fixturenames=names)
    for nodeid, names in [("a.py::one", ()), ("a.py::two[x]", ()), ("b.py::wide", ("tmp_path",))]
]


@pytest.mark.parametrize(
    ("spared", "chosen"),
    [
        pytest.param([], "a.py::one", id="fewest-fixtures"),
        pytest.param(["a.py::one"], "a.py::two[x]", id="none-in-quarantine"),
        pytest.param(["a.py"], "b.py::wide", id="no-file-in-quarantine"),
        pytest.param(["*"], None, id="all-in-quarantine"),
    ],
)
def test_no_test_in_quarantine_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spared: list[str], chosen: str | None
) -> None:
    path = tmp_path / "order"
    order = {"injection": "failing-test", "done": "", "spoilt": None, "spared": spared}
    path.write_text(json.dumps(order))
    monkeypatch.setenv(VARIABLE, str(path))
    found = read_order()
    assert found is not None
    victim = Victim(found)

    victim.pytest_collection_finish(cast("Any", SimpleNamespace(items=ITEMS)))

    assert (victim.item.nodeid if victim.item else None) == chosen


def test_no_skipped_test_goes_wrong(tmp_path: Path) -> None:
    skipped = {"outcome": "skipped", "durations": {}, "recorded": {}}
    record = tmp_path / "record"
    record.write_text(json.dumps({"tests": {"a.py::one": skipped}}))
    victim = Victim(Order("failing-test", "", replay=str(record)))

    victim.pytest_collection_finish(cast("Any", SimpleNamespace(items=ITEMS)))

    assert victim.item is cast("Any", ITEMS[1])
