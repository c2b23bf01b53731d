"""Records of several processes are read together, those of other machines by this one's clock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load.crew_records import order_for, read_crew
from pytest_pipeline.adapters.locust_load.orders import Order, read_order
from pytest_pipeline.adapters.locust_load.recorder import Recorder
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_settings import LoadSettings

ORDER = Order(
    processes=1,
    workers=("left",),
    host="127.0.0.1",
    port=5557,
    wait_s=1,
    stop_timeout_s=1,
    version="1.0",
    variables=("TOKEN",),
)


def record(folder: Path, role: str, started_s: float) -> None:
    folder.mkdir(exist_ok=True)
    recorder = Recorder(folder, role)
    recorder.started(started_s, 1)
    recorder.request(started_s + 1, 5.0, ("GET", "/", None))
    recorder.stopped(started_s + 2, 1)
    recorder.end(0)


def test_a_record_of_another_machine_is_read_by_the_clock_of_this_one(tmp_path: Path) -> None:
    record(tmp_path, "MasterRunner", 1000.0)
    record(tmp_path / "worker-0", "WorkerRunner", 5.0)
    account = {"problems": ["somebody was lost"], "members": [{"index": 0, "shift_s": 995.5}]}
    (tmp_path / "crew.json").write_text(json.dumps(account))

    crew = read_crew(tmp_path, ORDER)

    assert crew.problems == ("somebody was lost",)
    assert [each.role for each in crew.records] == ["MasterRunner", "WorkerRunner"]
    other = crew.records[1]
    assert (other.started_s, other.stopped_s) == (1000.5, 1002.5)
    assert other.samples[0].started_s == pytest.approx(1001.5)


def test_records_without_the_word_of_the_master_are_not_all(tmp_path: Path) -> None:
    record(tmp_path, "MasterRunner", 1000.0)

    assert read_crew(tmp_path, ORDER).problems == (
        "the master of the load died before it had all records",
    )


def test_an_order_is_read_as_it_was_written_and_one_process_has_none(tmp_path: Path) -> None:
    assert read_order(tmp_path) is None

    ORDER.write(tmp_path)

    assert read_order(tmp_path) == ORDER


def test_an_order_names_variables_and_never_their_values() -> None:
    spec = LoadSpec(
        "x.py",
        "http://127.0.0.1:1",
        users=1,
        spawn_rate=1,
        duration_s=1,
        source=LoadSettings(processes=2),
        variables={"TOKEN": "s3cret"},
    )

    order = order_for(spec)

    assert order is not None
    assert order.variables == ("TOKEN",)
    assert order.host == "127.0.0.1"
    assert "s3cret" not in repr(order)
