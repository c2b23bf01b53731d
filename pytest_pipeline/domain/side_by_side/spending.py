"""How the error that is allowed is spent on looks while a load test goes on.

A look follows each block from the second on. What each may spend is fixed before the first run and
adds up to all that is allowed, so that by the union bound looking early costs no error at all.
"""

from __future__ import annotations

from pytest_pipeline.domain.side_by_side.permutation import LABELINGS

#: The first look, and the fewest blocks that decide anything.
FIRST_LOOK = 2
#: How slowly error is spent: on finding a release worse, and on passing one that is. Spent by a
#: time t (blocks / most blocks) is t to that power. A pass may come early (of eight runs, after the
#: fourth: 1/36 of the 1/10), for most releases are equal; a failure waits for most of the runs.
ON_FAILING, ON_PASSING = 3.0, 1.8


def shares(blocks: int, level: float, slowness: float) -> tuple[float, ...]:
    """Return what each look may spend, as shares of the error that is allowed.

    A look at which even the clearest finding, one labeling of all, would be above its share gets
    none: the look after it has that as well.

    Args:
        blocks: Most blocks, >= 2.
        level: The error that is allowed, 0-1.
        slowness: `ON_FAILING` or `ON_PASSING`.

    Returns:
        Shares that add up to 1, of the looks after the second to the last block.

    Source:
        Kim and DeMets, *Design and analysis of group sequential tests based on the type I error
        spending rate function*, Biometrika 74, 1987: the family ``level * t ** slowness``.
    """
    found: list[float] = []
    for look in range(FIRST_LOOK, blocks + 1):
        due = (look / blocks) ** slowness - sum(found)
        reachable = LABELINGS**-look <= level * due
        found.append(due if reachable or look == blocks else 0.0)
    return tuple(found)
