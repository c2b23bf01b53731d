"""A small, fast HTTP service in a process of its own, which can stall."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Answers ``200 ok`` at once; ``/stall?s=1`` has everything wait for so long, as a collection of
#: garbage or a lock would; ``/seen`` says how many others were answered since it was asked last,
#: and when the first and the last of them were, in seconds.
_CODE = """
import asyncio, gc, time

gc.disable()
count, first, last = 0, 0.0, 0.0
answer = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: %d\\r\\n\\r\\n%s"


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.rest = transport, b""

    def data_received(self, data):
        global count, first, last
        self.rest += data
        while b"\\r\\n\\r\\n" in self.rest:
            head, _, self.rest = self.rest.partition(b"\\r\\n\\r\\n")
            path = head.split(b" ", 2)[1]
            body = b"ok"
            if path == b"/seen":
                body = b"%d %.6f %.6f" % (count, first, last)
                count = 0
            elif path.startswith(b"/stall?s="):
                time.sleep(float(path[9:]))
            else:
                count += 1
                last = time.monotonic()
                first = last if count == 1 else first
            self.transport.write(answer % (len(body), body))


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
"""


@contextmanager
def loopback_service() -> Iterator[str]:
    """Run the service; its URL."""
    with subprocess.Popen(
        [sys.executable, "-c", _CODE], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()
