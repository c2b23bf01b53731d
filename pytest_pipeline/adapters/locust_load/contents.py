"""Gives variables and data to the generator: never as arguments, and data never on a disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_contents import Unshown
from pytest_pipeline.load_data import FILE_VARIABLE


@contextmanager
def given_contents(spec: LoadSpec, folder: Path) -> Iterator[Mapping[str, str]]:
    """Give a load test its variables and data, for the time it runs.

    Args:
        spec: What was asked.
        folder: Folder of the load, for systems without files in memory.

    Yields:
        The environment variables for the generator.
    """
    with data_file(json.dumps(dict(spec.data)) if spec.data else None, folder) as variables:
        yield Unshown({**spec.variables, **variables})


@contextmanager
def data_file(data: str | None, folder: Path) -> Iterator[Mapping[str, str]]:
    """Hold data where locustfiles find it: in memory of this process, which a kill ends with it.

    Args:
        data: As JSON; None for none.
        folder: Existing folder, for systems without such files.

    Yields:
        The environment variable that says where it is.
    """
    if data is None:
        yield {}
        return
    name, path = "pipeline-load-data", folder / "data.json"
    in_memory = hasattr(os, "memfd_create")
    descriptor = (
        os.memfd_create(name)
        if in_memory
        else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    )
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(data)
        file.flush()
        found = f"/proc/{os.getpid()}/fd/{descriptor}" if in_memory else str(path)
        try:
            yield {FILE_VARIABLE: found}
        finally:
            path.unlink(missing_ok=True)
