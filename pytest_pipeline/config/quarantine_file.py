"""Reading the quarantine, every problem of it at once."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from pytest_pipeline.config.documents import Document, document_in
from pytest_pipeline.config.lines import line_of
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.models.quarantine import QuarantineFile, QuarantineTable
from pytest_pipeline.config.objective_checks import without_quarantine
from pytest_pipeline.config.problems import Problem, place
from pytest_pipeline.config.wording import problems_of
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.errors import ConfigError


def read_quarantine(
    root: Path, configuration: Configuration | None
) -> tuple[Quarantine | None, list[Problem | str]]:
    """Read the quarantine of a service root.

    Args:
        root: The service root.
        configuration: What is valid of its configuration; None for nothing.

    Returns:
        The quarantine (None when there is none, or it is wrong), and what is wrong: problems of
        the configuration, and lines about the file.
    """
    table = configuration.quarantine if configuration is not None else QuarantineTable()
    file = root / table.file
    if not file.is_file():
        if "file" in table.model_fields_set:
            text = f"got {table.file!r}, wanted a file that exists"
            return None, [Problem(("quarantine", "file"), text)]
        if table.model_fields_set:
            return _with_caps((), table), []
        return None, [*without_quarantine(configuration)] if configuration is not None else []
    try:
        document = document_in(file)
    except ConfigError as error:
        return None, [str(error)]
    try:
        found = QuarantineFile.model_validate(document.data)
    except ValidationError as error:
        return None, [*document.told(problems_of(error, QuarantineFile))]
    entries = tuple(
        QuarantineEntry(
            each.pattern,
            each.owner,
            each.reason,
            each.expires.isoformat(),
            _place(document, index),
        )
        for index, each in enumerate(found.tests)
    )
    return _with_caps(entries, table), []


def _with_caps(entries: tuple[QuarantineEntry, ...], table: QuarantineTable) -> Quarantine:
    return Quarantine(entries, table.max_entries, table.max_tests)


def _place(document: Document, index: int) -> str:
    return place(document.file, line_of(document.lines, ("tests", index)))
