"""What a folder of evidence is made of, as it was found: nothing is believed yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What stands under a name."""

    FILE = "file"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True)
class Entry:
    """One name in a folder; folders themselves are none.

    Attributes:
        path: Path relative to the folder, with slashes, as `path_names.write_path` writes it.
        kind: What stands there.
        size_bytes: Length of the content; of a link, of its target's text.
        digest: SHA-256 of the content, or of a link's target's text, ``sha256:…``; empty for what
            was not read: something else than a file or a link, or a file that is too large.
        executable: Whether its owner may execute it.
    """

    path: str
    kind: EntryKind
    size_bytes: int
    digest: str
    executable: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The names on the way to it, its own the last one."""
        return tuple(self.path.split("/"))
