"""Marks in the environment of processes, by which they are found again.

A double-forked daemon leaves its parent, its group and its session behind, but not its environment.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

#: Tokens of all owners, the outermost first: a pipeline may run inside a process of another.
OWNER = "PYTEST_PIPELINE_OWNER"
#: Marks of the started processes that a process descends from, the outermost first.
PROCESS = "PYTEST_PIPELINE_PROCESS"
#: Set for guardians alone, which nobody but their owner may end.
GUARDIAN = "PYTEST_PIPELINE_GUARDIAN"


def mint() -> str:
    """Return a new random token."""
    return secrets.token_hex(8)


def marked(
    env: Mapping[str, str], *, token: str, mark: str, keep: bool, own: Mapping[str, str]
) -> dict[str, str]:
    """Return an environment that says whose process it is.

    Args:
        env: The environment that was asked for.
        token: Token of the owner.
        mark: Mark of this one process.
        keep: Whether it survives its owner; then it names no owner, not even an outer one.
        own: The owner's own environment, which names the outer owners.
    """
    clean = {name: value for name, value in env.items() if name not in (OWNER, PROCESS, GUARDIAN)}
    if keep:
        return {**clean, PROCESS: mark}
    return {
        **clean,
        OWNER: f"{own.get(OWNER, '')} {token}".strip(),
        PROCESS: f"{own.get(PROCESS, '')} {mark}".strip(),
    }
