"""Runs the service's tests as smoke tests, in a pytest process of their own."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.smoke_tests.asked import Asked, sessions
from pytest_pipeline.adapters.smoke_tests.errand import OPTION, errand_file
from pytest_pipeline.adapters.smoke_tests.moved_path import moved_path
from pytest_pipeline.adapters.smoke_tests.secrets import without_secrets
from pytest_pipeline.adapters.smoke_tests.verdict import complaint, has_failed
from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Handoff
from pytest_pipeline.engine.ports import Clock, Command, Completed, Processes
from pytest_pipeline.errors import SmokeTestError, TargetStartError, TestsFailedError

#: See `PytestSmokeTests`.
TIMEOUT_S = 120.0
#: Variables of the session around this one that would change which tests run.
FOREIGN_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_", "COV_CORE_")
#: Set where the user measures every process; theirs is the place of the data then.
_COVERAGE_OF_PROCESSES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
#: Most of the output in an error, characters.
TAIL_LENGTH = 20_000
_STAGE = "smoke"


@dataclass(frozen=True)
class _Session:
    """A session that is to be run.

    Attributes:
        asked: What it runs.
        root: Service root, or folder of a kept suite.
        handoff: What its tests are told.
        folder: Where its files go.
        timeout_s: The deadline of all sessions of one call, seconds.
    """

    asked: Asked
    root: Path
    handoff: EnvironmentHandoff
    folder: Path
    timeout_s: float


class PytestSmokeTests:
    """Implements `engine.ports.SmokeTests` with the interpreter that runs this.

    Tests see the environment through the fixtures of a stage. They write no evidence, and nothing
    of the user's files: no cache, no reports, no coverage.

    Args:
        processes: Guards the session.
        clock: For the deadline.
        root: The service root, the session's working directory.
        timeout_s: Longest duration of all tests of one call, seconds, > 0.
        environ: Variables for the session; None for the own.
    """

    def __init__(
        self,
        processes: Processes,
        clock: Clock,
        *,
        root: Path,
        timeout_s: float = TIMEOUT_S,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._processes = processes
        self._clock = clock
        self._root = root.absolute()
        self._timeout_s = timeout_s
        self._environ = os.environ if environ is None else environ

    def run(
        self,
        tests: Sequence[str],
        handoff: EnvironmentHandoff,
        *,
        folder: Path,
        suite: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Run tests to their end; see the port.

        Raises:
            SmokeTestError: If one failed or none was executed, of the layers or of the node ids;
                if pytest refused what it was asked, died, or took too long.
        """
        asked = sessions(tests)
        if not asked:
            raise SmokeTestError(
                "no smoke tests are named: wanted layers, or node ids such as "
                "tests/e2e/test_orders.py::test_an_order"
            )
        allowed_s = timeout_s or self._timeout_s
        deadline = self._clock.now() + allowed_s
        for each in asked:
            session = _Session(each, suite or self._root, handoff, folder, allowed_s)
            self._run(session, left_s=deadline - self._clock.now())

    def _run(self, session: _Session, *, left_s: float) -> None:
        asked, handoff, folder = session.asked, session.handoff, session.folder
        own = Path(tempfile.mkdtemp(prefix="run-", dir=folder.absolute()))
        result, errand = own / "result.json", own / "errand.json"
        told = Handoff(execution="", stage=_STAGE, folder=str(own), environment=handoff)
        command = self._command(asked, session.root, errand, own)
        with errand_file(errand, asked, told, result=result):
            done = self._completed(command, max(left_s, 0.0))
        output = without_secrets(done.output, handoff)
        command.log.write_text(output, encoding="utf-8")
        said = complaint(done, result, timeout_s=session.timeout_s)
        if said:
            error = TestsFailedError if has_failed(result) else SmokeTestError
            raise error(
                f"smoke tests ({asked}) of {handoff.release} in {handoff.name} {said}; "
                f"mend the release or the tests; their output is {command.log}",
                output=output[-TAIL_LENGTH:],
            )

    def _completed(self, command: Command, timeout_s: float) -> Completed:
        try:
            return self._processes.run(command, timeout_s=timeout_s)
        except TargetStartError as error:
            raise SmokeTestError(
                f"smoke tests could not be started: {error}", output=error.output
            ) from error

    def _command(self, asked: Asked, root: Path, errand: Path, own: Path) -> Command:
        as_module = sys.argv[0].endswith("__main__.py")  # python -m: the folder is importable
        return Command(
            argv=(
                *(sys.executable, *(() if as_module else ("-P",)), "-m", "pytest"),
                *("-p", "pipeline_gates", "-p", "no:locust", "--color=no"),
                *(f"{OPTION}={errand}", *self._confined(root), *asked.nodes),
            ),
            cwd=root,
            env=self._variables(root, own),
            log=own / "output.log",
            name=f"smoke tests ({asked})",
        )

    def _confined(self, root: Path) -> tuple[str, ...]:
        """Return what keeps a kept suite from the service root that it lies in."""
        if root == self._root:
            return ()
        return (f"--rootdir={root}", f"--confcutdir={root}")

    def _variables(self, root: Path, own: Path) -> Mapping[str, str]:
        kept = {
            name: value
            for name, value in self._environ.items()
            if not name.startswith(FOREIGN_VARIABLES)
        }
        if not any(name in kept for name in _COVERAGE_OF_PROCESSES):
            kept["COVERAGE_FILE"] = str(own / "coverage")
        if root != self._root:
            moved = moved_path(sys.path, self._root, root)
            kept["PYTHONPATH"] = os.pathsep.join([*moved, kept.get("PYTHONPATH", "")]).rstrip(":")
        return kept
