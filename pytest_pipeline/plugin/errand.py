"""The errand: what a test session is told that runs a stage, or a part of one.

A child of the controller reads it from a file that only its owner may read (it holds the URLs of
resources); a worker of pytest-xdist gets it from its own controller.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.handoffs import Handoff, handoff_from_json
from pytest_pipeline.domain.layers import LayerRules

#: Tells a child session of the controller in which file it reads its errand.
ERRAND_VARIABLE = "PYTEST_PIPELINE_HANDOFF"


@dataclass(frozen=True)
class Errand:
    """What a session has to do.

    Attributes:
        stage: Name of the stage.
        layers: Layers whose tests it runs.
        rules: How layers are recognised.
        root: Service root, absolute.
        others: Files known to hold no test of these layers, absolute.
        handoff: What whoever provisioned the stage tells it; None when nothing is run.
        discover: Whether the session only finds out the layers of what it collects.
        report_fd: Where a child of the controller sends its messages; None in other sessions.
        lifeline_fd: Reading it ends when the controller is gone.
        markup: Whether the controller's terminal shows colours.
        width: Columns of the controller's terminal.
        retries: How often a failed test is tried again, >= 0.
        measures: What the stage's objectives are about.
        base: The branch that changes are measured against; None for the default branch.
        shard: The part of the stage that is run, ``2/5``; empty for all of it.
        durations: File with how long tests took, by which it is cut; absolute, empty for none.
    """

    stage: str
    layers: tuple[str, ...]
    rules: LayerRules
    root: str
    others: tuple[str, ...] = ()
    handoff: Handoff | None = None
    discover: bool = False
    report_fd: int | None = None
    lifeline_fd: int | None = None
    markup: bool = False
    width: int = 80
    retries: int = 0
    measures: tuple[str, ...] = ()
    base: str | None = None
    shard: str = ""
    durations: str = ""

    @property
    def of_controller(self) -> bool:
        """Whether the controller of a whole run sent this session."""
        return self.report_fd is not None


def errand_to_json(errand: Errand) -> str:
    """Return the errand as JSON; it holds secrets."""
    return json.dumps(asdict(errand))


def errand_from_json(text: str) -> Errand:
    """Read an errand that ``errand_to_json`` wrote."""
    data: dict[str, Any] = json.loads(text)
    rules = data.pop("rules")
    globs = {layer: tuple(patterns) for layer, patterns in rules["globs"].items()}
    handoff = data.pop("handoff")
    tuples = {name: tuple(data[name]) for name in ("layers", "others", "measures")}
    return Errand(
        **{**data, **tuples},
        rules=LayerRules(tuple(rules["names"]), globs),
        handoff=handoff_from_json(json.dumps(handoff)) if handoff else None,
    )


def write_errand(errand: Errand, path: Path) -> None:
    """Write an errand to a new file that only its owner may read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(errand_to_json(errand))
