from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.services import CommandBuild
from pytest_pipeline.errors import BuildError, ConfigError

Build = Callable[..., tuple[Manifest, Path]]


def python(script: str) -> CommandBuild:
    return CommandBuild(("python", "-c", f"import sys, os, pathlib\n{script}", "{output}"))


def test_the_manifest_holds_all_files_that_the_command_left(build: Build) -> None:
    manifest, _ = build(
        python(
            "out = pathlib.Path(sys.argv[1])\n"
            "(out / 'bin').mkdir()\n"
            "(out / 'bin' / 'serve').write_text('#!/bin/sh')\n"
            "(out / 'bin' / 'serve').chmod(0o755)\n"
            "(out / 'data.txt').write_text('data')\n"
            "(out / 'latest').symlink_to('data.txt')\n"
            "(out / 'sh').symlink_to('/bin/sh')\n"
        )
    )

    assert sorted(manifest.files) == ["bin/serve", "data.txt", "latest", "sh"]
    assert manifest.files["bin/serve"].endswith("x")
    assert manifest.files["latest"].endswith("l")
    assert (manifest.kind, manifest.python) == ("command", None)


def test_python_and_uv_are_those_of_the_pipeline(build: Build) -> None:
    script = "import shutil; print(sys.executable, shutil.which('uv')); sys.exit(3)"

    with pytest.raises(BuildError, match="exit code 3") as caught:
        build(python(script))

    executable, uv = caught.value.output.split()
    assert Path(executable).parent == Path(sys.executable).parent
    assert Path(uv).name == "uv"


def test_the_command_runs_in_the_service_root(build: Build) -> None:
    manifest, _ = build(CommandBuild(("cp", "pyproject.toml", "{output}/")))

    assert sorted(manifest.files) == ["pyproject.toml"]


def test_bytecode_is_no_part_of_the_artifact(build: Build) -> None:
    manifest, folder = build(
        python(
            "import py_compile\n"
            "source = pathlib.Path(sys.argv[1], 'app.py')\n"
            "source.write_text('x = 1')\n"
            "py_compile.compile(str(source))\n"
        )
    )

    assert sorted(manifest.files) == ["app.py"]
    assert not (folder / "__pycache__").exists()


def test_a_command_that_leaves_nothing_is_refused(build: Build) -> None:
    with pytest.raises(BuildError, match=r"left no file in \{output\}"):
        build(CommandBuild(("true",)))


def test_a_command_that_is_not_there_is_named(build: Build) -> None:
    with pytest.raises(BuildError, match="'no-such-builder' cannot be started"):
        build(CommandBuild(("no-such-builder", "{output}")))


def test_an_unknown_placeholder_is_named(build: Build) -> None:
    with pytest.raises(ConfigError, match=r"unknown placeholder \{outptu\}"):
        build(CommandBuild(("cp", "pyproject.toml", "{outptu}/")))


def test_a_command_that_writes_into_the_source_is_refused(build: Build) -> None:
    script = "pathlib.Path(sys.argv[1], 'a').touch(); pathlib.Path('generated.py').touch()"

    with pytest.raises(BuildError, match=r"changed while it was built: generated\.py"):
        build(python(script))


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("os.path.abspath('pyproject.toml')", id="into-the-source"),
        pytest.param("sys.argv[1] + '/data.txt'", id="to-where-the-output-will-not-be"),
        pytest.param("'../../elsewhere'", id="out-of-the-output"),
    ],
)
def test_links_that_would_break_are_refused(build: Build, target: str) -> None:
    script = f"os.symlink({target}, sys.argv[1] + '/link')"

    with pytest.raises(BuildError, match="link link leads to"):
        build(python(script))


def test_the_deadline_ends_the_command(build: Build) -> None:
    with pytest.raises(BuildError, match=r"did not end within 0\.2 s"):
        build(CommandBuild(("sleep", "30"), timeout_s=0.2))


def test_a_place_that_cannot_be_used_is_named(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(BuildError, match=r"building demo: .*nowhere.*free space"):
        build(CommandBuild(("true",)))
