"""Hands the errand of a session on to its workers of pytest-xdist."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_pipeline.plugin.errand import Errand, errand_to_json

#: Key of the workers' input.
WORKER_KEY = "pipeline_errand"


class WorkerErrands:
    """A plugin of the process that distributes tests."""

    def __init__(self, errand: Errand) -> None:
        self._text = errand_to_json(replace(errand, report_fd=None, lifeline_fd=None))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist's own type
        """Give a worker the errand, without what only the controller's child may use."""
        node.workerinput[WORKER_KEY] = self._text
