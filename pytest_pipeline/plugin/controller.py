"""The controller: runs no test itself, has each stage run by a child session."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.errors import PipelineError
from pytest_pipeline.plugin import pipeline_run
from pytest_pipeline.plugin.child_stage_runner import ChildStageRunner
from pytest_pipeline.plugin.exit_guard import guard_exit
from pytest_pipeline.plugin.failures import exit_with
from pytest_pipeline.plugin.final_status import final_status_of
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.layer_map import read_layer_map
from pytest_pipeline.plugin.listing import Listing
from pytest_pipeline.plugin.options import Mode
from pytest_pipeline.plugin.retrying import RetryWords
from pytest_pipeline.plugin.screen import Screen
from pytest_pipeline.plugin.seal import register_sealed
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of
from pytest_pipeline.plugin.signals import terminate_like_interrupt


def register_controller(config: pytest.Config, mode: Mode) -> None:
    """Turn this session into a controller, a listing or a dry run."""
    pipeline_of(config)  # a wrong configuration is refused before anything is shown
    distributed = _keep_workers_out(config)
    if mode is Mode.LIST:
        config.pluginmanager.register(Listing(config), "pipeline-listing")
    elif mode is Mode.DRY_RUN:
        config.pluginmanager.register(DryRun(config), "pipeline-dry-run")
    elif not config.option.collectonly:
        controller = Controller(config, distributed=distributed)
        register_sealed(config, RetryWords(), "pipeline-retry-words")
        register_sealed(config, controller, "pipeline-controller")
        final_status_of(config).due = True
        guard_exit(config, "the pipeline")


def _keep_workers_out(config: pytest.Config) -> bool:
    """Let pytest-xdist distribute in the children only; return whether it does there."""
    option = config.option
    distributed = bool(getattr(option, "tx", None)) and option.dist != "no"
    if hasattr(option, "numprocesses"):
        option.numprocesses, option.dist, option.tx = None, "no", []
    return distributed


class Controller:
    """A plugin that puts the stages of the pipeline in the place of tests."""

    def __init__(self, config: pytest.Config, *, distributed: bool) -> None:
        self._config = config
        self._distributed = distributed
        self._exit_code: int | None = None
        self._failed_before_reports = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Leave to the children what is theirs."""
        self._config.option.maxfail = 0  # counts within a stage
        plugin = self._config.pluginmanager.getplugin("nfplugin")
        if plugin is not None:  # the children keep the record of known tests
            self._config.pluginmanager.unregister(plugin)
        if self._distributed:
            Screen(self._config).expect_workers()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        """Collect nothing here."""
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the pipeline."""
        try:
            with terminate_like_interrupt():
                self._exit_code = self._run(session)
        except PipelineError as error:
            exit_with(error)
        self._failed_before_reports = session.testsfailed
        return True

    def _run(self, session: pytest.Session) -> int:
        pipeline = pipeline_of(self._config)
        reader = LayerReader(pipeline.layers, service_root_of(self._config))
        layer_map = read_layer_map(self._config, reader)
        runner = ChildStageRunner(session, layer_map, reader)
        with tempfile.TemporaryDirectory(prefix="pytest-pipeline-") as folder:
            runner.discover(Path(folder))
        return pipeline_run.run_pipeline(self._config, session, runner, layer_map)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Say what became of the pipeline, in the exit status."""
        yield
        if self._exit_code is not None:
            codes = [ExitCode(self._exit_code)]
            if session.testsfailed > self._failed_before_reports:  # coverage below the demanded
                codes.append(ExitCode.TESTS_FAILED)
            session.exitstatus = decide(codes)
            final_status_of(self._config).code = session.exitstatus


class DryRun:
    """A plugin that shows the plans in the place of tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        """Collect nothing."""
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Show the plans."""
        try:
            pipeline_run.show_plans(self._config)
        except PipelineError as error:
            exit_with(error)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Nothing was to be collected: that is no failure."""
        yield
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
