"""What happens at the start of a pytest that any pipeline option was given to."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from pytest_pipeline.errors import PipelineError
from pytest_pipeline.plugin.errand import ERRAND_VARIABLE, Errand, errand_from_json
from pytest_pipeline.plugin.final_status import register_final_status
from pytest_pipeline.plugin.ini_markexpr import drop_markexpr_of_ini
from pytest_pipeline.plugin.left_out import LeftOut
from pytest_pipeline.plugin.locust_guard import install_locust_guard
from pytest_pipeline.plugin.namesake import refuse_namesake
from pytest_pipeline.plugin.options import Mode, mode_of
from pytest_pipeline.plugin.part_of_run import leave_files_alone
from pytest_pipeline.plugin.recording import Recorder
from pytest_pipeline.plugin.refusals import refuse_contradictions
from pytest_pipeline.plugin.retrying import Retrying, RetryWords
from pytest_pipeline.plugin.seal import register_sealed, seal, seal_of
from pytest_pipeline.plugin.selection import LayerSelection
from pytest_pipeline.plugin.session_state import errand_of, keep_errand, keep_recorder
from pytest_pipeline.plugin.shard_cutting import ShardCutting
from pytest_pipeline.plugin.signing import take_key_away
from pytest_pipeline.plugin.witness import Witness
from pytest_pipeline.plugin.worker_errands import WORKER_KEY, WorkerErrands


def prepare(config: pytest.Config) -> None:
    """Do what has to be done before conftest files are imported.

    Raises:
        pytest.UsageError: If PyPI's `pytest-pipeline` is installed, or the private key is none.
    """
    take_key_away(config)  # before anything else: each line after it may import other people's code
    refuse_namesake()
    install_locust_guard(config)
    path = os.environ.pop(ERRAND_VARIABLE, None)  # what tests start is no child of the controller
    if path is not None:
        _accept(config, errand_from_json(Path(path).read_text()))
    else:
        _import_mode(mode_of(config.known_args_namespace))
    seal(config)


def after_conftests(config: pytest.Config) -> None:
    """Do what has to come after the conftest files of the start."""
    if errand_of(config) is None and not hasattr(config, "workerinput"):
        register_final_status(config)


def configure(config: pytest.Config) -> None:
    """Register the plugins that make this pytest what the options ask for.

    Raises:
        pytest.UsageError: If options contradict each other.
    """
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        _configure_worker(config, worker)
        return
    errand = errand_of(config)
    if errand is not None:
        _configure_child(config, errand)
        return
    if config.option.help or config.option.version:
        return
    mode = mode_of(config.option)
    if mode is Mode.SMOKE:
        from pytest_pipeline.plugin.smoke_session import register_smoke  # noqa: PLC0415 - one mode

        drop_markexpr_of_ini(config)
        register_smoke(config)
        return
    if config.option.pipeline_summary:  # that of an earlier run would answer for this one
        path = config.invocation_params.dir / config.option.pipeline_summary
        with contextlib.suppress(OSError):
            path.unlink()
    if mode in (Mode.STAGE, Mode.CONTROLLER) and config.option.pipeline_report:
        _demand_reports(config)  # before any refusal, which an earlier report would answer for
    refuse_contradictions(config, mode)
    drop_markexpr_of_ini(config)
    if mode is Mode.STAGE:
        from pytest_pipeline.plugin.stage_session import register_stage  # noqa: PLC0415 - one mode

        register_stage(config)
    else:
        from pytest_pipeline.plugin.controller import register_controller  # noqa: PLC0415 - one mode

        register_controller(config, mode)


def _demand_reports(config: pytest.Config) -> None:
    from pytest_pipeline.plugin.reporting import demand_reports  # noqa: PLC0415 - where asked for

    try:
        demand_reports(config)
    except PipelineError as error:
        raise pytest.UsageError(str(error)) from error


def start_collecting(config: pytest.Config, errand: Errand, *, worker: str | None) -> None:
    """Register what every process needs that collects and runs a stage's tests."""
    keep_errand(config, errand)
    recorder = Recorder()
    keep_recorder(config, recorder)
    register_sealed(config, recorder, "pipeline-recorder")
    if errand.retries:
        register_sealed(config, Retrying(errand.retries), "pipeline-retrying")
    if worker is None:
        register_sealed(config, RetryWords(), "pipeline-retry-words")
    selection = LayerSelection(config, errand, worker=worker)
    register_sealed(config, selection, "pipeline-selection")
    cutting = ShardCutting(errand, worker=worker) if errand.shard else None
    left_out = LeftOut(errand, worker=worker, cutting=cutting)
    register_sealed(config, left_out, "pipeline-left-out")
    if cutting is not None:  # last, so that it cuts what all others left
        register_sealed(config, cutting, "pipeline-shard-cutting")
    if errand.handoff is not None and mode_of(config.option) is Mode.STAGE and not errand.discover:
        witness = Witness(Path(errand.handoff.folder), worker, seal_of(config))
        register_sealed(config, witness, "pipeline-witness")


def _import_mode(mode: Mode) -> None:
    """Import what the mode needs, so that the seal covers it."""
    if mode is Mode.STAGE:
        from pytest_pipeline.plugin import stage_session  # noqa: F401, PLC0415 - one mode
    elif mode is Mode.CONTROLLER:
        from pytest_pipeline.plugin import controller  # noqa: F401, PLC0415 - one mode


def _accept(config: pytest.Config, errand: Errand) -> None:
    from pytest_pipeline.plugin.lifeline import hold_lifeline  # noqa: PLC0415 - children only

    if errand.lifeline_fd is not None:
        hold_lifeline(errand.lifeline_fd)
    from pytest_pipeline.plugin import child_reporter  # noqa: F401, PLC0415 - to be sealed

    if errand.report_fd is not None:
        os.set_inheritable(errand.report_fd, False)  # noqa: FBT003 - its only form
    keep_errand(config, errand)


def _configure_worker(config: pytest.Config, workerinput: dict[str, str]) -> None:
    if WORKER_KEY in workerinput:
        errand = errand_from_json(workerinput[WORKER_KEY])
        drop_markexpr_of_ini(config)
        start_collecting(config, errand, worker=workerinput["workerid"])


def _configure_child(config: pytest.Config, errand: Errand) -> None:
    from pytest_pipeline.plugin.child_reporter import (  # noqa: PLC0415 - children only
        REPORTER_NAME,
        ChildReporter,
    )

    option = config.option
    option.markexpr = ""
    option.collectonly = option.collectonly or errand.discover
    leave_files_alone(config, errand.stage)
    start_collecting(config, errand, worker=None)
    config.pluginmanager.register(WorkerErrands(errand), "pipeline-worker-errands")
    if errand.report_fd is not None:
        reporter = ChildReporter(config, errand, errand.report_fd)
        register_sealed(config, reporter, REPORTER_NAME)
