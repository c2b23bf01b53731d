"""Keys as a project has them: made and trusted by the command, given to jobs as a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_PUBLIC = re.compile(r"ed25519:[0-9a-f]{64}")


@dataclass(frozen=True)
class Key:
    """A key.

    Attributes:
        file: The file with the private half.
        public: The public half, as a configuration has it.
    """

    file: Path
    public: str

    @property
    def secret(self) -> str:
        """What a CI system is given."""
        return self.file.read_text(encoding="utf-8")


def new_key(drill: Drill, repository: Repository, name: str) -> Key:
    """Have the command make a key, outside of the repository.

    Raises:
        AssertionError: If it does not.
    """
    file = drill.folder / "keys" / f"{name}.pem"
    run = drill.command(repository, "keys", "new", str(file))
    found = _PUBLIC.search(run.output)
    assert run.exit_code == 0, run
    assert found, run
    return Key(file, found[0])


def trusted_key(drill: Drill, repository: Repository, name: str = "ci") -> Key:
    """Have the command make a key and trust it; the configuration is committed.

    Raises:
        AssertionError: If it does not.
    """
    key = new_key(drill, repository, name)
    run = drill.command(repository, "keys", "trust", name, key.public)
    assert run.exit_code == 0, run
    repository.commit("Trust the key")
    return key
