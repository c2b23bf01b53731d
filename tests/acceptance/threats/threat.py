"""Something that test code tries, and what became of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pytest_pipeline.adapters.dsse import new_private_key
from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun

#: How a suite is run: the stage alone, alone with workers, and in a whole run.
MODES = {
    "alone": ("--pipeline-stage=unit",),
    "workers": ("--pipeline-stage=unit", "-n", "2"),
    "whole": ("--pipeline",),
}
#: What every attempt begins with. A private key is looked for by its form: whoever knows its text
#: has it in memory already. The first bytes of all ed25519 keys are the same.
PRELUDE = r"""
import ctypes, gc, os, re, subprocess, sys
import pytest

KEY = re.compile(rb"MC4CAQAwBQYDK2VwBCIE[A-Za-z0-9+/]{43}")

def loot(what):
    with open(os.environ["LOOT"], "a") as file:
        file.write(f"{what}\n")

def ancestors():
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{pid}/stat", "rb") as file:
            pid = int(file.read().rpartition(b")")[2].split()[1])
        if pid > 1:
            yield pid

def signers():
    for each in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{each}/cmdline", "rb") as file:
                if b"signer_program" in file.read():
                    yield int(each)
        except OSError:
            pass

def signer_of_this_run(pid):
    with open(f"/proc/{pid}/stat", "rb") as file:
        owner = int(file.read().rpartition(b")")[2].split()[1])
    return owner in (os.getpid(), *ancestors())

def read(path):
    with open(path, "rb") as file:
        return file.read()

def environ_of(pid):
    try:
        return read(f"/proc/{pid}/environ")
    except OSError:
        return b""

def keys_in_memory(pid):
    found = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            bounds, rights = line.split()[:2]
            start, end = (int(each, 16) for each in bounds.split("-"))
            if rights.startswith("r") and "[v" not in line:
                try:
                    memory.seek(start)
                    found += len(KEY.findall(memory.read(end - start)))
                except OSError:
                    pass
    return found

def signer():
    import pytest_pipeline.adapters.dsse as dsse
    return next(each for each in gc.get_objects() if type(each) is dsse.SignerProcess)

def forged(stage="unit"):
    import json
    from pytest_pipeline.domain.envelopes import Envelope
    from pytest_pipeline.domain.in_toto import Statement, Subject
    from pytest_pipeline.domain.signing import TEST_RESULT
    tree = os.environ.get("TREE") or this_tree()
    own = {"stage": stage, "revision_tree": tree, "verdict": "PASS"}
    statement = Statement((Subject("tiny", tree),), TEST_RESULT, {"pipeline": own})
    return Envelope(statement.to_payload())

def this_tree():
    from pathlib import Path
    from pytest_pipeline.adapters.source_tree import DiskSourceTree
    return DiskSourceTree().revision(Path.cwd(), inputs=(), excluded=()).tree
"""
_CONFIGURATION = """
name = "tiny"
[stages.unit]
[evidence.signers.ci]
key = "{public}"
"""
#: Keeps the key in the environment of a process that waits for pytest, as the shell of a CI's step
#: does; and does not.
SHELL_WAITS = ("sh", "-c", '"$@"; exit $?', "sh")
SHELL_GOES = ("sh", "-c", 'exec "$@"', "sh")


@dataclass(frozen=True)
class Threat:
    """Something that is tried.

    Attributes:
        name: What is tried, as the page has it.
        could: The modes in which it works.
        code: Exit codes by mode; 0 where it is not named.
        test: Body of a test, indented.
        conftest: Text of the root's conftest.
        files: More files, path to content.
        arguments: More arguments.
        before: See `Drill`.
        in_file: Whether the key is in a file, not in the environment.
        privileged: Whether it is about what only root can.
    """

    name: str
    could: tuple[str, ...] = ()
    code: Mapping[str, int] = field(default_factory=dict)
    test: str = "    pass"
    conftest: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    before: tuple[str, ...] = SHELL_GOES
    in_file: bool = False
    privileged: bool = False

    def expected(self, mode: str) -> str:
        """What becomes of it in a mode, as the page has it."""
        return _worded(mode in self.could, self.code.get(mode, 0))

    @property
    def row(self) -> tuple[str, ...]:
        """What becomes of it in each mode."""
        return tuple(self.expected(mode) for mode in MODES)

    def attempt(self, drill: Drill, mode: str) -> Attempt:
        """Run a suite that tries it."""
        place = f"{self.name.replace(' ', '-').replace('/', '-')}-{mode}"
        private, public = new_private_key()
        loot = drill.folder / f"{place}.loot"
        files = {
            "pipeline.toml": _CONFIGURATION.format(public=public),
            "tests/unit/test_it.py": f"{PRELUDE}\n\ndef test_tries():\n{self.test}\n",
            **({"conftest.py": PRELUDE + self.conftest} if self.conftest else {}),
            **self.files,
        }
        key = {"PYTEST_PIPELINE_KEY": private}
        if self.in_file:
            file = drill.folder / f"{place}.pem"
            file.touch(mode=0o600)
            file.write_text(private)
            key = {"PYTEST_PIPELINE_KEY_FILE": str(file)}
        drill = replace(
            drill,
            plugins=("xdist.plugin",),
            before=(*ordinary(), *self.before) if not self.privileged else self.before,
            environ={"LOOT": str(loot), **key},
        )
        project = bare_project(drill, files, name=place)
        run = drill.pytest(project, *MODES[mode], *self.arguments)
        return Attempt(self, mode, run, loot.read_text() if loot.exists() else "")


@dataclass(frozen=True)
class Attempt:
    """What became of it.

    Attributes:
        threat: What was tried.
        mode: How the suite was run.
        run: The run.
        loot: What the test code says that it got; empty for nothing.
    """

    threat: Threat
    mode: str
    run: PipelineRun
    loot: str

    @property
    def came_to(self) -> str:
        """What became of it, as the page has it."""
        return _worded(bool(self.loot), self.run.exit_code)

    @property
    def expected(self) -> str:
        """What the threat says that becomes of it."""
        return self.threat.expected(self.mode)


def _worded(got: object, code: int) -> str:
    return ("could" if got else "could not") + (f", exit {code}" if code else "")


def ordinary() -> tuple[str, ...]:
    """Return what takes root's rights from a command; nothing for anybody else."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    assert setpriv, "root's rights have to be given up, and there is no setpriv"
    return (setpriv, "--inh-caps=-all", "--bounding-set=-all", "--")
