"""What the probe, the router and the instances counted of one deployment agrees."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_COUNTED = """
[run.metrics]
requests = "requests_total"

[environments.dev.probe]
rate = 100
connections = 4

[[environments.dev.probe.routes]]
path = "/"
weight = 3

[[environments.dev.probe.routes]]
method = "POST"
path = "/orders/{n}"
headers = { idempotency-key = "{token}-{n}" }
json = { quantity = 1 }
"""


def test_the_counts_of_probe_router_and_instances_agree(drill: Drill, tiny: Repository) -> None:
    tiny.append("pipeline.toml", _COUNTED)
    drill.pytest(tiny, "--pipeline", "--pipeline-through=dev")
    tiny.append("server.py", "# changed\n")
    run = drill.pytest(tiny, "--pipeline", "--pipeline-through=dev")
    record = run.deployments["dev"]

    assert run.exit_code == 0, str(run)
    assert (record["stable"], record["candidate"]) == ("r1", "r2")
    assert record["requests"] > 50
    assert record["reconciliation"] == []
    assert record["invalid"] == ""
