"""The digest of a locustfile, with the modules beside it that it imports."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path


def locustfile_digest(locustfile: Path) -> str:
    """Return a digest, ``sha256:…``, that changes with what the locustfile does.

    Args:
        locustfile: Its path; one that cannot be read has no digest.

    Returns:
        The digest of it and of all modules in its folder that it imports, directly or not; empty
        where there is no such file.
    """
    folder, found, waiting = locustfile.parent, dict[str, bytes](), [locustfile]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(folder).as_posix()
        if name in found:
            continue
        try:
            found[name] = path.read_bytes()
        except OSError:
            return ""
        waiting += _imported(found[name], path, folder)
    digest = hashlib.sha256()
    for name, content in sorted(found.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"sha256:{digest.hexdigest()}"


def _imported(content: bytes, path: Path, folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that a module may import."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        for dotted in _names(node, path, folder):
            yield from _files(folder.joinpath(*dotted), folder)


def _names(node: ast.AST, path: Path, folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the modules that a statement imports, as parts of their paths below the folder."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield tuple(alias.name.split("."))
    elif isinstance(node, ast.ImportFrom):
        start = tuple(node.module.split(".")) if node.module else ()
        if node.level:
            package = path.relative_to(folder).parent.parts
            start = (*package[: len(package) - node.level + 1], *start)
        for alias in node.names:  # a name, or a module of a package
            yield (*start, alias.name)


def _files(wanted: Path, folder: Path) -> Iterator[Path]:
    """Yield the file of a module, and those of the packages around it."""
    while wanted != folder and folder in wanted.parents:
        for path in (wanted.with_name(f"{wanted.name}.py"), wanted / "__init__.py"):
            if path.is_file():
                yield path
        wanted = wanted.parent
