"""Which processes belong together. Pure functions over the process table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pytest_pipeline.adapters.processes.table import Seen, same
from pytest_pipeline.domain.fleets import ProcessIdentity


def family(
    table: Sequence[Seen], leader: ProcessIdentity, *, mark: str | None = None
) -> tuple[Seen, ...]:
    """Return a process and all it started: its group, session, descendants and marked processes.

    When the leader is gone its number may have passed to a stranger: its group then counts only if
    nothing has that number, the leader's mark is unknown, and the member carries any mark of ours.

    Args:
        table: The process table.
        leader: The process that was started.
        mark: Its mark; None to take it from its environment.
    """
    head = next((seen for seen in table if same(seen.identity, leader)), None)
    own_mark = mark or (head.marks[-1] if head and head.marks else None)
    below = _descendants(table, head) if head else set()
    reused = not head and any(seen.identity.pid == leader.pid for seen in table)

    def grouped(seen: Seen) -> bool:
        if leader.pid not in (seen.group, seen.session) or reused:
            return False
        return head is not None or (mark is None and bool(seen.marks))

    return tuple(
        seen
        for seen in table
        if not seen.guardian
        and (seen is head or own_mark in seen.marks or seen.identity.pid in below or grouped(seen))
    )


def owned(
    table: Sequence[Seen],
    token: str,
    *,
    leaders: Sequence[ProcessIdentity] = (),
    pending: Collection[str] = (),
) -> tuple[Seen, ...]:
    """Return everything of an owner: what is marked, and the families of registered processes.

    Args:
        table: The process table.
        token: Token of the owner.
        leaders: Processes that it registered.
        pending: Marks of its processes that are to be kept and were not handed over.
    """
    found = {
        seen.identity: seen
        for seen in table
        if not seen.guardian and (token in seen.owners or not set(pending).isdisjoint(seen.marks))
    }
    for leader in leaders:
        found |= {seen.identity: seen for seen in family(table, leader) if not seen.kept}
    return tuple(found.values())


def _descendants(table: Sequence[Seen], head: Seen) -> set[int]:
    """Return the numbers of all below a process; kept ones and guardians end their branch."""
    below: set[int] = set()
    layer = {head.identity.pid}
    while layer:
        layer = {
            seen.identity.pid
            for seen in table
            if seen.parent in layer
            and seen.identity.pid not in below
            and not seen.guardian
            and (head.kept or not seen.kept)
        }
        below |= layer
    return below
