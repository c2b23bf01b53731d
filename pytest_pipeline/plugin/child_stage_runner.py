"""Runs a stage as a child session: the very command that a CI job uses, its reports replayed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_pipeline.domain.handoffs import Handoff
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.plugin.child_process import ChildPipes, ChildProcess, pytest_command
from pytest_pipeline.plugin.child_verdict import ChildEnd, run_of_child
from pytest_pipeline.plugin.coverage_link import stage_coverage_file
from pytest_pipeline.plugin.errand import ERRAND_VARIABLE, Errand, write_errand
from pytest_pipeline.plugin.hidden_layers import HiddenLayers
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.layer_map import LayerMap
from pytest_pipeline.plugin.left_out import left_out, left_out_ids
from pytest_pipeline.plugin.live_load import live_load
from pytest_pipeline.plugin.replay import Replay
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.screen import Screen
from pytest_pipeline.plugin.selection import read_found
from pytest_pipeline.plugin.session_state import pipeline_of
from pytest_pipeline.plugin.testimony import testimony

#: What a child gets to end in order after Ctrl-C, and to write stacks after a time-out; seconds.
_INTERRUPT_GRACE_S = 10.0
_ABORT_GRACE_S = 3.0
#: What a child gets to exit after its last message, seconds: threads of tests may hold it up.
_EXIT_GRACE_S = 5.0
_DISCOVERY = Stage("discovery", ())


@dataclass
class _Watch:
    """How a child is doing that is being ended."""

    deadline_s: float
    timed_out: bool = False
    interrupts: int = 0


class ChildStageRunner:
    """A `StageRunner` whose stages are child sessions of this pytest.

    Args:
        session: The controller's session, whose hooks the reports go through.
        layer_map: Files and their layers; corrected by what the children find.
        reader: Finds layers.
    """

    def __init__(
        self,
        session: pytest.Session,
        layer_map: LayerMap,
        reader: LayerReader,
    ) -> None:
        self._session = session
        self._config = session.config
        self._map = layer_map
        self._reader = reader
        self._screen = Screen(session.config)
        self._hidden = HiddenLayers(layer_map)

    def expect_layers(self, layers: Collection[str]) -> None:
        """Say which layers the stages of the pipeline cover; others that turn up are a problem."""
        self._hidden.covered = frozenset(layers)

    def discover(self, folder: Path) -> None:
        """Find out the layers of files whose place and text do not say them, by collecting them.

        Raises:
            pytest.UsageError: If tests have no layer, or pytest refuses to collect.
        """
        if self._map.unclear:
            others = tuple(str(path) for path, layers in self._map.files.items() if layers)
            handoff = Handoff("", _DISCOVERY.name, str(folder))
            errand = replace(self._errand(_DISCOVERY, handoff), others=others, discover=True)
            self._run(_DISCOVERY, errand)
            self._map.learn(read_found(folder))
            for path in self._map.unclear:  # collected: holds no test at all, or is broken
                del self._map.files[path]

    def run(self, stage: Stage, handoff: Handoff) -> StageRun:
        """Run the tests of a stage to the end, or to its deadline.

        Raises:
            KeyboardInterrupt: After the child ended, when Ctrl-C was pressed.
            pytest.UsageError: If the child refused what it was asked.
        """
        result = self._run(stage, self._errand(stage, handoff))
        problems = self._hidden.after(stage, read_found(Path(handoff.folder)))
        return replace(
            result,
            problems=(*result.problems, *problems),
            left_out=left_out(Path(handoff.folder)),
        )

    def _errand(self, stage: Stage, handoff: Handoff) -> Errand:
        return Errand(
            stage.name,
            stage.layers,
            self._reader.rules,
            str(self._reader.root),
            self._map.others(stage.layers),
            handoff,
            markup=self._screen.markup,
            width=self._screen.width,
            retries=stage.gate.demands.retries,
            measures=tuple(each.measure for each in stage.gate.objectives),
            base=pipeline_of(self._config).base,
        )

    def _run(self, stage: Stage, errand: Errand) -> StageRun:
        started_s = time.monotonic()
        record = RunRecord(stage.layers[0] if len(stage.layers) == 1 else "")
        replay = Replay(self._session, self._screen, record)
        log = Path(errand.handoff.folder if errand.handoff else ".") / "output.log"
        watch = _Watch(started_s + stage.timeout_s)
        try:
            with live_load(self._config, log.parent, tests_elsewhere=True):
                status = self._run_child(errand, log, replay, watch)
        finally:
            _errand_path(log).unlink(missing_ok=True)  # it holds secrets
        end = ChildEnd(
            status,
            output=_read(log),
            timeout_s=stage.timeout_s if watch.timed_out else None,
            interrupted=watch.interrupts > 0,
        )
        record.leave_out(left_out_ids(log.parent))
        run = run_of_child(stage, replay, record, end, self._screen)
        if run.interrupted:
            raise KeyboardInterrupt
        heard = replay.heard
        cut_short = bool(not heard.finished or heard.stopped or heard.ended_early)
        problems = self._testimony(errand, record, cut_short=cut_short)
        took_s = time.monotonic() - started_s
        return replace(run, problems=(*run.problems, *problems), duration_s=took_s)

    def _testimony(self, errand: Errand, record: RunRecord, *, cut_short: bool) -> list[str]:
        if errand.handoff is None or errand.discover:
            return []
        folder = Path(errand.handoff.folder)
        return testimony(self._config, folder, record, cut_short=cut_short)

    def _run_child(self, errand: Errand, log: Path, replay: Replay, watch: _Watch) -> int:
        """Run a child to its end and return its exit status."""
        child = self._start(errand, log)
        try:
            self._listen(child, replay, watch)
        finally:
            status = child.end(grace_s=_EXIT_GRACE_S)
        return status

    def _start(self, errand: Errand, log: Path) -> ChildProcess:
        pipes = ChildPipes()
        path = _errand_path(log)
        write_errand(
            replace(errand, report_fd=pipes.childs_report, lifeline_fd=pipes.childs_lifeline), path
        )
        env = {**os.environ, ERRAND_VARIABLE: str(path)}
        coverage_file = stage_coverage_file(self._config, errand.stage)
        if coverage_file is not None:
            env["COVERAGE_FILE"] = coverage_file
        given = self._config.invocation_params
        live = self._config.option.capture == "no"  # -s: the user wants to see it as it comes
        sys.stdout.flush()
        with log.open("wb") as output:
            options = ["-p", "no:locust", f"--pipeline-stage={errand.stage}"]
            return ChildProcess(
                pytest_command([*options, *map(str, given.args)]),
                cwd=given.dir,
                env=env,
                pipes=pipes,
                output=None if live else output,
            )

    def _listen(self, child: ChildProcess, replay: Replay, watch: _Watch) -> None:
        """Replay the child's messages until there are no more, whatever happens meanwhile."""
        while True:
            try:
                for line in child.messages(watch.deadline_s):
                    replay.take(line)
            except TimeoutError:
                if watch.timed_out or watch.interrupts:
                    child.signal(signal.SIGKILL)
                    watch.deadline_s = time.monotonic() + _ABORT_GRACE_S
                    watch.timed_out = watch.timed_out or not watch.interrupts
                else:
                    watch.timed_out = True
                    child.signal(signal.SIGABRT)  # faulthandler writes the stacks of all threads
                    watch.deadline_s = time.monotonic() + _ABORT_GRACE_S
            except KeyboardInterrupt:
                watch.interrupts += 1
                child.signal(signal.SIGINT if watch.interrupts == 1 else signal.SIGKILL)
                watch.deadline_s = time.monotonic() + _INTERRUPT_GRACE_S
            else:
                return


def _errand_path(log: Path) -> Path:
    return log.with_name("errand.json")


def _read(log: Path) -> str:
    try:
        return log.read_text(errors="replace").strip()
    except OSError:
        return ""
