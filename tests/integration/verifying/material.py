"""What mutations are made of, and how they are laid upon a folder and taken off again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A link in the place of a file or a folder.

    Attributes:
        target: Where it leads.
    """

    target: Path


#: Path to what stands there afterwards; None for nothing.
Change = Mapping[str, bytes | Link | None]


@dataclass(frozen=True)
class Material:
    """A folder, as it is when nobody altered it.

    Attributes:
        folder: Where it is.
        copy: The same files, somewhere else.
        files: Path to content of every file that counts.
        older: Path to earlier contents of that file: valid, signed, and superseded.
    """

    folder: Path
    copy: Path
    files: Mapping[str, bytes]
    older: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    def named(self, *parts: str) -> list[str]:
        """Return the paths in some parts of the folder."""
        return [path for path in self.files if path.split("/")[0] in parts]

    @property
    def envelopes(self) -> list[str]:
        """Paths of the files that hold statements."""
        return self.named("evidence", "promotions", "index.json")


def material_of(
    folder: Path, scratch: Path, older: Mapping[str, tuple[bytes, ...]], *, parts: tuple[str, ...]
) -> Material:
    """Read a folder; its files are copied to the scratch folder."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] in parts
    }
    for name, content in files.items():
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).write_bytes(content)
    return Material(folder, scratch, files, older)


@contextmanager
def altered(material: Material, change: Change) -> Iterator[None]:
    """Alter the folder, and put it back after."""
    for path, content in change.items():
        _put(material.folder / path, content)
    try:
        yield
    finally:
        for path in change:
            _put(material.folder / path, None)
        for path in change:
            for name, content in material.files.items():
                if name == path or name.startswith(f"{path}/"):
                    _put(material.folder / name, content)


def changes(material: Material, change: Change) -> bool:
    """Return whether a change leaves any byte, name or kind of file different."""
    return any(
        isinstance(content, Link) or material.files.get(path) != content
        for path, content in change.items()
    )


def _put(path: Path, content: bytes | Link | None) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Link):
        path.symlink_to(content.target)
    else:
        path.write_bytes(content)
