"""A new server that drops what the old client reads is found before any client meets it."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_CLIENT = """\
from __future__ import annotations

import requests
from reading import greeting_in


def test_a_client_reads_the_greeting(pipeline_http: requests.Session) -> None:
    assert greeting_in(pipeline_http.get("/").json()) == "hello"
"""
_OLD = 'def greeting_in(answer):\n    return answer["greeting"]\n'
_NEW = 'def greeting_in(answer):\n    return answer.get("salute") or answer["greeting"]\n'


def test_an_old_client_that_the_new_server_breaks_keeps_it_from_all_clients(
    drill: Drill, tiny: Repository
) -> None:
    tiny.write("tests/mixed/test_client.py", _CLIENT)
    tiny.write("tests/mixed/reading.py", _OLD)
    tests = 'mixed_versions = { tests = ["mixed"] }\n'
    tiny.replace(
        "pipeline.toml", "options = { bake_s = 0.5 }\n", f"options = {{ bake_s = 0.5 }}\n{tests}"
    )
    tiny.append("pipeline.toml", '\n[layers]\nmixed = ["tests/mixed/*.py"]\n')
    first = drill.pytest(tiny, "--pipeline")
    tiny.replace("server.py", '{"greeting": GREETING', '{"salute": GREETING')
    tiny.replace("tests/e2e/test_journey.py", '["greeting"]', '["salute"]')
    tiny.write("tests/mixed/reading.py", _NEW)

    refused = drill.pytest(tiny, "--pipeline")
    kept = list(tiny.state.glob("suites/production/*/files/server.py"))

    production = refused.deployments["production"]
    assert first.exit_code == 0, str(first)
    assert refused.exit_code == 23, str(refused)
    assert refused.verdicts == {"unit": "PASS", "integration": "PASS", "e2e": "PASS"}
    assert "old client x new server (r1 x r2)" in production["failure"]
    assert "test_client.py::test_a_client_reads_the_greeting" in production["failure"]
    assert "new client x old server" not in production["failure"]
    assert "KeyError: 'greeting'" in refused.output
    assert production["lost_requests"] == production["error_requests"] == 0
    assert production["serving"] == "r1 (100 %)"
    assert len(kept) == 2
    assert not drill.belongings.running()
