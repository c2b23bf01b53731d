"""Services of many kinds, for which workflows are generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.drills.repository import Repository

_SERVICE = """
name = "orders"
[build]
kind = "command"
command = ["cp", "server.py", "{output}"]
[run]
command = ["python3", "{artifact}/server.py", "{port}"]
"""
FIVE = """
[stages.unit]
[stages.component]
[stages.integration]
environment = "dev"
[stages.e2e]
environment = "staging"
[stages.performance]
environment = "staging"
timeout_s = 61
"""
_THREE_PLACES = """
[environments.dev]
[environments.staging]
[environments.production]
strategy = "blue-green"
options = { bake_s = 60 }
"""
_MERGE_BASE = """
[source]
base = "release/2.x"
[[stages.unit.objectives]]
measure = "tests.duration_s"
pass = "<= +20%"
baseline = "merge-base"
[[stages.integration.objectives]]
measure = "coverage.changed_percent"
pass = ">= 80"
"""
_STABLE = """
[[stages.e2e.objectives]]
measure = "tests.duration_s"
pass = "<= +20%"
[[stages.performance.objectives]]
measure = "tests.duration_s"
pass = "<= +20%"
"""
_RATCHET = '[stages.component]\nratchet = ["tests.skipped"]'
#: Words of YAML, of GitLab, and of the workflows themselves.
_ODD = (
    *("on", "null", "yes", "image", "pages", "default", "build", "deploy", "unit", "unit-shard"),
    *("unit-join", "needs-x", "deploy-production", "a_b", "handover", "e1", "true", "y"),
)


@dataclass(frozen=True)
class Kind:
    """A kind of service.

    Attributes:
        files: Path to content, from the top of its repository.
        asked: Options of `pytest-pipeline ci`.
        folder: The service root, from the top of its repository.
    """

    files: Mapping[str, str]
    asked: tuple[str, ...] = ()
    folder: str = "."

    def at(self, folder: Path) -> Path:
        """Write it to a new repository; return the service root."""
        repository = Repository(folder)
        folder.mkdir()
        for name, content in self.files.items():
            repository.write(name, content)
        repository.git("init", "--quiet")
        return folder / self.folder


def _odd_layers() -> str:
    layers = "".join(f"{each} = []\n" for each in _ODD if each != "unit")
    stages = "".join(f"[stages.{each}]\nlayers = ['{each}']\n" for each in _ODD)
    return f"{_SERVICE}[layers]\n{layers}{stages}{_THREE_PLACES}"


KINDS = {
    "nothing configured": Kind(
        {"tests/unit/test_a.py": "", "tests/e2e/test_b.py": "", "README": ""}
    ),
    "no stages configured": Kind(
        {"pipeline.toml": _SERVICE + _THREE_PLACES, "tests/unit/test_a.py": ""}
    ),
    "five stages": Kind({"pipeline.toml": _SERVICE + FIVE + _THREE_PLACES}),
    "five stages, nothing deployed": Kind({"pipeline.toml": FIVE.replace("environment", "# in")}),
    "shards": Kind(
        {"pipeline.toml": _SERVICE + FIVE + _THREE_PLACES},
        ("--shards", "unit=2", "--shards", "e2e=5"),
    ),
    "shards, nothing built": Kind(
        {"it's here/pipeline.toml": "name = 'sums'\n[stages.unit]\n"},
        ("--shards", "unit=2"),
        folder="it's here",
    ),
    "several environments": Kind(
        {"pipeline.toml": _SERVICE + FIVE + _THREE_PLACES},
        ("--deploy", "staging", "--deploy", "production", "--deploy-runner", "live: 1"),
    ),
    "below the top": Kind(
        {"a b/it's/pipeline.toml": _SERVICE + FIVE + _THREE_PLACES},
        ("--shards", "unit=2", "--deploy", "production", "--runner", "on"),
        folder="a b/it's",
    ),
    "odd names": Kind(
        {"pipeline.toml": _odd_layers()},
        ("--shards", "unit=2", "--shards", "on=2", "--shards", "image=3"),
    ),
    "merge base": Kind(
        {
            "pipeline.toml": _SERVICE
            + FIVE.replace("[stages.component]", _RATCHET)
            + _THREE_PLACES
            + _MERGE_BASE
        },
    ),
    "stable": Kind(
        {"it's/pipeline.toml": _SERVICE + FIVE + _THREE_PLACES + _STABLE},
        ("--shards", "performance=2", "--deploy", "staging", "--deploy", "production"),
        folder="it's",
    ),
    "odd options": Kind(
        {"pipeline.toml": _SERVICE + FIVE + _THREE_PLACES},
        ("--install", "make 'a: b' # now", "--python", "3.14t", "--branch", "1.0"),
    ),
}
