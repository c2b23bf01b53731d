"""``minimum_healthy``: a number of instances, or a share of them."""

from __future__ import annotations


def healthy_count(written: int | str | None, replicas: int) -> int | None:
    """Return ``minimum_healthy`` as a number of instances.

    Args:
        written: A count, >= 0, or a share such as ``75%``, which is rounded up; None for none.
        replicas: Instances wanted; count, >= 1.
    """
    if isinstance(written, str):
        return -(-int(written.removesuffix("%")) * replicas // 100)
    return written
