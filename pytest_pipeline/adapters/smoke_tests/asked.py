"""What smoke tests are asked for: layers, or node ids of tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.names_of_tests import is_node_id


@dataclass(frozen=True)
class Asked:
    """What one session runs.

    Attributes:
        layers: Names of layers; their tests are run among those of the service.
        nodes: Node ids, files or folders, relative to the service root.
    """

    layers: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name it, for people."""
        return ", ".join((*self.layers, *self.nodes))


def sessions(tests: Sequence[str]) -> tuple[Asked, ...]:
    """Return the sessions that run tests: pytest cannot select both ways in one.

    Args:
        tests: Names of layers, or node ids; what looks like a path is one.
    """
    nodes = tuple(each for each in tests if is_node_id(each))
    layers = tuple(each for each in tests if not is_node_id(each))
    asked = (Asked(layers=layers), Asked(nodes=nodes))
    return tuple(each for each in asked if each.layers or each.nodes)
