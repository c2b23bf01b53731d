"""``--pipeline-list``: everything is collected in this process, nothing is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping

import pytest

from pytest_pipeline.errors import ConfigError, PipelineError
from pytest_pipeline.plugin import pipeline_run
from pytest_pipeline.plugin.failures import exit_with
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of

#: Under which name tests without a layer are counted.
NO_LAYER = ""


def collect_layers(session: pytest.Session) -> Mapping[str, int]:
    """Return the number of tests of each layer among the collected; `NO_LAYER` for none.

    Raises:
        pytest.UsageError: If the layer of a test is contradictory.
    """
    config = session.config
    reader = LayerReader(pipeline_of(config).layers, service_root_of(config))
    counts: Counter[str] = Counter()
    for item in session.items:
        try:
            counts[reader.layer_of(item) or NO_LAYER] += 1
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from error
    return counts


class Listing:
    """A plugin that lists in the place of running tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """List, unless something could not be collected."""
        if session.testsfailed:
            return None
        try:
            pipeline_run.show_list(self._config, collect_layers(session))
        except PipelineError as error:
            exit_with(error)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """A service without tests has a list, too."""
        yield
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
