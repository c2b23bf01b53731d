"""The table ``[quarantine]``, and the file that it names."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Annotated

from pydantic import AfterValidator, Field

from pytest_pipeline.config.models.fields import Array, Table, refuse
from pytest_pipeline.domain.quarantine import Quarantine

#: Where the quarantine is unless the configuration says otherwise.
QUARANTINE_FILE = "quarantine.toml"


def _inside(value: str) -> str:
    path = PurePath(value)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise refuse(
            f"got {value!r}, wanted a path inside the service root, so that a change in the "
            "quarantine is a change of the revision"
        )
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise refuse("got an empty text, wanted some words")
    return value


def _one_module_or_test(value: str) -> str:
    module, _, inside = value.partition("::")
    file = PurePath(module).name
    names_module = file.endswith(".py") and file != ".py" and not _wild(file)
    # brackets hold parameters, which may have any characters
    parts = inside.partition("[")[0].split("::")
    if not names_module and not any(part and not _wild(part) for part in parts):
        raise refuse(
            f"got {value!r}, wanted the file name of a module ('.py') or, behind '::', the name of "
            "a class or test, written without '*' and '?'"
        )
    return value


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


Text = Annotated[str, AfterValidator(_said)]


class QuarantineTable(Table):
    """The tests whose failures are excused for a while: where they are listed, how many at most."""

    file: Annotated[str, AfterValidator(_inside)] = Field(
        default=QUARANTINE_FILE,
        description="File that lists them, relative to the service root; none by default, unless "
        "there is one of this name.",
    )
    max_entries: Annotated[int, Field(ge=0)] = Field(
        default=Quarantine.max_entries,
        description="The most entries that it may have, >= 0; with more of them the gate fails.",
    )
    max_tests: Annotated[int, Field(ge=0)] = Field(
        default=Quarantine.max_tests,
        description="The most failures that it may excuse in a stage, >= 0; with more of them the "
        "gate fails.",
    )


class QuarantineEntryTable(Table):
    """One entry of the quarantine file."""

    pattern: Annotated[Text, AfterValidator(_one_module_or_test)] = Field(
        description="Node id of a test, or its beginning up to a file, class or test, also with "
        "`*` and `?`: but the file name of its module, or the name of a class or test, has to be "
        "there in full."
    )
    owner: Text = Field(description="Who mends it.")
    reason: Text = Field(description="Why it fails, or where that is written.")
    expires: date = Field(
        description="Last day on which its failures are excused, a date without quotes: "
        "`2026-12-31`. One that is more than 366 days ahead excuses nothing."
    )


class QuarantineFile(Table):
    """The quarantine file."""

    tests: Annotated[tuple[QuarantineEntryTable, ...], Array] = Field(
        default=(), description="The entries."
    )
