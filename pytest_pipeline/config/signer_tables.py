"""Adds a signer to a configuration, as text: what people wrote before it stays to the byte."""

from __future__ import annotations

import fnmatch
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.config.documents import read_document
from pytest_pipeline.config.loading import load
from pytest_pipeline.config.new_signers import Change, NewSigner
from pytest_pipeline.config.problems import place
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.errors import ConfigError


def add_signer(root: Path, signer: NewSigner, *, dry_run: bool = False) -> Change:
    """Add a signer to the configuration of a service root.

    Args:
        root: The service root.
        signer: The signer.
        dry_run: Whether the file is left as it was in the end.

    Raises:
        ConfigError: If the configuration is wrong, before or with the signer; the file is as it
            was.
    """
    pipeline = load(root)
    document = read_document(root)
    _demand_new(pipeline, signer, document.file)
    before = document.file.read_bytes()
    written = signer.table(document.section)
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = end if before.endswith(b"\n") or not before else end + end
    after = before + gap + written.encode().replace(b"\n", end)
    _replace(document.file, after)
    try:
        load(root)
    except ConfigError as error:
        _replace(document.file, before)
        raise ConfigError(
            f"{place(document.file)}: signer {signer.name!r} was not added, the file is as it was; "
            f"with it:\n{error}"
        ) from error
    except BaseException:
        _replace(document.file, before)
        raise
    if dry_run:
        _replace(document.file, before)
    return Change(document.file, before.decode(), after.decode(), tuple(_remarks(pipeline, signer)))


def _demand_new(pipeline: Pipeline, signer: NewSigner, file: Path) -> None:
    for each in pipeline.signers:
        if each.name == signer.name:
            same = "this very key" if str(each.key) == signer.key else f"the key {each.key}"
            raise ConfigError(
                f"{place(file)}: signer {signer.name!r} is there already, with {same}: change "
                f"[evidence.signers.{signer.name}] there, or take another name"
            )


def _remarks(pipeline: Pipeline, signer: NewSigner) -> Iterator[str]:
    """Yield which patterns name nothing that is configured; it may be on its way."""
    stages = tuple(each.name for each in pipeline.stages) or pipeline.layers.names
    environments = tuple(each.name for each in pipeline.environments)
    for what, patterns, known in (
        ("stage", signer.stages, stages),
        ("environment", signer.environments, environments),
    ):
        for each in patterns or ():
            if not fnmatch.filter(known, each):
                yield (
                    f"no {what} is called {each!r} ({', '.join(known) or 'none is configured'})"
                    f"{did_you_mean(each, known)}"
                )


def _replace(file: Path, content: bytes) -> None:
    """Put content in the place of a file, whole or not at all, with the file's permissions."""
    target = file.resolve()
    try:
        mode = target.stat().st_mode
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(beside).chmod(mode)
        Path(beside).replace(target)
    except OSError as error:
        raise ConfigError(f"{place(file)} cannot be written: {error.strerror}") from error
