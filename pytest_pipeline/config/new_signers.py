"""A signer that is to be added to a configuration, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class NewSigner:
    """Somebody whose signatures are to count.

    Attributes:
        name: For people.
        key: The public key, ``ed25519:`` and 64 hexadecimal digits.
        stages: Patterns of stages; None for any.
        environments: Patterns of environments; None for any.
        approves: Whether weaker policies may be approved.
    """

    name: str
    key: str
    stages: Sequence[str] | None = None
    environments: Sequence[str] | None = None
    approves: bool = False

    def table(self, section: Sequence[object]) -> str:
        """Return the table of a TOML file.

        Raises:
            ConfigError: If the name is none.
        """
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"got the name {self.name!r}, wanted lower-case letters, digits, '-' and '_' after "
                "a letter"
            )
        path = ".".join(map(str, (*section, "evidence", "signers", self.name)))
        lines = [f"[{path}]", f"key = {_quoted(self.key)}"]
        for key, patterns in (("stages", self.stages), ("environments", self.environments)):
            if patterns is not None:
                lines.append(f"{key} = [{', '.join(map(_quoted, patterns))}]")
        if self.approves:
            lines.append("approves = true")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Change:
    """What became of a file.

    Attributes:
        file: The file.
        before: Its text before.
        after: Its text with the signer.
        remarks: What is odd about the signer and refuses nothing, for people.
    """

    file: Path
    before: str
    after: str
    remarks: tuple[str, ...] = ()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
