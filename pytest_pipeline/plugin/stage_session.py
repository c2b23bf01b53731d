"""A stage on its own: selected, provisioned, run and judged in this very session."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.shards import shard_from
from pytest_pipeline.domain.stage_figures import with_figures
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine.shard_execution import ShardEnd
from pytest_pipeline.errors import ConfigError, PipelineError
from pytest_pipeline.plugin import pipeline_run
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.exit_guard import guard_exit
from pytest_pipeline.plugin.failures import exit_at_start, exit_code_of, message_of
from pytest_pipeline.plugin.final_status import final_status_of
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.junit_properties import JunitAgain
from pytest_pipeline.plugin.layer_map import LayerMap, read_layer_map
from pytest_pipeline.plugin.left_out import left_out, left_out_ids
from pytest_pipeline.plugin.live_load import live_load
from pytest_pipeline.plugin.narrowing import narrowing
from pytest_pipeline.plugin.run_problems import lost_tests, unexplained_status
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.seal import register_sealed
from pytest_pipeline.plugin.selection import USAGE_ERROR, read_found
from pytest_pipeline.plugin.session_figures import session_figures
from pytest_pipeline.plugin.session_state import (
    keep_deadline,
    pipeline_of,
    service_root_of,
    spoilt_of,
)
from pytest_pipeline.plugin.shard_cutting import claimed_cut, cut_problems, keep_durations
from pytest_pipeline.plugin.shard_names import shard_of
from pytest_pipeline.plugin.signals import terminate_like_interrupt
from pytest_pipeline.plugin.stage_deadline import StageDeadline
from pytest_pipeline.plugin.stage_names import stage_of
from pytest_pipeline.plugin.starting import start_collecting
from pytest_pipeline.plugin.testimony import testimony
from pytest_pipeline.plugin.worker_errands import WorkerErrands


def register_stage(config: pytest.Config) -> None:
    """Turn this session into the stage that was asked for.

    Raises:
        pytest.UsageError: If there is no such stage.
    """
    pipeline = pipeline_of(config)
    stage = stage_of(pipeline, config.option.pipeline_stage)
    root = service_root_of(config)
    layer_map = read_layer_map(config, LayerReader(pipeline.layers, root))
    others = layer_map.others(stage.layers)
    errand = Errand(
        stage.name,
        stage.layers,
        pipeline.layers,
        str(root),
        others,
        retries=stage.gate.demands.retries,
        measures=tuple(each.measure for each in stage.gate.objectives),
        base=pipeline.base,
        shard=str(shard_of(config) or ""),
        durations=str(wiring.durations_file(root, stage.name)),
    )
    debugged = config.option.usepdb or config.getoption("trace", default=False)
    deadline = StageDeadline(None if debugged else stage.timeout_s)
    keep_deadline(config, deadline)
    session = StageSession(config, errand, layer_map, deadline)
    register_sealed(config, session, "pipeline-stage")
    register_sealed(config, JunitAgain(config), "pipeline-junit-again")
    final_status_of(config).due = not config.option.collectonly
    guard_exit(config, f"stage {stage.name}")


class StageSession:
    """A plugin of the process that sees all reports of a stage on its own."""

    def __init__(
        self, config: pytest.Config, errand: Errand, layer_map: LayerMap, deadline: StageDeadline
    ) -> None:
        self._config = config
        self._owner = os.getpid()
        self._errand = errand
        self._layer_map = layer_map
        self._deadline = deadline
        self._running: dict[str, None] = {}
        self._record = RunRecord(errand.layers[0] if len(errand.layers) == 1 else "")
        self._started_s = time.monotonic()
        self._problems: list[str] = []
        self._usage_error: str | None = None
        self._interrupted = False
        self.final = final_status_of(config)
        self._signals = ExitStack()

    @pytest.hookimpl(tryfirst=True)  # before pytest-xdist starts its workers
    def pytest_sessionstart(self) -> None:
        """Provision the stage and tell everyone who runs its tests."""
        self._signals.enter_context(terminate_like_interrupt())
        errand = self._errand
        if not self._config.option.collectonly:
            try:
                handoff = pipeline_run.begin_stage(self._config)
            except ConfigError as error:
                raise pytest.UsageError(str(error)) from error
            except PipelineError as error:
                code = exit_code_of(error)
                raise exit_at_start(self._config, message_of(error), code) from error
            errand = replace(errand, handoff=handoff)
            if errand.shard:
                errand = replace(errand, durations=keep_durations(errand, Path(handoff.folder)))
            elsewhere = self._config.pluginmanager.hasplugin("dsession")
            shown = live_load(self._config, Path(handoff.folder), tests_elsewhere=elsewhere)
            self._signals.enter_context(shown)
        self._errand = errand
        start_collecting(self._config, errand, worker=None)
        self._deadline.start()
        self._config.pluginmanager.register(WorkerErrands(errand), "pipeline-worker-errands")
        self._started_s = time.monotonic()  # building and provisioning are booked by the engine

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Expect what was collected to be reported."""
        self._record.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Expect what a worker collected to be reported."""
        self._record.expect(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take what could not be collected."""
        if hasattr(report, USAGE_ERROR):
            self._usage_error = str(report.longrepr)
        else:
            self._record.add_collection(report)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note that a test begins."""
        self._running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note that a test ended."""
        self._running.pop(nodeid, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the report of a test's phase."""
        self._record.add(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401 - of pytest-xdist
        """Take that a worker ended, and whether it died."""
        if error:
            self._record.lose_worker(node.gateway.id)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Take pytest's own crash."""
        self._problems.append(f"pytest crashed: {str(excrepr).strip().splitlines()[-1]}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C from the ends that pytest chooses."""
        if self._deadline.expired:
            reason = f"stage {self._errand.stage} timed out after {self._deadline.timeout_s:g} s"
            running = ", ".join(self._running)
            self._problems.append(f"{reason} while running {running}" if running else reason)
        elif excinfo.typename == "KeyboardInterrupt":
            self._interrupted = True
        elif excinfo.typename == "Exit":
            self._problems.append(f"pytest.exit() ended the session: {excinfo.value}")

    @pytest.hookimpl(trylast=True)  # after pytest-xdist ended its workers, before the summary
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Have the stage judged."""
        if os.getpid() != self._owner:  # a forked copy of the session judges nothing
            self.final.code = ExitCode.ERROR
            return
        self._deadline.cancel()
        if self._usage_error is not None:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        refused = session.exitstatus == pytest.ExitCode.USAGE_ERROR
        if refused:
            self._problems.append(self._usage_error or "pytest refused what it was asked")
        with self._signals:
            if self._errand.handoff is not None:
                run = self.result(session)
                code = pipeline_run.end_stage(self._config, run, self._shard_end())
                self.final.code = session.exitstatus if refused else code

    def _shard_end(self) -> ShardEnd | None:
        handoff, shard = self._errand.handoff, self._errand.shard
        if handoff is None or not shard:
            return None
        cut = claimed_cut(Path(handoff.folder))
        return ShardEnd(shard_from(shard), cut, tuple(self._record.measurements()))

    def result(self, session: pytest.Session) -> StageRun:
        """Return what running the stage brought to light."""
        stopped = str(session.shouldfail or session.shouldstop or "")
        narrowed = narrowing(self._config)
        if self._errand.handoff is not None:
            self._record.leave_out(left_out_ids(Path(self._errand.handoff.folder)))
        run = StageRun(
            self._record.tally(),
            self._record.measurements(),
            problems=self._all_problems(int(session.exitstatus), stopped),
            narrowed=(*narrowed, *([stopped] if stopped else [])),
            left_out=() if narrowed else self._left_out(),
            interrupted=self._interrupted,
            exit_status=int(session.exitstatus),
            stopped=stopped,
            gave_up=bool(session.shouldfail),
            other_failures=self._record.failures_beside(session.testsfailed),
            duration_s=time.monotonic() - self._started_s,
            load_s=self._record.load_s(),
            missing=self._record.missing(),
            details=self._record.details(),
            loads=self._record.loads(),
            broken=self._record.broken(),
            spoilt=spoilt_of(self._config),
        )
        figures = session_figures(session, self._errand)
        return with_figures(run, figures, self._record.units())

    def _left_out(self) -> tuple[str, ...]:
        return left_out(Path(self._errand.handoff.folder)) if self._errand.handoff else ()

    def _all_problems(self, status: int, stopped: str) -> tuple[str, ...]:
        """Return why the run cannot be trusted, in words."""
        found = [*self._problems, *self._record.problems(), *self._strangers()]
        if self._errand.handoff is not None and self._errand.shard:
            found += cut_problems(Path(self._errand.handoff.folder))
        refused = status == pytest.ExitCode.USAGE_ERROR
        cut_short = bool(stopped or self._problems or self._interrupted or refused)
        if self._errand.handoff is not None:
            folder = Path(self._errand.handoff.folder)
            found += testimony(self._config, folder, self._record, cut_short=cut_short)
        if not (self._interrupted or self._deadline.expired or refused):
            found += lost_tests(self._record, stopped=stopped)
            if not found:
                found += unexplained_status(self._record, status=status, stopped=stopped)
        return tuple(found)

    def _strangers(self) -> list[str]:
        """Return what was collected here but belongs to no stage's files, in words."""
        lost = []
        if self._errand.handoff is not None:
            found = read_found(Path(self._errand.handoff.folder))
            for path, counts in self._layer_map.learn(found).items():
                lost += [
                    f"{count} tests in {path} turned out to be {layer}, which its place and text "
                    "do not show, so that their stage cannot find them: mark them in the file"
                    for layer, count in counts.items()
                    if layer not in self._errand.layers
                ]
        return lost
