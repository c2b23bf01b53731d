"""Attempts of whoever can write the folder of evidence: a stage failed, the next is to begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.adapters.dsse import DsseSigner, new_private_key, private_key_from
from pytest_pipeline.domain.envelopes import Envelope, Signature, envelope_from_json
from pytest_pipeline.domain.stage_statements import evidence_in, stage_statement
from pytest_pipeline.domain.verdicts import Verdict
from tests.acceptance.threats.threat import ordinary
from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

_CONFIGURATION = """
name = "tiny"
[stages.unit]
[stages.component]
[evidence.signers.ci]
key = "{public}"
"""
#: Passes or fails as somebody outside of the revision wants it.
_UNIT = """
import os
def test_it(): assert os.path.exists(os.environ["GOOD"])
"""


@dataclass(frozen=True)
class Folder:
    """What whoever can write it finds.

    Attributes:
        file: The evidence of stage unit, which failed.
        text: What it holds at first.
        earlier: That of an earlier revision, where it passed.
        other: That of stage component, earlier, where it passed.
        once: That of this very revision, of a run that passed.
    """

    file: Path
    text: str
    earlier: str
    other: str
    once: str

    @property
    def failed(self) -> Envelope:
        """What is there."""
        return envelope_from_json(self.text)

    @property
    def passed(self) -> Envelope:
        """What is wished for, unsigned."""
        evidence = replace(evidence_in(self.failed), verdict=Verdict.PASS)
        return Envelope(stage_statement(evidence, "tiny").to_payload())


@dataclass(frozen=True)
class Forgery:
    """Something that is put in the place of a stage's evidence.

    Attributes:
        name: What it is, as the page has it.
        forge: Returns the text of the file.
        code: Exit code of the next stage.
    """

    name: str
    forge: Callable[[Folder], str]
    code: int = 22

    @property
    def expected(self) -> str:
        """What becomes of it, as the page has it."""
        return f"could not, exit {self.code}" if self.code else "could"


class Staged:
    """A project in which stage unit failed, once it was good."""

    def __init__(self, drill: Drill) -> None:
        private, public = new_private_key()
        self._good = drill.folder / "good"
        key = {"PYTEST_PIPELINE_KEY": private, "GOOD": str(self._good)}
        self._drill = replace(drill, plugins=(), before=ordinary(), environ=key)
        files = {
            "pipeline.toml": _CONFIGURATION.format(public=public),
            "tests/unit/test_it.py": _UNIT,
            "tests/component/test_it.py": "def test_it(): pass\n",
        }
        self.project = bare_project(drill, files)
        self.folder = self._prepared()

    def next(self) -> PipelineRun:
        """Run the stage after it."""
        return self._drill.pytest(self.project, "--pipeline-stage=component")

    def _prepared(self) -> Folder:
        self._good.touch()
        earlier, other = self._evidence("unit"), self._evidence("component")
        self.project.append("tests/component/test_it.py", "# changed\n")
        once = self._evidence("unit")
        self._good.unlink()
        known = _files(self.project)
        self._evidence("unit")
        (file,) = (each for each in known if "unit" in each.parts and each.read_text() != earlier)
        return Folder(file, file.read_text(), earlier, other, once)

    def _evidence(self, stage: str) -> str:
        """Run a stage and return what it leaves."""
        self._drill.pytest(self.project, f"--pipeline-stage={stage}")
        files = [each for each in _files(self.project) if stage in each.parts]
        return max(files, key=lambda each: each.stat().st_mtime_ns).read_text()


def _files(project: Repository) -> list[Path]:
    return sorted((project.root / ".pipeline/evidence").rglob("*.json"))


def _own_key(folder: Folder) -> Envelope:
    return DsseSigner(private_key_from(new_private_key()[0].encode(), "a test")).sign(folder.passed)


def _as_somebody_else(folder: Folder) -> str:
    (own,), (known,) = _own_key(folder).signatures, folder.failed.signatures
    return replace(folder.passed, signatures=(Signature(known.keyid, own.value),)).to_json()


WRITING = (
    Forgery("nothing: the stage failed", lambda folder: folder.text),
    Forgery("a PASS without a signature", lambda folder: folder.passed.to_json()),
    Forgery("a PASS signed with a key of one's own", lambda folder: _own_key(folder).to_json()),
    Forgery("the same, under the name of a known key", _as_somebody_else),
    Forgery(
        "the signed FAIL, reading PASS",
        lambda folder: replace(folder.passed, signatures=folder.failed.signatures).to_json(),
    ),
    Forgery("a signed PASS of an earlier revision", lambda folder: folder.earlier),
    Forgery("a signed PASS of another stage", lambda folder: folder.other),
    Forgery(
        "a signed PASS of this very revision, of an earlier run", lambda folder: folder.once, 0
    ),
)
