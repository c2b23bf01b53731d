"""What knows the changes of the source."""

from __future__ import annotations

from pytest_pipeline.engine.ports import History

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def history() -> History:
    """Return git."""
    from pytest_pipeline.adapters.git_history import GitHistory

    return GitHistory()
