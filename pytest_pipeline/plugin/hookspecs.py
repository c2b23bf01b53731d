"""The hooks that plugins and conftest files may implement. Provisional: they may still change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from pytest_pipeline.domain.measures import Measure

# A hook's specification returns nothing; what is said in "Returns" is for who implements it.
# mypy: disable-error-code="empty-body"


def pytest_pipeline_measures(config: pytest.Config) -> Iterable[Measure]:
    """Describe measures of one's own, so that people see their unit and meaning.

    Called once at the end of a stage, in the process that ran it: the session of
    ``--pipeline-stage``, which is a child session under ``--pipeline``; never in a worker of
    pytest-xdist.

    Args:
        config: Of that session.

    Returns:
        Objects with ``name`` (``custom.…``; a plugin's with its own name first,
        ``custom.PLUGIN.rows``), ``unit`` and ``meaning``, such as
        `pytest_pipeline.domain.measures.Measure`.
    """


def pytest_pipeline_measure(config: pytest.Config, stage: str) -> Mapping[str, float]:
    """Measure something once for the whole stage, after its last test.

    Called where and when `pytest_pipeline_measures` is; the stage's environment still serves. An
    exception, or a figure that somebody else has measured as well, makes the stage ERROR.

    Args:
        config: Of that session.
        stage: Name of the stage.

    Returns:
        Finite numbers by measure, ``custom.…``. What is left out was not measured.
    """
