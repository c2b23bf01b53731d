"""The sample service, rehearsed in staging, and checked there with the tests of two releases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

_STAGING = """[tool.pytest_pipeline.environments.staging]
replicas = 2
strategy = "rolling"
"""
_TABLES = """
[tool.pytest_pipeline.environments.staging.mixed_versions]
tests = ["mixed"]
check = false

[tool.pytest_pipeline.layers]
mixed = ["tests/mixed/*.py"]
"""
_ROUTE = '''

@router.get("/api")
async def api() -> dict[str, str]:
    """Say which interface clients meet."""
    return {"api": "1"}
'''
_TESTS = '''\
"""What a client of either release does, whichever of the two answers."""

import uuid

import requests

from client_reading import interface_of
from pytest_pipeline.domain.handoffs import Overlap


def place(url: str) -> dict[str, str]:
    body = {"customer": uuid.uuid4().hex, "lines": [{"sku": "pen", "quantity": 1}]}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    return requests.post(f"{url}/orders", json=body, headers=key, timeout=10).json()


def test_a_client_knows_the_interface(pipeline_http: requests.Session) -> None:
    assert interface_of(pipeline_http.get("/api").json()) == "1"


def test_an_order_that_the_one_took_is_known_to_the_other(pipeline_overlap: Overlap) -> None:
    urls = (pipeline_overlap.stable_url, pipeline_overlap.candidate_url)
    for write_at, read_at in (urls, urls[::-1]):
        order = place(write_at)
        read = requests.get(f"{read_at}/orders/{order['id']}", timeout=10).json()

        assert read == order
'''
_READING = '''\
"""How clients of this release read an answer."""


def interface_of(answer: dict[str, str]) -> str:
    return {}
'''
COLUMNS = ("deployment", "releases", "requests", "lost", "errors", "all traffic", "took", "gap")


def row(record: dict[str, Any]) -> tuple[object, ...]:
    return (
        *(record["rehearsal"], f"{record['stable']} > {record['candidate']}"),
        *(record["requests"], record["lost_requests"], record["error_requests"]),
        f"{record['all_traffic_ms'] / 1000:.2f} s",
        f"{record['duration_s']:.1f} s",
        f"{record['longest_gap_ms']:.0f} ms",
    )


def staged(drill: Drill, service: Repository) -> PipelineRun:
    return drill.pytest(service, "--pipeline", "--pipeline-through=staging", within_s=400)


@pytest.fixture
def rehearsed(sample: Repository) -> Repository:
    """The sample service with a suite of its own for mixed versions, and rehearsals."""
    sample.replace("pyproject.toml", _STAGING, f"{_STAGING}rehearse = true\n")
    sample.append("pyproject.toml", _TABLES)
    sample.append("orders/api/operations.py", _ROUTE)
    sample.write("tests/mixed/test_both_ways.py", _TESTS)
    sample.write("tests/contracts/client_reading.py", _READING.format('answer["api"]'))
    return sample


@pytest.mark.timeout(1800)
def test_releases_are_rehearsed_and_tried_with_each_others_clients(
    drill: Drill, rehearsed: Repository, show: Show
) -> None:
    first = staged(drill, rehearsed)
    assert first.exit_code == 0, str(first)
    rehearsed.replace("pyproject.toml", "check = false\n", "")
    second = staged(drill, rehearsed)
    assert second.exit_code == 0, str(second)
    rehearsed.replace("orders/api/operations.py", '{"api": "1"}', '{"interface": "1"}')
    either = 'answer.get("interface") or answer["api"]'
    rehearsed.write("tests/contracts/client_reading.py", _READING.format(either))
    third = staged(drill, rehearsed)
    legs = [each for each in second.summary["deployments"] if each["rehearsal"]]
    refused = third.deployments["staging"]
    show("rehearsal in staging", COLUMNS, [row(each) for each in legs])
    (judged,) = second.summary["rehearsals"]
    show(
        f"judged: {judged['verdict']}",
        ("limit", "value", "verdict", "because"),
        [tuple(map(str, each.values())) for each in judged["objectives"]],
    )
    show(
        "the new server drops what the old client reads",
        ("exit", "lost", "serves", "because"),
        [(third.exit_code, refused["lost_requests"], refused["serving"], refused["failure"])],
    )

    assert first.summary["rehearsals"][0]["verdict"] == "WARN"
    assert [each["lost_requests"] for each in legs] == [0, 0, 0]
    assert judged["verdict"] == "PASS"
    assert "old client x new server (r1 x r2), new client x old server (r2 x r1)" in second.one_line
    assert third.exit_code == 23, str(third)
    assert "old client x new server (r2 x r3)" in refused["failure"]
    assert "new client x old server" not in refused["failure"]
    assert (refused["lost_requests"], refused["serving"]) == (0, "r2 (100 %)")
    assert not drill.belongings.running()
