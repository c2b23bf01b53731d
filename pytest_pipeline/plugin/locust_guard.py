"""Keeps Locust out of test processes: importing it there deadlocks or patches pytest.

gevent's monkey-patching reaches everything that runs in the process, so a load test names its
locustfile by path and Locust runs as a process of its own.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType

import pytest

_ADVICE = (
    "importing locust into a test process makes pytest hang; it runs as a process of its own: "
    "keep the user classes in a locustfile and use the fixture "
    'pipeline_load_test(locustfile="locustfile.py", users=…, spawn_rate=…, duration_s=…)'
)


class LocustFinder(MetaPathFinder):
    """Refuses to find the package ``locust``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse ``locust`` and whatever is in it; leave the rest to other finders."""
        del path, target
        if fullname.partition(".")[0] == "locust":
            raise ImportError(f"{_importer()} imports locust: {_ADVICE}", name="locust")
        return None


def install_locust_guard(config: pytest.Config) -> None:
    """Refuse locust from now to the end of the session."""
    finder = LocustFinder()
    sys.meta_path.insert(0, finder)
    config.add_cleanup(lambda: sys.meta_path.remove(finder))
    config.pluginmanager.register(LocustGuard(), "pipeline-locust-guard")


class LocustGuard:
    """A plugin that makes a module which imports locust a collection error, unimported."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> pytest.CollectReport | None:
        """Report a module that imports locust as broken."""
        if not isinstance(collector, pytest.Module):
            return None
        line = _locust_line(collector.path)
        if line is None:
            return None
        message = f"{collector.nodeid}:{line} imports locust: {_ADVICE}"
        return pytest.CollectReport(collector.nodeid, "failed", message, [])


def _locust_line(path: Path) -> int | None:
    """Return the line on which a file imports locust; None when it does not."""
    try:
        content = path.read_bytes()
        if b"locust" not in content:
            return None
        tree = ast.parse(content)
    except (OSError, SyntaxError, ValueError):
        return None
    for node in _running(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        if any(name.partition(".")[0] == "locust" for name in names):
            return node.lineno
    return None


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those that only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from _running(child)


def _importer() -> str:
    """Return file and line of the import statement that is being run."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - documented, and the only way
    own = (__file__, "<frozen", importlib.__file__)
    while frame is not None and frame.f_code.co_filename.startswith(own):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "this process"
