"""Layers that turn up only when a file is collected, and whether their stage still gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.plugin.layer_map import LayerMap


@dataclass
class HiddenLayers:
    """Corrects the layer map by what stages find, in the order in which they run.

    Attributes:
        layer_map: The map that says what each stage collects.
        covered: Layers that some stage of the pipeline runs; None when that is not known.
    """

    layer_map: LayerMap
    covered: frozenset[str] | None = None
    _done: set[str] = field(default_factory=set)

    def after(self, stage: Stage, found: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
        """Take over what a stage found; files whose layers come later are handed on by the map.

        Returns:
            Tests that no stage of this run will see any more, in words.
        """
        problems = []
        for path, counts in self.layer_map.learn(found).items():
            for layer, count in counts.items():
                if layer in stage.layers:
                    continue
                if layer in self._done:
                    problems.append(
                        f"{count} tests in {path} turned out to be {layer}, whose stage is over: "
                        "mark them in the file, so that their stage can find them"
                    )
                elif self.covered is not None and layer not in self.covered:
                    problems.append(
                        f"{count} tests in {path} turned out to be {layer}, which no stage runs: "
                        "mark them in the file, or configure a stage for that layer"
                    )
        self._done.update(stage.layers)
        return tuple(problems)
