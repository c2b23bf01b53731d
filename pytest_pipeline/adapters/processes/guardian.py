"""The guardian: run by path, without site packages or the user's variables, so that it starts fast.

It learns where to import the rest from in the first line on its standard input.
"""

import json
import os
import signal
import sys


def main() -> None:
    """Ignore what a terminal sends, learn the paths, say that it is ready, and watch."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    hello = json.loads(_first_line())
    sys.path += hello["path"]  # behind the standard library, which a test folder may shadow
    from pytest_pipeline.adapters.processes.watching import watch  # noqa: PLC0415

    os.write(sys.stdout.fileno(), b"ready\n")
    # The owner hangs up now, and this process must hold no output that anybody waits for.
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, sys.stdout.fileno())
    os.dup2(silence, sys.stderr.fileno())
    os.close(silence)
    watch(owner=hello["owner"], records=hello["records"])


def _first_line() -> bytes:
    """Read a line byte by byte: what follows is for the watch."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            sys.exit(0)
        line += byte
    return line


if __name__ == "__main__":
    main()
