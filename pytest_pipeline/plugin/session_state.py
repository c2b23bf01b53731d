"""What the parts of a pipeline session share: service root, configuration, errand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.config import default_pipeline, load, service_root
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.recording import Recorder
from pytest_pipeline.plugin.stage_deadline import StageDeadline

_ROOT = pytest.StashKey[Path]()
_PIPELINE = pytest.StashKey[Pipeline]()
_ERRAND = pytest.StashKey[Errand]()
_RECORDER = pytest.StashKey[Recorder]()
_SPOILT = pytest.StashKey[Spoilt]()
_DEADLINE = pytest.StashKey[StageDeadline]()


def service_root_of(config: pytest.Config) -> Path:
    """Return the service root of the paths given to this session.

    Raises:
        pytest.UsageError: If they belong to two services, or a configuration cannot be read.
    """
    if _ROOT not in config.stash:
        config.stash[_ROOT] = _find_root(config)
    return config.stash[_ROOT]


def pipeline_of(config: pytest.Config) -> Pipeline:
    """Return the configured pipeline of the service root, or the default one.

    Raises:
        pytest.UsageError: If the configuration is wrong.
    """
    if _PIPELINE not in config.stash:
        root = service_root_of(config)
        try:
            configured = service_root(root) is not None
            config.stash[_PIPELINE] = load(root) if configured else default_pipeline(())
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_PIPELINE]


def errand_of(config: pytest.Config) -> Errand | None:
    """Return what this session was sent to do; None until that is known."""
    return config.stash.get(_ERRAND, None)


def keep_errand(config: pytest.Config, errand: Errand) -> None:
    """Remember what this session was sent to do."""
    config.stash[_ERRAND] = errand


def recorder_of(config: pytest.Config) -> Recorder | None:
    """Return what takes the measurements of tests; None where no stage runs."""
    return config.stash.get(_RECORDER, None)


def keep_recorder(config: pytest.Config, recorder: Recorder) -> None:
    """Remember what takes the measurements of tests."""
    config.stash[_RECORDER] = recorder


def spoilt_of(config: pytest.Config) -> Spoilt | None:
    """Return the figures that the gate self-test replaces; None in all other sessions."""
    return config.stash.get(_SPOILT, None)


def keep_spoilt(config: pytest.Config, spoilt: Spoilt) -> None:
    """Remember the figures that the gate self-test replaces."""
    config.stash[_SPOILT] = spoilt


def deadline_of(config: pytest.Config) -> StageDeadline | None:
    """Return the deadline of the stage that runs in this very process; None for none."""
    return config.stash.get(_DEADLINE, None)


def keep_deadline(config: pytest.Config, deadline: StageDeadline) -> None:
    """Remember the deadline of the stage that runs in this very process."""
    config.stash[_DEADLINE] = deadline


def _find_root(config: pytest.Config) -> Path:
    starts = [
        Path(os.path.abspath(config.invocation_params.dir / each.split("::")[0]))  # noqa: PTH100
        for each in config.args
    ]
    try:
        roots = list(dict.fromkeys(service_root(start) for start in starts))
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error
    if len(roots) > 1:
        found = " and ".join(str(root or "none") for root in roots)
        raise pytest.UsageError(
            f"the given paths belong to different services ({found}): run one service at a time"
        )
    return (roots[0] if roots else None) or config.rootpath
