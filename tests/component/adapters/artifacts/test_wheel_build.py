from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_pipeline.adapters.build import ServiceBuilder
from pytest_pipeline.adapters.source_tree import DiskSourceTree
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.uv_binary import find_uv
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.services import WheelBuild
from pytest_pipeline.engine.ports import Processes
from pytest_pipeline.errors import BuildError, MissingExtraError

Artifact = tuple[Manifest, Path]
Build = Callable[..., Artifact]
WHEEL = "demo_service-1.0-py3-none-any.whl"


def all_files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def edit(root: Path, old: str, new: str) -> None:
    path = root / "pyproject.toml"
    path.write_text(path.read_text().replace(old, new))


def test_the_artifact_is_a_wheel_and_a_lock_with_hashes(artifact: Artifact) -> None:
    manifest, folder = artifact

    lock = (folder / "requirements.lock").read_text()
    assert sorted(manifest.files) == [WHEEL, "requirements.lock"]
    assert manifest.kind == "wheel"
    assert manifest.python == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert lock.splitlines()[0] == "h11==0.16.0 \\"
    assert "--hash=sha256:" in lock
    assert "pytest" not in lock
    assert "#" not in lock
    assert "/" not in lock


def test_the_same_revision_gives_the_same_digest_wherever_it_is_built(
    build: Build, artifact: Artifact
) -> None:
    assert build()[0].digest == artifact[0].digest


def test_the_source_is_left_as_it_was(build: Build, root: Path) -> None:
    before = all_files(root)
    build()

    assert all_files(root) == before


def test_what_does_not_count_to_the_revision_is_not_built(build: Build, root: Path) -> None:
    package = root / "src" / "demo"
    (package / "junk.py").write_text("JUNK = 1\n")
    (root / ".gitignore").write_text("junk.py\n")
    subprocess.run(["git", "init"], cwd=root.parent, check=True, capture_output=True)

    _, folder = build()

    assert "demo/__init__.py" in zipfile.ZipFile(folder / WHEEL).namelist()
    assert "demo/junk.py" not in zipfile.ZipFile(folder / WHEEL).namelist()


def test_inputs_lie_where_they_lie_in_the_source(build: Build, root: Path) -> None:
    (root / "setup.py").write_text(
        "from pathlib import Path\n"
        "from setuptools import setup\n"
        "text = Path('../shared/text.txt').read_text()\n"
        "Path('src/demo/shared.py').write_text(f'TEXT = {text!r}')\n"
        "setup()\n"
    )

    _, folder = build()

    assert zipfile.ZipFile(folder / WHEEL).read("demo/shared.py") == b"TEXT = 'shared\\n'"


def test_a_uv_lock_decides_the_versions(build: Build, root: Path) -> None:
    edit(root, "h11==0.16.0", "h11")
    subprocess.run([find_uv(), "lock", "-q", "-P", "h11==0.14.0"], cwd=root, check=True)

    _, folder = build()

    assert "\nh11==0.14.0 \\\n    --hash=" in (folder / "requirements.lock").read_text()


def test_a_failing_build_shows_the_builders_output(build: Build, root: Path) -> None:
    (root / "setup.py").write_text("raise SystemExit('the kettle is empty')\n")

    with pytest.raises(BuildError, match=r"building demo: `uv build .*exit code") as caught:
        build()

    assert "the kettle is empty" in caught.value.output


def test_a_dependency_that_no_hash_can_pin_is_refused(build: Build, root: Path) -> None:
    (root / "lib").mkdir()
    (root / "lib" / "pyproject.toml").write_text('[project]\nname = "lib"\nversion = "1"\n')
    edit(root, '"h11==0.16.0"', f'"lib @ file://{root}/lib"')

    with pytest.raises(BuildError, match="the dependency 'lib' is a folder or a repository"):
        build()


def test_an_unknown_dependency_shows_the_resolvers_output(build: Build, root: Path) -> None:
    edit(root, "h11==0.16.0", "h11==0.0.0.dev9")

    with pytest.raises(BuildError, match="uv pip compile") as caught:
        build()

    assert "h11" in caught.value.output


def test_a_folder_without_a_project_is_refused(build: Build, root: Path) -> None:
    (root / "pyproject.toml").unlink()

    with pytest.raises(BuildError, match=r"neither pyproject.toml nor setup.py"):
        build()


def test_a_source_that_changed_since_its_revision_is_refused(build: Build) -> None:
    with pytest.raises(BuildError, match="changed after its revision was read"):
        build(tree="sha256:" + "0" * 64)


def test_the_deadline_ends_the_build(build: Build) -> None:
    with pytest.raises(BuildError, match=r"did not end within 0\.01 s.*raise build\.timeout_s"):
        build(WheelBuild(timeout_s=0.01))


def test_without_uv_the_extra_is_named(root: Path, tmp_path: Path, processes: Processes) -> None:
    def no_uv() -> Path:
        raise MissingExtraError("building", "deploy")

    source = DiskSourceTree()
    builder = ServiceBuilder(
        processes,
        SystemClock(),
        revise=lambda folder: source.revision(folder, inputs=[], excluded=[]),
        find_uv=no_uv,
    )
    tree = source.revision(root, inputs=[], excluded=[]).tree

    with pytest.raises(MissingExtraError, match=r"pytest-pipeline-gates\[deploy\]"):
        builder.build(root, WheelBuild(), name="demo", tree=tree, into=tmp_path)
