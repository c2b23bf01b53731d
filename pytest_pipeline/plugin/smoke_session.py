"""A session of smoke tests: tests of the service against a preview; no gate, no evidence."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.plugin.coverage_link import silence_coverage
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.layer_map import read_layer_map
from pytest_pipeline.plugin.left_out import left_out
from pytest_pipeline.plugin.part_of_run import leave_files_alone, leave_records_alone
from pytest_pipeline.plugin.run_problems import lost_tests, unexplained_status
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of
from pytest_pipeline.plugin.signals import terminate_like_interrupt
from pytest_pipeline.plugin.smoke_errand import SmokeErrand, read_smoke_errand
from pytest_pipeline.plugin.starting import start_collecting
from pytest_pipeline.plugin.worker_errands import WorkerErrands


def register_smoke(config: pytest.Config) -> None:
    """Turn this session into the smoke tests that were asked for.

    Raises:
        pytest.UsageError: If there is no such layer.
    """
    asked = read_smoke_errand(Path(config.option.pipeline_smoke))
    rules, root = pipeline_of(config).layers, service_root_of(config)
    errand = _errand(config, asked, rules, root)
    leave_files_alone(config, asked.handoff.stage)
    start_collecting(config, errand, worker=None)
    config.pluginmanager.register(WorkerErrands(errand), "pipeline-worker-errands")
    config.pluginmanager.register(SmokeSession(config, asked), "pipeline-smoke")


def _errand(config: pytest.Config, asked: SmokeErrand, rules: LayerRules, root: Path) -> Errand:
    unknown = [layer for layer in asked.layers if layer not in rules.names]
    if unknown:
        raise pytest.UsageError(
            f"no layer {', '.join(map(repr, unknown))} to smoke test; known: "
            f"{', '.join(rules.names)}; single tests are named by node ids such as "
            "tests/e2e/test_orders.py::test_an_order"
        )
    stage, handoff = asked.handoff.stage, asked.handoff
    if not asked.layers:  # who is named by a node id may be of any
        return Errand(stage, rules.names, rules, str(root), handoff=handoff)
    others = read_layer_map(config, LayerReader(rules, root)).others(asked.layers)
    return Errand(stage, asked.layers, rules, str(root), others, handoff)


class SmokeSession:
    """A plugin of the process that sees all reports: writes what the tests came to."""

    def __init__(self, config: pytest.Config, asked: SmokeErrand) -> None:
        self._config = config
        self._asked = asked
        self._record = RunRecord()
        self._running: dict[str, None] = {}
        self._problems: list[str] = []
        self._signals = ExitStack()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Have a session that takes too long end in order, and leave the user's records alone."""
        self._signals.enter_context(terminate_like_interrupt())
        leave_records_alone(self._config)
        silence_coverage(self._config)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Expect what was collected to be reported."""
        self._record.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Expect what a worker collected to be reported."""
        self._record.expect(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take what could not be collected."""
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

    def pytest_internalerror(self, excrepr: object) -> None:
        """Take pytest's own crash."""
        self._problems.append(f"pytest crashed: {str(excrepr).strip().splitlines()[-1]}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Take an early end."""
        running = ", ".join(self._running) or "no test"
        self._problems.append(f"{excinfo.typename} ({excinfo.value}) while running {running}")

    @pytest.hookimpl(trylast=True)  # after pytest-xdist ended its workers
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what the tests came to."""
        self._signals.close()
        stopped = str(session.shouldfail or session.shouldstop or "")
        lost = lost_tests(self._record, stopped=stopped, running=self._running)
        found = [*self._problems, *lost]
        found += left_out(Path(self._asked.handoff.folder))
        if stopped:
            found.append(f"pytest stopped before the last test: {stopped}")
        if not found:
            status = int(session.exitstatus)
            found += unexplained_status(self._record, status=status, stopped=stopped)
        self._write(found)

    def _write(self, problems: list[str]) -> None:
        tally, result = self._record.tally(), self._asked.result
        bad = (TestOutcome.FAILED, TestOutcome.ERROR)
        failed = [nodeid for nodeid, outcome in tally.outcomes.items() if outcome in bad]
        written = result.with_name(f".{result.name}")
        written.write_text(
            json.dumps(
                {"measurements": tally.measurements(), "failed": failed, "problems": problems}
            ),
            encoding="utf-8",
        )
        os.replace(written, result)  # noqa: PTH105 - whoever reads it gets it whole
