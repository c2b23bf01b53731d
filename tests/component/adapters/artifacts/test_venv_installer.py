from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Lock

import pytest

from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.uv_binary import find_uv
from pytest_pipeline.adapters.venv_installer import VenvInstaller
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.engine.ports import Command, Completed, Processes
from pytest_pipeline.errors import ArtifactError, BuildError, StateError

Artifact = tuple[Manifest, Path]


class CountedProcesses:
    """Counts the commands that another runs, and lets the test look at them."""

    def __init__(self, inner: Processes) -> None:
        self._inner = inner
        self._lock = Lock()
        self.commands: list[Command] = []
        self.start, self.stop, self.is_running = inner.start, inner.stop, inner.is_running

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        with self._lock:
            self.commands.append(command)
        return self._inner.run(command, timeout_s=timeout_s)


@pytest.fixture
def counted(processes: Processes) -> CountedProcesses:
    return CountedProcesses(processes)


@pytest.fixture
def installer(tmp_path: Path, counted: CountedProcesses) -> VenvInstaller:
    return VenvInstaller(
        tmp_path / "venvs",
        processes=counted,
        clock=SystemClock(),
        find_uv=find_uv,
        project=tmp_path,
    )


def test_an_installed_wheel_runs_with_compiled_bytecode(
    installer: VenvInstaller, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    manifest, folder = artifact
    installed = installer.install(manifest, folder)

    (scripts,) = installed.path
    said = subprocess.run([scripts / "demo"], check=True, capture_output=True, text=True).stdout
    packages = next((scripts.parent / "lib").glob("python*")) / "site-packages"
    assert said == "demo runs\n"
    assert (installed.artifact, installed.folder) == (manifest.digest, folder)
    assert list((packages / "h11" / "__pycache__").glob("*.pyc"))
    assert list((packages / "demo" / "__pycache__").glob("*.pyc"))


def test_an_artifact_is_installed_once(
    installer: VenvInstaller, artifact: Artifact, counted: CountedProcesses
) -> None:
    manifest, folder = artifact
    first = installer.install(manifest, folder)
    commands = len(counted.commands)
    subprocess.run([first.path[0] / "demo"], check=True)

    assert installer.install(manifest, folder) == first
    assert len(counted.commands) == commands


def test_a_wheel_that_is_not_the_manifests_is_not_installed(
    installer: VenvInstaller, artifact: Artifact
) -> None:
    manifest, folder = artifact
    wheel = next(folder.glob("*.whl"))
    forged = replace(manifest, files={**manifest.files, wheel.name: "0" * 64})

    with pytest.raises(BuildError, match="installing demo: `uv pip` ended") as caught:
        installer.install(forged, folder)

    assert "hash" in caught.value.output.lower()


def test_a_lock_without_hashes_is_not_installed(
    installer: VenvInstaller, artifact: Artifact, tmp_path: Path
) -> None:
    manifest, folder = artifact
    shutil.copytree(folder, tmp_path / "forged")
    (tmp_path / "forged" / "requirements.lock").write_text("h11==0.16.0\n")

    with pytest.raises(BuildError, match="installing demo: `uv pip` ended"):
        installer.install(manifest, tmp_path / "forged")


def test_an_interrupted_installation_is_made_again(
    installer: VenvInstaller, artifact: Artifact, tmp_path: Path
) -> None:
    manifest, folder = artifact
    place = tmp_path / "venvs" / manifest.digest.removeprefix("sha256:")
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "demo").write_text("half")
    installed = installer.install(manifest, folder)

    assert subprocess.run([installed.path[0] / "demo"], check=True).returncode == 0


def test_an_installation_that_was_moved_is_made_again(
    installer: VenvInstaller, artifact: Artifact, tmp_path: Path, processes: Processes
) -> None:
    manifest, folder = artifact
    installer.install(manifest, folder)
    (tmp_path / "venvs").rename(tmp_path / "moved")
    moved = VenvInstaller(
        tmp_path / "moved",
        processes=processes,
        clock=SystemClock(),
        find_uv=find_uv,
        project=tmp_path,
    )
    installed = moved.install(manifest, folder)

    assert subprocess.run([installed.path[0] / "demo"], check=True).returncode == 0


def test_an_altered_installation_is_refused(installer: VenvInstaller, artifact: Artifact) -> None:
    manifest, folder = artifact
    (scripts,) = installer.install(manifest, folder).path
    module = next(scripts.parent.glob("lib/python*/site-packages/demo/__init__.py"))
    module.write_text("def main(): print('altered')\n")
    (module.parent / "evil.py").write_text("")

    with pytest.raises(ArtifactError, match=r"altered: .*demo/__init__\.py, not installed: .*evil"):
        installer.install(manifest, folder)


def test_installed_files_are_not_shared_with_the_cache(
    installer: VenvInstaller, artifact: Artifact
) -> None:
    manifest, folder = artifact
    (scripts,) = installer.install(manifest, folder).path
    module = next(scripts.parent.glob("lib/python*/site-packages/h11/__init__.py"))

    assert module.stat().st_nlink == 1


def test_a_lock_for_another_python_is_refused(installer: VenvInstaller, artifact: Artifact) -> None:
    manifest, folder = artifact

    with pytest.raises(BuildError, match=r"locked for Python 2\.7.*run the pipeline with"):
        installer.install(replace(manifest, python="2.7"), folder)


def test_what_a_command_built_is_run_where_it_is_stored_with_the_python_that_built_it(
    installer: VenvInstaller, tmp_path: Path, counted: CountedProcesses
) -> None:
    manifest = Manifest("demo", "command", {"a": "0" * 64}, None, "sha256:" + "7" * 64)

    installed = installer.install(manifest, tmp_path)

    assert (installed.folder, installed.path) == (tmp_path, (Path(sys.executable).parent,))
    assert counted.commands == []


def test_a_second_process_waits_for_its_turn_until_the_deadline(
    artifact: Artifact, tmp_path: Path, counted: CountedProcesses
) -> None:
    class ImpatientClock(SystemClock):
        """Time flies."""

        elapsed_s = 0.0

        def now(self) -> float:
            return self.elapsed_s

        def sleep(self, seconds: float) -> None:
            self.elapsed_s += seconds * 1000

    manifest, folder = artifact
    lock = tmp_path / "venvs" / f"{manifest.digest.removeprefix('sha256:')}.lock"
    lock.parent.mkdir()
    installer = VenvInstaller(
        tmp_path / "venvs",
        processes=counted,
        clock=ImpatientClock(),
        find_uv=find_uv,
        project=tmp_path,
    )
    hold = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX)"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{hold}; print('held', flush=True); input()", lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StateError, match="another process has held"):
            installer.install(manifest, folder)
        holder.communicate(os.linesep.encode())

    assert counted.commands == []
