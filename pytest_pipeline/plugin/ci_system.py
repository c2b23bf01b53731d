"""Which CI system runs this, and what it told us by variables."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

import pytest


class CiSystem(StrEnum):
    """What ``--pipeline-ci`` knows."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


#: What asks to find out.
AUTO = "auto"
CHOICES = (AUTO, *(str(each) for each in CiSystem))


def ci_system(config: pytest.Config) -> CiSystem:
    """Return the CI system that reports are written for."""
    asked = config.option.pipeline_ci or AUTO
    if asked != AUTO:
        return CiSystem(asked)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return CiSystem.GITHUB
    return CiSystem.GITLAB if os.environ.get("GITLAB_CI") == "true" else CiSystem.NONE


def repository_root(config: pytest.Config) -> Path:
    """Return the root of the repository: as the CI system says, else where git has it."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        said = os.environ.get(name)
        if said and config.rootpath.is_relative_to(Path(said)):
            return Path(said)
    start = config.rootpath
    return next((each for each in (start, *start.parents) if (each / ".git").exists()), start)
