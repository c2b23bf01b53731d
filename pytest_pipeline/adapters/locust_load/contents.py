"""Gives variables and data to the generator: never as arguments, and data for the time it runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.load_data import FILE_VARIABLE


@contextmanager
def given_contents(spec: LoadSpec, folder: Path) -> Iterator[Mapping[str, str]]:
    """Give a load test its variables and data; data is deleted at the end.

    Args:
        spec: What was asked.
        folder: Folder of the load.

    Yields:
        The environment variables for the generator.
    """
    with data_file(json.dumps(dict(spec.data)) if spec.data else None, folder) as variables:
        yield {**spec.variables, **variables}


@contextmanager
def data_file(data: str | None, folder: Path) -> Iterator[Mapping[str, str]]:
    """Write data where locustfiles find it; deleted at the end.

    Args:
        data: As JSON; None for none.
        folder: Existing folder.

    Yields:
        The environment variable that says where it is.
    """
    if data is None:
        yield {}
        return
    path = folder / "data.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(data)
    try:
        yield {FILE_VARIABLE: str(path)}
    finally:
        path.unlink(missing_ok=True)
