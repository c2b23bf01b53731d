"""Each alarm source in each state with each policy for missing data: what was decided.

Instances, HTTP server, command and pytest are real. The query API of Prometheus is a fake on
loopback; that it answers as the real server does is shown by the component test of the adapter
(`tests/component/adapters/alarms/test_prometheus.py`), which asks the real one where it is
installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from pytest_pipeline.domain.alarms import TreatMissing
from tests.acceptance.conftest import Show
from tests.acceptance.test_31_strategies import deployed
from tests.acceptance.watched_service import (
    ALARMS,
    STATES,
    alarm_table,
    be,
    watched_service,
    write_pipeline,
)
from tests.component.adapters.alarms.told_server import Told, ToldServer
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

COLUMNS = ("source", "it is", "treat_missing", "state", "exit", "status", "lost", "detected", "why")


@pytest.fixture
def serving(drill: Drill) -> Iterator[Repository]:
    """A service whose first release is kept serving."""
    service = watched_service(drill)
    first = drill.pytest(service, "--pipeline", "--pipeline-keep", within_s=280)
    assert first.exit_code == 0, str(first)
    yield service
    down = drill.command(service, "down", within_s=120)
    assert down.exit_code == 0, str(down)


@pytest.fixture
def server() -> Iterator[ToldServer]:
    made = ToldServer()
    yield made
    made.close()


def tell(server: ToldServer, state: str) -> None:
    """Have the HTTP document and the fake of Prometheus be in a state."""
    if state == "unreadable":
        server.answers = {"/well": Told("no", 503), "/api/v1/query": _vector([])}
        return
    value = "1" if state == "OK" else "99"
    server.answers = {
        "/well": Told(json.dumps({"well": state == "OK"})),
        "/api/v1/query": _vector([{"metric": {}, "value": [1.5, value]}]),
    }


def _vector(result: list[dict[str, object]]) -> Told:
    data = {"resultType": "vector", "result": result}
    return Told(json.dumps({"status": "success", "data": data}))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("source", ALARMS)
def test_only_what_was_measured_and_is_fine_is_promoted(
    source: str, drill: Drill, serving: Repository, server: ToldServer, show: Show
) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    rows: list[tuple[object, ...]] = []
    seen: dict[tuple[str, str, str], tuple[int, dict[str, Any]]] = {}
    written = ""
    for treat, state in product(TreatMissing, STATES):
        table = alarm_table(source, state, treat, port)
        if table != written:  # another revision, which wants evidence of its own
            written = table
            # A session of pytest takes its time.
            write_pipeline(serving, table, hold_s=10 if source == "tests" else 1.5)
            tested = drill.pytest(serving, "--pipeline-stage=unit")
            assert tested.exit_code == 0, str(tested)
        tell(server, state)
        routed = "router ALARM" if state == "ALARM" else "OK"
        be(serving, routed if source == "router" else state)
        run = drill.command(serving, "deploy", "field", within_s=120)
        assert run.exit_code in (0, 23), f"{source}, {state}, {treat}: {run}"
        record = deployed(drill, serving)
        seen[source, state, treat] = (run.exit_code, record)
        [alarm] = record["alarms"]
        detected = record["detection_ms"]
        rows.append(
            (
                *(source, state, str(treat), alarm["state"], run.exit_code, record["status"]),
                record["lost_requests"],
                "-" if detected is None else f"{detected:.0f} ms",
                alarm["reason"][:70],
            )
        )
        be(serving, "OK")
    show(f"what was decided by {source}", COLUMNS, rows)

    assert {key: code for key, (code, _) in seen.items()} == {
        key: 0 if key[1] == "OK" else 23 for key in seen
    }
    assert {key: each["alarms"][0]["state"] for key, (_, each) in seen.items()} == {
        (source, state, treat): _wanted(state, treat) for source, state, treat in seen
    }
    assert all(each["lost_requests"] == 0 for _, each in seen.values())


def _wanted(state: str, treat: str) -> str:
    if state != "unreadable":
        return state
    return "ALARM" if treat == TreatMissing.BREACHING else "INSUFFICIENT_DATA"
