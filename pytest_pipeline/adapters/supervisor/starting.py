"""Starts supervisors, finds them and ends them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest_pipeline
from pytest_pipeline.adapters.supervisor import nameplate
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Processes
from pytest_pipeline.engine.supervising import BUSY, SupervisorState
from pytest_pipeline.errors import TargetStartError

#: Time between SIGTERM and SIGKILL, seconds.
_GRACE_S = 5.0
#: The package is found where this process found it; nothing in the service root can hide it.
_PREFIX = "import sys; sys.path.append({home!r}); "
_SUPERVISE = "from pytest_pipeline.adapters.supervisor.loop import main; main({arguments})"
_COMMAND = "from pytest_pipeline.cli.main import main; sys.exit(main())"


class DetachedSupervisors:
    """Implements `engine.supervising.Supervisors` with processes of their own.

    They are nobody's to guard: a supervisor ends by itself when its environment is not kept any
    more.

    Args:
        root: The service root.
        folder: Folder of the records of kept environments.
        processes: Returns what ends processes; asked for when there is need.
        variables: Returns the environment variables of a process that nobody owns.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        *,
        processes: Callable[[], Processes],
        variables: Callable[[], Mapping[str, str]],
    ) -> None:
        self._root = root
        self._folder = folder
        self._processes = processes
        self._variables = variables

    def ensure(self, environment: str) -> bool:
        """Start the supervisor of a kept environment, unless it runs; return at once."""
        if self.state(environment) is not None:
            return False
        succeeds = nameplate.path_of(self._folder, environment).exists()
        mend = [*_python(_COMMAND), "--root", str(self._root), "mend", environment]
        arguments = (
            f"{str(self._folder)!r}, {environment!r}, {mend!r}, succeeds={succeeds}, busy={BUSY}"
        )
        try:
            self._start(environment, _python(_SUPERVISE.format(arguments=arguments)))
        except OSError as error:
            raise TargetStartError(
                f"cannot start the supervisor of {environment}: {error.strerror}; see that "
                f"{self._folder} is writable"
            ) from error
        return True

    def state(self, environment: str) -> SupervisorState | None:
        """Return what the supervisor says of itself; None when none runs."""
        said = nameplate.read(nameplate.path_of(self._folder, environment))
        return None if said is None else SupervisorState(**said)

    def end(self, environment: str) -> None:
        """End the supervisor of an environment; nothing when none runs."""
        state = self.state(environment)
        if state is not None:
            self._processes().stop(ProcessIdentity(state.pid, state.created), grace_s=_GRACE_S)
        nameplate.path_of(self._folder, environment).unlink(missing_ok=True)

    def _start(self, environment: str, argv: tuple[str, ...]) -> None:
        log = self._folder / f"{environment}.supervisor.log"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(log, flags, 0o600)
        try:
            started = subprocess.Popen(  # noqa: S603 - our own interpreter
                argv,
                cwd=self._root,
                env=self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        started.returncode = 0  # ours no longer: no warning that it still runs


def _python(code: str) -> tuple[str, ...]:
    home = str(Path(pytest_pipeline.__file__).resolve().parent.parent)
    return (sys.executable, "-P", "-c", _PREFIX.format(home=home) + code)
