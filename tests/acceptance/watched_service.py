"""A service, and sources of alarms about it, that all say what one file tells them."""

from __future__ import annotations

import sys

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: What a source can be like.
STATES = ("OK", "ALARM", "unreadable")

_SERVER = """
import os, pathlib, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STATE, RELEASE = pathlib.Path(sys.argv[2]), os.environ.get("PIPELINE_RELEASE", "")

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        state = STATE.read_text()
        if self.path == "/metrics":
            if state == "unreadable":
                return self.answer(503, "no")
            return self.answer(200, f"queue_length {1 if state == 'OK' else 99}\\n")
        bad = self.path == "/" and state == "router ALARM" and RELEASE != "r1"
        self.answer(500 if bad else 200, RELEASE)

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
_PIPELINE = """
name = "watched"

[build]
kind = "command"
command = ["cp", "server.py", "{output}"]

[run]
command = ["python3", "-S", "-E", "{artifact}/server.py", "{port}", "STATE_FILE"]
ready = "/ready"
drain_timeout_s = 2

[stages.unit]

[stages.e2e]
environment = "field"

[environments.field]
replicas = 1
strategy = "blue-green"
options = { bake_s = 0.6 }
hold_s = HOLD_S
"""
_COMMAND = """
import pathlib, sys
state = pathlib.Path("state").read_text()
if state == "unreadable":
    sys.exit(3)
print(1 if state == "OK" else 99)
"""
_TEST = """
import pathlib, pytest

def test_it(pipeline_http):
    state = pathlib.Path("state").read_text()
    if state == "unreadable":
        pytest.skip("nothing can be said")
    assert pipeline_http.get("/").status_code == 200
    assert state == "OK"
"""

#: Source to the keys of its alarm; ``PORT`` is that of the told server.
ALARMS = {
    "router": 'measure = "error_ratio"\nbound = "<= 0.05"\nperiod_s = 0.5\n'
    "minimum_samples = SAMPLES",
    "instances": 'metric = "queue_length"\nbound = "<= 5"\nperiod_s = 0.3',
    "prometheus": 'url = "http://127.0.0.1:PORT"\nquery = "queue"\nbound = "<= 5"\nperiod_s = 0.3',
    "http": 'url = "http://127.0.0.1:PORT/well"\npointer = "/well"\nperiod_s = 0.3',
    "command": f'command = ["{sys.executable}", "-S", "-E", "say.py"]\nbound = "<= 5"\n'
    "period_s = 0.3",
    "tests": 'tests = ["tests/e2e/test_alarm.py"]',
}


def watched_service(drill: Drill) -> Repository:
    """Write the service; nothing is watched yet but what is by default."""
    service = bare_project(
        drill,
        {
            "server.py": _SERVER,
            "say.py": _COMMAND,
            "pipeline.toml": "",
            "tests/unit/test_light.py": "def test_is_light(): pass\n",
            "tests/e2e/test_alarm.py": _TEST,
        },
        name="watched",
    )
    service.write(".gitignore", "__pycache__/\n.pytest_cache/\n.pipeline/\nstate\n")
    be(service, "OK")
    write_pipeline(service, "")
    service.commit("Describe the pipeline")
    return service


def be(service: Repository, state: str) -> None:
    """Have every source say that from now on."""
    service.write("state", state)


def write_pipeline(service: Repository, alarms: str, *, hold_s: float = 1.5) -> None:
    """Have the environment watch these alarms from now on."""
    state = str(service.root / "state")
    service.write(
        "pipeline.toml",
        _PIPELINE.replace("STATE_FILE", state).replace("HOLD_S", str(hold_s)) + alarms,
    )


def alarm_table(source: str, state: str, treat: str, port: int) -> str:
    """Return the table of an alarm of a source."""
    samples = "100000" if (source, state) == ("router", "unreadable") else "5"
    keys = ALARMS[source].replace("PORT", str(port)).replace("SAMPLES", samples)
    return (
        f'\n[[environments.field.alarms]]\nname = "{source}"\nsource = "{source}"\n{keys}\n'
        f'treat_missing = "{treat}"\n'
    )
