"""Combinations of options that make no sense, refused before anything is run."""

from __future__ import annotations

import pytest

from pytest_pipeline.plugin.narrowing import narrowing_options, narrowing_paths
from pytest_pipeline.plugin.options import Mode
from pytest_pipeline.plugin.retrying import is_tried_by_others
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of
from pytest_pipeline.plugin.shard_names import shard_of


def refuse_contradictions(config: pytest.Config, mode: Mode) -> None:
    """Refuse options that contradict each other.

    Raises:
        pytest.UsageError: Naming the options and what to do instead.
    """
    option = config.option
    if option.pipeline and option.pipeline_stage:
        raise pytest.UsageError(
            "--pipeline runs all stages and --pipeline-stage one: keep one of the two; to end a "
            f"run early use --pipeline --pipeline-through={option.pipeline_stage}"
        )
    if option.pipeline_shard is not None and not option.pipeline_stage:
        raise pytest.UsageError(
            "--pipeline-shard runs a part of one stage: use it with --pipeline-stage=NAME; "
            "--pipeline runs every stage as a whole"
        )
    if mode is Mode.STAGE:
        shard_of(config)
        _refuse_limits(config)
    if mode in (Mode.STAGE, Mode.CONTROLLER):
        _refuse_two_who_retry(config)
        _refuse_fail_on_flaky(config)
    if mode is Mode.CONTROLLER:
        _refuse_debugger(config)
        _refuse_narrowing(config)


def _refuse_limits(config: pytest.Config) -> None:
    for name in ("through", "from", "strategy"):
        if getattr(config.option, f"pipeline_{name}"):
            raise pytest.UsageError(
                f"--pipeline-{name} limits a whole run: use it with --pipeline instead of "
                "--pipeline-stage, or drop it"
            )


def _refuse_two_who_retry(config: pytest.Config) -> None:
    asked = config.option.pipeline_stage
    for stage in pipeline_of(config).stages:
        other = is_tried_by_others(config)
        if other and stage.gate.demands.retries and asked in (None, stage.name):
            raise pytest.UsageError(
                f"{other} and retries = {stage.gate.demands.retries} of stage {stage.name} would "
                "both try failed tests again: keep one of the two"
            )


def _refuse_fail_on_flaky(config: pytest.Config) -> None:
    if config.getoption("fail_on_flaky", default=False):  # of pytest-rerunfailures
        raise pytest.UsageError(
            "--fail-on-flaky is not heeded where pytest-xdist runs the tests: drop it, and have "
            "the gate of each stage demand it, with workers and without: "
            '[[stages.NAME.objectives]] measure = "tests.flaky" pass = "== 0"'
        )


def _refuse_debugger(config: pytest.Config) -> None:
    for name, option in (("--pdb", "usepdb"), ("--trace", "trace")):
        if config.getoption(option, default=False):
            raise pytest.UsageError(
                f"{name} needs the tests in this very process, and --pipeline runs them in child "
                f"sessions: debug one stage with pytest --pipeline-stage=NAME {name}"
            )


def _refuse_narrowing(config: pytest.Config) -> None:
    options = narrowing_options(config)
    if options:
        raise pytest.UsageError(
            f"{', '.join(options)} would leave out tests, and --pipeline releases only what all "
            "tests have seen: drop it, or run one stage with pytest --pipeline-stage=NAME, where a "
            "narrowed run is allowed and writes no evidence"
        )
    paths = narrowing_paths(config)
    if paths:
        raise pytest.UsageError(
            f"{', '.join(paths)} is less than the service root {service_root_of(config)}: run "
            "--pipeline on the service root, or one stage with pytest --pipeline-stage=NAME"
        )
