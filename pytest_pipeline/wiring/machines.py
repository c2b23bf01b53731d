"""What this machine is, for people."""

from __future__ import annotations

import os
import platform
import sys


def machine() -> str:
    """Return what figures were measured on: ``Linux x86_64, 2 CPUs, Python 3.13.1``."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {python}"
