"""The template: a data folder that was initialised once and is copied for every server."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.postgres.accounts import Account, delete_folder
from pytest_pipeline.adapters.postgres.binaries import Binaries
from pytest_pipeline.adapters.postgres.cache import cache_folder, locked
from pytest_pipeline.adapters.postgres.login import SUPERUSER
from pytest_pipeline.adapters.postgres.secret_files import new_password, read_secret, write_secret
from pytest_pipeline.engine.ports import Clock, Command, Processes
from pytest_pipeline.errors import ResourceError

#: Longest time to initialise a data folder, seconds; also to wait for another process doing so.
INITDB_TIMEOUT_S = 120.0
#: Raise it when the options below change, so that older templates are not taken.
LAYOUT = 1

# The builtin provider knows the case of all letters and sorts alike on every platform.
_OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)


@dataclass(frozen=True)
class Initialiser:
    """Makes data folders.

    Attributes:
        binaries: PostgreSQL's programs; the account may run them.
        account: Account that will run the servers.
        processes: Runs ``initdb``.
        clock: Measures deadlines.
        environ: Environment variables, for the place of the cache.
    """

    binaries: Binaries
    account: Account
    processes: Processes
    clock: Clock
    environ: Mapping[str, str]

    def make(self, data: Path, *, log: Path) -> str:
        """Make a data folder for one server and return the password of its superuser.

        Args:
            data: The folder; its parent exists and is reachable for the account, it does not.
            log: File for the output of ``initdb``.

        Raises:
            ResourceError: If it cannot be made; carries the output of ``initdb``.
        """
        cache = cache_folder(self.environ)
        if cache is None:
            return self._initialise(data, log=log)
        version = f"postgres-{self.binaries.version}-{platform.machine()}-{LAYOUT}"
        template = cache / version
        with locked(cache / f"{version}.lock", clock=self.clock, timeout_s=INITDB_TIMEOUT_S):
            if not (template / "password").is_file():
                return self._initialise_and_keep(data, template, log=log)
        shutil.copytree(template / "data", data, symlinks=True)
        self.account.own(data)
        return read_secret(template / "password")

    def _initialise_and_keep(self, data: Path, template: Path, *, log: Path) -> str:
        password = self._initialise(data, log=log)
        draft = template.with_name(f"{template.name}.draft")
        delete_folder(draft)
        delete_folder(template)
        shutil.copytree(data, draft / "data", symlinks=True)
        write_secret(draft / "password", password)
        draft.rename(template)
        return password

    def _initialise(self, data: Path, *, log: Path) -> str:
        password = new_password()
        # Next to the data, for the account to read; a command line is for everybody to read.
        secret = data.with_name(f"{data.name}.password")
        write_secret(secret, password)
        if self.account.user is not None:
            os.chown(secret, self.account.uid, self.account.gid)
        command = Command(
            argv=(
                self.binaries.program("initdb"),
                f"--pgdata={data}",
                f"--pwfile={secret}",
                *_OPTIONS,
            ),
            cwd=data.parent,
            env=server_variables(data.parent),
            log=log,
            name="initdb",
            user=self.account.user,
        )
        try:
            done = self.processes.run(command, timeout_s=INITDB_TIMEOUT_S)
        finally:
            secret.unlink(missing_ok=True)
        if done.exit_code != 0:
            delete_folder(data)
            ended = "its deadline" if done.exit_code is None else f"exit code {done.exit_code}"
            raise ResourceError(
                f"initdb of PostgreSQL {self.binaries.version} ended with {ended}; see {log}",
                output=done.output,
            )
        return password


def server_variables(home: Path) -> dict[str, str]:
    """Return the environment variables of PostgreSQL's programs: none of ours, no ``PG…``."""
    return {"HOME": str(home), "LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
