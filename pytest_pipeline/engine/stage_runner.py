"""The port through which the engine has the tests of a stage run."""

from __future__ import annotations

from typing import Protocol

from pytest_pipeline.domain.handoffs import Handoff
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun


class StageRunner(Protocol):
    """Runs the tests of a stage."""

    def run(self, stage: Stage, handoff: Handoff) -> StageRun:
        """Run them to the end, or to the stage's deadline.

        Raises:
            KeyboardInterrupt: After the test session was ended, when Ctrl-C was pressed.
        """
        ...
