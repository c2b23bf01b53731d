"""Checks folders of evidence with the real adapters, and says whom they are measured by."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust, public_key_from
from pytest_pipeline.engine.evidence_layout import OTHERS
from pytest_pipeline.engine.sufficing import Demanding
from pytest_pipeline.engine.verifying import Believed, CheckedFolder, check_folder
from pytest_pipeline.engine.workspace import STATE_FOLDER
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.wiring.ci import in_ci

if TYPE_CHECKING:
    from pytest_pipeline.engine.folder_view import FolderView

# ruff: noqa: PLC0415 - adapters are imported when they are first needed

_KEY_SHOWN = 12


def believed_by(pipeline: Pipeline | None, keys: Sequence[str] = ()) -> Believed:
    """Return by whom and by what folders are measured.

    Args:
        pipeline: The pipeline as configured here; None where nobody knows.
        keys: Public keys, or files that hold some, instead of those of the pipeline.

    Raises:
        ConfigError: If a key is none.
    """
    from pytest_pipeline.adapters.dsse import DsseVerifier

    given = tuple(signer for each in keys for signer in _signers(each))
    signers = given or (pipeline.signers if pipeline else ())
    return Believed(
        Trust(signers, in_ci=in_ci(os.environ)),
        DsseVerifier(),
        pipeline.name if pipeline else "",
        {each.name: each for each in pipeline.stages} if pipeline else {},
    )


def folder_view(folder: Path) -> FolderView:
    """Return a look at a folder; in a state folder, at evidence alone."""
    from pytest_pipeline.adapters.evidence_files import DiskFolder

    return DiskFolder(folder, skipped=OTHERS if is_state_folder(folder) else ())


def is_state_folder(folder: Path) -> bool:
    """Return whether a folder is a state folder, by its name: what it holds may be forged."""
    return folder.absolute().name == STATE_FOLDER


def check_on_disk(folder: Path, believed: Believed) -> CheckedFolder:
    """Check a folder: a state folder, or else one that was handed over.

    Raises:
        ConfigError: If there is no such folder.
        MissingExtraError: If what checks signatures is not installed.
        StateError: If it cannot be read.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"no folder {folder}: wanted a state folder .pipeline, or one that `pytest-pipeline "
            "evidence export` wrote"
        )
    return check_folder(folder_view(folder), believed, indexed=not is_state_folder(folder))


def demanding_at(
    root: Path, pipeline: Pipeline, environment: str, folder: Path, trust: Trust
) -> Demanding:
    """Return what demands evidence: the environment, for the revision as it is.

    Args:
        root: The service root.
        pipeline: Its pipeline.
        environment: Name of the environment.
        folder: The folder that is checked; it does not count to the revision.
        trust: Whose evidence counts.

    Raises:
        SourceError: If the revision cannot be read.
    """
    from pytest_pipeline.adapters.source_tree import DiskSourceTree
    from pytest_pipeline.adapters.system_clock import SystemClock

    revision = DiskSourceTree().revision(root, inputs=pipeline.inputs, excluded=[folder])
    return Demanding(pipeline, environment, revision, SystemClock().utc(), trust)


def _signers(given: str) -> tuple[Signer, ...]:
    """Return the signers of a public key, or of a file with one in each line."""
    if given.startswith("ed25519:"):
        return (_signer(given, given),)
    try:
        text = Path(given).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"--trust: got {given!r}, wanted a public key (ed25519: and 64 hexadecimal digits) or "
            f"a file that holds some, one in a line: {error}"
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise ConfigError(
            f"--trust: {given} holds no public key; `pytest-pipeline keys show` prints it"
        )
    return tuple(_signer(line, f"--trust {given}") for line in found)


def _signer(written: str, where: str) -> Signer:
    try:
        key: PublicKey = public_key_from(written)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; `pytest-pipeline keys show` prints it") from error
    return Signer(key.keyid[:_KEY_SHOWN], key)
