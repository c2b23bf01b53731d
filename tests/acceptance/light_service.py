"""A service whose instances cost next to nothing, so that a hundred of them fit on a laptop."""

from __future__ import annotations

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_SERVER = """
import os, selectors, signal, socket, sys

RELEASE = os.environ["PIPELINE_RELEASE"].encode()
ANSWER = b"HTTP/1.1 200 OK\\r\\ncontent-length: %d\\r\\n\\r\\n%s" % (len(RELEASE), RELEASE)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
listener.setblocking(False)
loop = selectors.DefaultSelector()
loop.register(listener, selectors.EVENT_READ, None)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
while True:
    for key, _ in loop.select():
        if key.data is None:
            connection, _ = listener.accept()
            loop.register(connection, selectors.EVENT_READ, True)
            continue
        try:
            asked = key.fileobj.recv(65536)
        except OSError:
            asked = b""
        if asked:
            key.fileobj.sendall(ANSWER * asked.count(b"\\r\\n\\r\\n"))
        else:
            loop.unregister(key.fileobj)
            key.fileobj.close()
"""
_PIPELINE = """
name = "light"

[build]
kind = "command"
command = ["cp", "server.py", "{output}"]

[run]
command = ["python3", "-S", "-E", "{artifact}/server.py", "{port}"]
ready = "/"
deploy_timeout_s = 60
drain_timeout_s = 2

[stages.unit]

[environments.field]
replicas = REPLICAS
strategy = "rolling"
options = { batch_size = 10, bake_s = 1 }
"""


def light_service(drill: Drill, replicas: int) -> Repository:
    """Write the service, for that many instances."""
    return bare_project(
        drill,
        {
            "server.py": _SERVER,
            "pipeline.toml": _PIPELINE.replace("REPLICAS", str(replicas)),
            "tests/unit/test_light.py": "def test_is_light(): pass\n",
        },
        name=f"light-{replicas}",
    )
