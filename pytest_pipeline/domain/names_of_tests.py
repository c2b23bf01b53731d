"""Names of tests as users write them: layers, or node ids."""

from __future__ import annotations


def is_node_id(name: str) -> bool:
    """Return whether a name is a node id or a path of tests; else it is that of a layer."""
    looks_so = "::" in name or "/" in name or name.endswith(".py")
    return looks_so and not name.startswith("-")  # that would be an option
