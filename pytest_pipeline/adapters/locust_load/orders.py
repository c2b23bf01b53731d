"""What a load of several processes is told and tells. Imports nothing heavy: for all who take part.

One process, the *master*, begins and ends the load and gathers records; it sends no request. The
others, its *workers*, are forked by it, or run on other machines. Beside Locust's own messages,
over Locust's own connection, they exchange these:

* ``ASK``, from a machine that was not told anything yet, and the ``BRIEFING`` that answers it;
* ``CLOCK``, there and back: how late it is by the master's clock;
* ``HELLO``, from a worker that is ready, and the ``SHARE`` that answers it: its place among all;
* ``BEGAN``, from a worker that begins to send;
* ``STOP``, from the master when the time of the load is over;
* ``PIECE``, of a worker's record, and ``DONE`` when it has recorded, or sent, everything;
* ``FAILED``, from a machine on which the load could not be begun.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

ASK = "pipeline-ask"
BRIEFING = "pipeline-briefing"
CLOCK = "pipeline-clock"
HELLO = "pipeline-hello"
SHARE = "pipeline-share"
BEGAN = "pipeline-began"
STOP = "pipeline-stop"
PIECE = "pipeline-piece"
DONE = "pipeline-done"
FAILED = "pipeline-failed"

#: Name of the one machine when there are no others.
HERE = ""
#: Of somebody that nothing was heard of for so long it is said that it is gone, seconds.
SILENCE_S = 10
_FILE = "order.json"


@dataclass(frozen=True)
class Order:
    """How the load of several processes is to be made.

    Attributes:
        processes: Processes that send requests, on each of the machines; count.
        workers: Names of the machines; empty for this one.
        host: Where the master listens.
        port: At which port.
        wait_s: How long workers are waited for, seconds.
        stop_timeout_s: Time for requests in flight to finish at the end, seconds.
        version: Of this package.
        variables: Names of the environment variables that are the locustfile's.
    """

    processes: int
    workers: tuple[str, ...]
    host: str
    port: int
    wait_s: float
    stop_timeout_s: float
    version: str
    variables: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The machines that send requests."""
        return self.workers or (HERE,)

    @property
    def address(self) -> str:
        """Where the master listens, ``HOST:PORT``."""
        return f"{self.host}:{self.port}"

    def write(self, folder: Path) -> None:
        """Write it for the master."""
        (folder / _FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_order(folder: Path) -> Order | None:
    """Read the order of a load; None where one process makes it alone."""
    try:
        data = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Order(**{**data, **{name: tuple(data[name]) for name in ("workers", "variables")}})
