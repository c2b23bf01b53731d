"""A project of fakes, with its promotions in real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.promotions.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project that trusts nobody yet."""
    return Project(tmp_path)
