"""The system account that runs a server: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.errors import ResourceUnavailableError

#: The account that a server started by root runs as.
DROPPED_USER = "nobody"


@dataclass(frozen=True)
class Account:
    """The account that runs a server.

    Attributes:
        user: Name to drop to; None for the own account.
        uid: Its number.
        gid: Its group's number.
    """

    user: str | None
    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Return whether the account may enter every folder above a path, and read it."""
        if self.user is None:
            return True
        resolved = path.resolve()
        return _may(resolved, self, stat.S_IROTH) and all(
            _may(parent, self, stat.S_IXOTH) for parent in resolved.parents
        )

    def own(self, folder: Path) -> None:
        """Make a folder and all in it the account's."""
        if self.user is None:
            return
        os.chown(folder, self.uid, self.gid)
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(parent, name), self.uid, self.gid, follow_symlinks=False)

    def new_folder(self, folder: Path) -> Path:
        """Return a path for a new folder that the account reaches; nothing is created yet.

        Args:
            folder: Where it should be, for an account that reaches all our folders.

        Raises:
            ResourceUnavailableError: If no place will do.
        """
        if self.user is None:
            return folder / f"data-{secrets.token_hex(4)}"
        return self.reachable_place() / f"pytest-pipeline-{secrets.token_hex(8)}"

    def reachable_place(self) -> Path:
        """Return a folder for temporary files that the account reaches.

        Raises:
            ResourceUnavailableError: If there is none.
        """
        for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108
            if place.is_dir() and self.reaches(place) and os.access(place, os.W_OK):
                return place
        raise ResourceUnavailableError(
            f"no temporary folder that the account {self.user!r} can read; "
            "set TMPDIR to one, or run as another user than root"
        )


def server_account() -> Account:
    """Return the account for a server: the own one, or an unprivileged one instead of root.

    Raises:
        ResourceUnavailableError: If there is no account to drop to.
    """
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    try:
        found = pwd.getpwnam(DROPPED_USER)
    except KeyError as error:
        raise ResourceUnavailableError(
            f"PostgreSQL does not run as root, and there is no account {DROPPED_USER!r}; "
            "run as another user than root, or use provider = 'container'"
        ) from error
    return Account(DROPPED_USER, found.pw_uid, found.pw_gid)


def delete_folder(folder: Path) -> None:
    """Delete a folder and all in it; nothing if it is gone."""
    shutil.rmtree(folder, ignore_errors=True)


def _may(path: Path, account: Account, others: int) -> bool:
    """Return whether a permission, given as its bit for others, is granted to an account."""
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & (others << 6))
    if status.st_gid == account.gid:
        return bool(status.st_mode & (others << 3))
    return bool(status.st_mode & others)
