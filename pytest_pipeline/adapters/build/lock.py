"""The lock: every dependency of a wheel, with version and hashes."""

from __future__ import annotations

import re
import zipfile
from email.parser import BytesParser
from pathlib import Path

from pytest_pipeline.adapters.build.steps import Steps
from pytest_pipeline.errors import BuildError

# What has no hash, so that nobody could say whether the same bytes are installed later.
_LOCAL_OR_REPOSITORY = re.compile(r"^(-e\s|\.{0,2}/|file:|\S+ @ (?!https?://)\S+)|@ git\+")


def write_lock(copy: Path, wheel: Path, *, steps: Steps, target: Path, python: str) -> None:
    """Write the hash-pinned lock of a wheel's dependencies.

    With a ``uv.lock`` in the service root it is what that says, else what resolves now. It holds
    neither comments nor places, so that it is the same text wherever it is made.

    Args:
        copy: Copy of the service root, where uv finds the configuration of indexes.
        wheel: The wheel.
        steps: Runs uv.
        target: File to write.
        python: Path of the interpreter that it is for.

    Raises:
        BuildError: With uv's output, or if a dependency cannot be pinned by hash.
    """
    made = steps.work / "requirements.lock"
    common = ("--python", python, "--no-header", "--no-annotate", "--quiet")
    if (copy / "uv.lock").is_file():
        source = ["export", "--frozen", "--no-dev", "--no-emit-project"]
    else:
        wanted = steps.work / "requirements.in"
        wanted.write_text("".join(f"{each}\n" for each in _requirements(wheel)))
        source = ["pip", "compile", str(wanted), "--generate-hashes"]
    steps.run(str(steps.uv), *source, *common, "--output-file", str(made), cwd=copy)
    lines = [line for line in made.read_text().splitlines() if not line.lstrip().startswith("#")]
    _check_pinned(steps.name, lines)
    target.write_text("".join(f"{line}\n" for line in lines))


def _requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(
            each for each in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", each)
        )
        metadata = BytesParser().parsebytes(archive.read(name))
    return [str(each) for each in metadata.get_all("Requires-Dist", [])]


def _check_pinned(name: str, lines: list[str]) -> None:
    for line in lines:
        if _LOCAL_OR_REPOSITORY.search(line):
            raise BuildError(
                f"building {name}: the dependency {line.split(' ')[0]!r} is a folder or a "
                "repository, which no hash can pin; depend on a published version, make it part "
                'of the wheel, or set build.kind = "command"'
            )
