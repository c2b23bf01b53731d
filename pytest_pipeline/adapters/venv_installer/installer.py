"""The installer of artifacts."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pytest_pipeline.adapters.venv_installer.record import read_record, record
from pytest_pipeline.adapters.venv_installer.turns import turn
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.engine.ports import Clock, Command, Installed, Processes
from pytest_pipeline.errors import ArtifactError, BuildError, StateError

_TIMEOUT_S = 600.0
_TAIL_LINES = 60


class VenvInstaller:
    """The `Installer` that gives every wheel artifact a virtual environment of its own.

    Whatever is installed has the hash that the artifact names, the wheel itself included. Bytecode
    is compiled now, because an instance that compiles at its start is ready three times as late.
    Files are copied from uv's cache, not linked: a service that writes to its own installation
    would otherwise alter every other one. What was installed is compared with what is there each
    time. Artifacts of commands are run where they are stored, and find the same ``python`` as their
    build did: the one that runs the pipeline.

    Args:
        folder: Where the virtual environments are; made when first needed.
        processes: Runs uv.
        clock: Time.
        find_uv: Returns the path of uv, or raises `MissingExtraError`.
        project: Where uv looks for the configuration of package indexes: the service root.
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: Processes,
        clock: Clock,
        find_uv: Callable[[], Path],
        project: Path,
    ) -> None:
        self._folder = folder.absolute()
        self._processes = processes
        self._clock = clock
        self._find_uv = find_uv
        self._project = project

    def install(self, manifest: Manifest, folder: Path) -> Installed:
        """Install an artifact whose bytes were verified; see the port.

        Raises:
            ArtifactError: If an earlier installation was altered since.
            BuildError: With uv's output.
            StateError: If the folder cannot be written.
        """
        place = self._folder / manifest.digest.removeprefix("sha256:")
        if manifest.kind != "wheel":
            # Bytecode goes elsewhere: the artifact stays as it was built, starts stay quick.
            bytecode = {"PYTHONPYCACHEPREFIX": str(place.with_suffix(".bytecode"))}
            return Installed(manifest.digest, folder, (Path(sys.executable).parent,), bytecode)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with turn(place.with_suffix(".lock"), clock=self._clock, timeout_s=_TIMEOUT_S):
                self._ensure(manifest, folder, place)
        except OSError as error:
            raise StateError(
                f"cannot install {manifest.name} in {place}: {error}; "
                "make the folder writable and see to free space"
            ) from error
        return Installed(manifest.digest, folder, (place / "bin",))

    def _ensure(self, manifest: Manifest, folder: Path, place: Path) -> None:
        known = read_record(place)
        if known is not None and known.fits(place):
            found = known.differences(place)
            if not found:
                return
            raise ArtifactError(
                f"the installation of {manifest.name} in {place} was altered: "
                f"{', '.join(found[:5])}; stop what runs from it (`pytest-pipeline down`), delete "
                "that folder and start again",
                output="\n".join(found),
            )
        shutil.rmtree(place, ignore_errors=True)
        self._make(manifest, folder, place)
        record(place)

    def _make(self, manifest: Manifest, folder: Path, place: Path) -> None:
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        if manifest.python != running:
            raise BuildError(
                f"the artifact of {manifest.name} is locked for Python {manifest.python}, this is "
                f"{running}: run the pipeline with Python {manifest.python}"
            )
        deadline_s = self._clock.now() + _TIMEOUT_S
        wanted = place / "requirements.txt"
        self._uv(manifest, deadline_s, "venv", "--no-project", "--python", sys.executable, place)
        wanted.write_text(_requirements(manifest, folder), encoding="utf-8")
        self._uv(
            manifest,
            deadline_s,
            *("pip", "install", "--python", place / "bin" / "python", "--requirements", wanted),
            *("--require-hashes", "--compile-bytecode", "--link-mode", "copy"),
        )

    def _uv(self, manifest: Manifest, deadline_s: float, *arguments: str | Path) -> None:
        command = Command(
            argv=(str(self._find_uv()), *map(str, arguments)),
            cwd=self._project,
            env=_environment(),
            log=self._folder / f"{manifest.digest.removeprefix('sha256:')}.log",
            name=f"installation of {manifest.name}",
        )
        left_s = max(deadline_s - self._clock.now(), 0.001)
        done = self._processes.run(command, timeout_s=left_s)
        if done.exit_code == 0:
            return
        ended = (
            f"did not end within {_TIMEOUT_S:g} s"
            if done.exit_code is None
            else f"ended with exit code {done.exit_code}"
        )
        raise BuildError(
            f"installing {manifest.name}: `uv {arguments[0]}` {ended}; its output says why "
            "(are the package indexes reached from here?)",
            output="\n".join(done.output.splitlines()[-_TAIL_LINES:]),
        )


def _requirements(manifest: Manifest, folder: Path) -> str:
    """Return the artifact's lock and, pinned by hash as well, its wheel."""
    wheels = [name for name in manifest.files if name.endswith(".whl")]
    if len(wheels) != 1:
        raise ArtifactError(
            f"the artifact of {manifest.name} holds {len(wheels)} wheels, wanted 1; build it again"
        )
    wheel = (folder / wheels[0]).absolute()
    project = wheels[0].split("-")[0]
    lock = (folder / "requirements.lock").read_text(encoding="utf-8")
    return f"{lock}{project} @ {wheel.as_uri()} --hash=sha256:{manifest.files[wheels[0]]}\n"


def _environment() -> Mapping[str, str]:
    dropped = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    environment = {k: v for k, v in os.environ.items() if k not in dropped}
    return environment | {"NO_COLOR": "1", "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}
