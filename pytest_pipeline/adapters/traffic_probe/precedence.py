"""Precedence of the generator over what it measures. Runs in the generator's process."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

#: Enough to be served before everything that has none, short of the system's own tasks.
NICE = -10


def take_precedence() -> None:
    """Be scheduled before instances that start beside us, where the system grants that.

    A client is a machine of its own elsewhere: here it shares processors with all instances, and
    would be late just when most of them start. Root is granted it, others as a rule not: they are
    told when the generator lagged, and nothing else is different.

    Linux shares processors by session before it looks at processes (``man 7 sched``, "The
    autogroup feature"), so both are asked for.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICE), encoding="ascii")
