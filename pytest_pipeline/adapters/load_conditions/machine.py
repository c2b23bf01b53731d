"""The class of this machine: what makes figures of one comparable with those of another."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

_PROCESSORS = Path("/proc/cpuinfo")
#: Limits of the container that we run in, where there is one (version 2 of control groups).
_GROUP = Path("/sys/fs/cgroup")
_GIB = 1 << 30


def machine_condition() -> str:
    """Return system, processors, memory and limits, as ``name value`` parts."""
    parts = {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(_processors()),
        "model": _model(_PROCESSORS),
        "memory": _memory(),
        **container_limits(_GROUP),
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items() if value)


def container_limits(group: Path) -> dict[str, str]:
    """Return what a control group is allowed, by name; empty where it is not limited.

    Args:
        group: Its folder.
    """
    found = {}
    with suppress(OSError, ValueError):
        quota, period = (group / "cpu.max").read_text().split()
        if quota != "max":
            found["processor-limit"] = f"{int(quota) / int(period):g}"
    with suppress(OSError, ValueError):
        most = (group / "memory.max").read_text().strip()
        if most != "max":
            found["memory-limit"] = f"{round(int(most) / _GIB, 1):g} GiB"
    return found


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _model(path: Path) -> str:
    with suppress(OSError):
        for line in path.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.replace(";", ",").split())
    return platform.processor()


def _memory() -> str:
    """Return the memory, to the whole GiB: systems keep a varying part for themselves."""
    with suppress(OSError, ValueError, AttributeError):
        total_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return f"{round(total_bytes / _GIB)} GiB"
    return ""
