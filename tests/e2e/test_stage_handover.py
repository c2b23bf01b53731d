"""The passed folder: another job works with what was built and proven elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: What one job passes to the next.
_PASSED_ON = ("artifacts", "evidence", "revisions")
_COUNTING_BUILD = """
    import os, shutil, sys
    from pathlib import Path

    with open(os.environ["BUILDS"], "a") as builds:
        builds.write("built\\n")
    shutil.copy(Path(__file__).with_name("server.py"), sys.argv[1])
"""


@pytest.fixture
def counting(drill: Drill, tiny: Repository) -> Drill:
    """A drill whose builds of the tiny service are counted."""
    tiny.write("build.py", _COUNTING_BUILD)
    tiny.commit()
    return replace(drill, environ={"BUILDS": str(drill.folder / "builds")})


@pytest.fixture
def serving(counting: Drill, tiny: Repository) -> Iterator[Repository]:
    """A clone of the tiny service, whose environments are ended after the test."""
    clone = Repository(counting.folder / "clone")
    tiny.git("clone", "--quiet", ".", str(clone.root))
    yield clone
    counting.command(clone, "down")


def test_another_job_goes_on_without_building_anything(
    counting: Drill, tiny: Repository, serving: Repository
) -> None:
    first = counting.pytest(tiny, "--pipeline-stage=unit")
    second = counting.pytest(tiny, "--pipeline-stage=integration")
    refused = counting.command(serving, "deploy", "staging")
    exported = counting.command(tiny, "evidence", "export", str(counting.folder / "exported"))
    _copy(counting.folder / "exported", counting.folder / "fetched")
    imported = counting.command(serving, "evidence", "import", str(counting.folder / "fetched"))
    tested = counting.pytest(serving, "--pipeline-stage=integration")
    deployed = counting.command(serving, "deploy", "staging")
    proven = counting.pytest(serving, "--pipeline-stage=e2e")
    promoted = counting.command(serving, "evidence", "export", str(counting.folder / "promoted"))
    verified = counting.command(serving, "verify", str(counting.folder / "promoted"))

    assert (first.exit_code, second.exit_code) == (0, 0), second
    assert refused.exit_code == 22, refused
    assert "no evidence of stage unit: run pytest --pipeline-stage=unit\n" in refused.output
    assert "no evidence of stage integration: run pytest" in refused.output
    assert (exported.exit_code, imported.exit_code) == (0, 0), f"{exported}\n{imported}"
    assert (tested.exit_code, proven.exit_code) == (0, 0), f"{tested}\n{proven}"
    assert (promoted.exit_code, verified.exit_code) == (0, 0), f"{promoted}\n{verified}"
    assert "promotion" in verified.output
    assert tested.summary["artifact"] == first.summary["artifact"]
    assert deployed.exit_code == 0, deployed
    assert "staging serves at http://127.0.0.1:" in deployed.output
    assert (counting.folder / "builds").read_text() == "built\n"
    assert "deployed r1 to staging" in counting.command(serving, "history").output


def test_evidence_of_an_artifact_that_was_not_handed_over_proves_nothing(
    counting: Drill, tiny: Repository, serving: Repository
) -> None:
    counting.pytest(tiny, "--pipeline-stage=unit")
    hand_over(tiny, serving)
    shutil.rmtree(serving.state / "artifacts")

    run = counting.pytest(serving, "--pipeline-stage=integration")

    assert run.exit_code == 22, run
    assert "which is not here (hand over .pipeline/artifacts of its job): run" in run.output
    assert (counting.folder / "builds").read_text() == "built\n"


def hand_over(source: Repository, target: Repository) -> None:
    """Do what the storage of a CI system does: modes are lost."""
    for name in _PASSED_ON:
        _copy(source.state / name, target.state / name)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=shutil.copyfile)
