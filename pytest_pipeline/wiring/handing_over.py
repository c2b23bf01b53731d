"""Hands evidence over, takes it in and forgets it, with the real adapters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.building import find_all_built
from pytest_pipeline.engine.evidence_layout import PASSED_ON
from pytest_pipeline.engine.exporting import Exported, Wanted, export_folder
from pytest_pipeline.engine.importing import HandedOver, Imported, import_folders
from pytest_pipeline.engine.pruning import Pruned, find_prunable
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.wiring.toolbox import WiredToolbox
from pytest_pipeline.wiring.verifying import believed_by, folder_view, is_state_folder

# ruff: noqa: PLC0415 - adapters are imported when they are first needed

_PASSED_ON = [(each,) for each in PASSED_ON]


def exported(
    tools: WiredToolbox,
    pipeline: Pipeline,
    folder: Path,
    *,
    stages: Sequence[str] | None = None,
    artifacts: bool = True,
) -> Exported:
    """Hand over what belongs to the current revision.

    Args:
        tools: The toolbox of the service root.
        pipeline: Its pipeline.
        folder: A new or empty folder.
        stages: Names of the stages; None for all.
        artifacts: Whether artifacts go along.

    Raises:
        ConfigError: If the folder is not empty, or a stage is not known.
        EvidenceError: If there is nothing to hand over, or it is not sound.
        PipelineError: If something cannot be read, signed or written.
    """
    from pytest_pipeline.adapters.evidence_files import DiskExport

    _demand_apart(folder)
    service, root = pipeline.service, tools.workspace.root
    revision = tools.revise(root)
    built = find_all_built(tools, service, root, revision.tree) if service else ()
    wanted = Wanted(
        service=pipeline.name,
        revision=revision,
        artifact=next(iter(built), None),
        artifacts=[each for each in built if each is not None] if artifacts else [],
        created=tools.clock.utc(),
        stages=stages,
    )
    state = tools.workspace.state
    target = DiskExport(state, folder)
    return export_folder(folder_view(state), target, wanted, tools.verifier, tools.signer)


def imported(tools: WiredToolbox, pipeline: Pipeline, folders: Sequence[Path]) -> list[Imported]:
    """Take in what other jobs handed over.

    Raises:
        ConfigError: If a folder is none.
        EvidenceError: If a folder is not sound, or two contents want one name.
        PipelineError: If something cannot be read or written.
    """
    from pytest_pipeline.adapters.evidence_files import DiskMerging

    for each in folders:
        _demand_apart(each)
        if not each.is_dir():
            raise ConfigError(
                f"no folder {each}: wanted one that `pytest-pipeline evidence export` wrote"
            )
    state = tools.workspace.state
    return import_folders(
        [HandedOver(each, folder_view(each)) for each in folders],
        folder_view(state),
        DiskMerging(state),
        believed_by(pipeline),
    )


def prune(tools: WiredToolbox, keep_s: float, *, deleting: bool) -> Pruned:
    """Delete evidence that is older than wanted and that no last promotion rests on.

    Args:
        tools: The toolbox of the service root.
        keep_s: What is younger stays, seconds, >= 0.
        deleting: Whether to delete; else it is only found.

    Raises:
        EvidenceError: If a promotion cannot be read.
        PipelineError: If something cannot be read or deleted.
    """
    from pytest_pipeline.adapters.evidence_files import DiskPruning

    state = tools.workspace.state
    found = find_prunable(folder_view(state), tools.verifier, tools.clock.utc(), keep_s)
    if deleting:
        DiskPruning(state).delete(found.paths)
    return found


def _demand_apart(folder: Path) -> None:
    below = folder.absolute()
    for place in (below, *below.parents):
        if is_state_folder(place) and below.relative_to(place).parts[:1] not in _PASSED_ON:
            raise ConfigError(
                f"{folder} is a state folder, or in one: name a folder that is handed over, such "
                "as handover/unit or .pipeline/handover/unit"
            )
