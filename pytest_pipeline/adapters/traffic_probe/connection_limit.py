"""How many connections the generator may have open. Runs in its process."""

from __future__ import annotations

import math
import resource

#: What a laptop's loopback interface and a router hold without a thought.
MAXIMUM_CONNECTIONS = 2048
#: Files that the process has open besides.
_OTHER_FILES = 32


def connection_limit(*, rate: float, timeout_s: float, connections: int) -> int:
    """Return how many connections may be open, and let the process have so many files.

    At most ``rate * timeout_s`` requests wait at a time, however long they hang: with as many
    connections every one is sent when it is due. Less is only what the system does not grant.

    Args:
        rate: Requests a second, > 0.
        timeout_s: Time for an answer, seconds, > 0.
        connections: Connections kept open; count, >= 1.
    """
    wanted = min(MAXIMUM_CONNECTIONS, math.ceil(rate * timeout_s) + connections)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < files:
        granted = files if hard == resource.RLIM_INFINITY else min(files, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
        return granted - _OTHER_FILES
    return wanted
