"""The screen that says what the check of a folder of evidence came to."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.elapsed_time import duration_words, seconds_between
from pytest_pipeline.domain.revisions import short_commit
from pytest_pipeline.domain.verification import (
    Check,
    FolderProblem,
    StatementRow,
    Verification,
)

_COLUMNS = ("what", "of", "outcome", "revision", "artifact", "signed by", "age")
_DIGEST_SHOWN = 12
#: Problems that are shown; the last line says how many more there are.
_MOST = 20


def render_verification(found: Verification, folder: str, now: str, console: Console) -> None:
    """Print what there is, and what is wrong with it.

    Args:
        found: What the check came to.
        folder: The folder, as the user named it.
        now: The time, ISO 8601.
        console: Where to print.
    """
    console.print(Text(headline(found, folder), style="bold green" if found.sound else "bold red"))
    if found.rows:
        table = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
        for row in found.rows:
            table.add_row(*(Text(cell) for cell in _cells(row, now)))
        console.print(table)
    for each in found.problems[:_MOST]:
        _print_problem(each, console)
    if len(found.problems) > _MOST:
        console.print(f"and {len(found.problems) - _MOST} more problems: --json lists them")
    for remark in found.remarks:
        console.print(Text(f"remark: {remark}"))


def headline(found: Verification, folder: str) -> str:
    """Return the first line of the screen."""
    size = f"{len(found.rows)} statements, {found.files} files"
    unsigned = "UNSIGNED" if found.unsigned else ""
    if found.sound:
        if unsigned:
            return f"{unsigned}, sound otherwise: {folder} ({size}); anybody can have written it"
        return f"sound: {folder} ({size})"
    short = all(each.check is Check.DEMAND for each in found.problems)
    words = ", ".join(filter(None, ("NOT ENOUGH" if short else "NOT SOUND", unsigned)))
    return f"{words}: {folder} ({size}), problems: {len(found.problems)}"


def _cells(row: StatementRow, now: str) -> tuple[str, ...]:
    revision = short_commit(row.commit) if row.commit else _short(row.revision_tree)
    signed_by = ", ".join(row.signed_by) or ("somebody unknown" if row.signed else "nobody")
    return (
        row.kind,
        row.name,
        row.outcome,
        revision + ("+" if row.commit and row.dirty else ""),
        _short(row.artifact or ""),
        signed_by,
        _age(row.created, now),
    )


def _age(created: str, now: str) -> str:
    age_s = seconds_between(created, now)
    if age_s is None:
        return "?"
    return duration_words(age_s) if age_s >= 0 else f"in the future, {duration_words(-age_s)}"


def _print_problem(problem: FolderProblem, console: Console) -> None:
    console.print(Text(f"{problem.path or 'the folder'} [{problem.check}]", style="bold"))
    console.print(Text(f"  {problem.meaning}"))
    console.print(Text(f"  -> {problem.remedy}"))


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:_DIGEST_SHOWN]
