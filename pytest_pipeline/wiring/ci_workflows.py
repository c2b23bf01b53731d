"""Workflows of CI systems, from a pipeline to the text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline import config
from pytest_pipeline.domain.ci_planning import plan_ci
from pytest_pipeline.domain.ci_plans import CiOptions
from pytest_pipeline.domain.pipelines import Pipeline

if TYPE_CHECKING:
    from pytest_pipeline.adapters.ci_workflows import GeneratedFile

# ruff: noqa: PLC0415 - adapters are imported when they are first needed

#: The systems that workflows are written for.
CI_SYSTEMS = ("github", "gitlab")


def ci_pipeline(start: Path) -> tuple[Path, Pipeline]:
    """Return the service root and its pipeline; without configured stages, by folders of tests.

    Args:
        start: The service root or a path below it; without configuration the root itself.

    Raises:
        ConfigError: If the configuration is wrong.
    """
    from pytest_pipeline.adapters.ci_workflows import layers_in_folders

    configured = config.service_root(start)
    root = (configured or start).resolve()
    pipeline = config.load(root) if configured else config.default_pipeline(())
    if not pipeline.stages:
        layers = layers_in_folders(root, pipeline.layers)
        pipeline = config.default_pipeline(layers, base=pipeline)
    return root, pipeline


def install_command(root: Path) -> str:
    """Return the command that installs a service, its tests and this package."""
    from pytest_pipeline.adapters import ci_workflows

    return ci_workflows.install_command(root)


def ci_workflow(system: str, root: Path, pipeline: Pipeline, options: CiOptions) -> str:
    """Return the workflow of a pipeline, as text.

    Args:
        system: One of `CI_SYSTEMS`.
        root: The service root.
        pipeline: The pipeline.
        options: What is asked.

    Raises:
        ConfigError: If the options name what the pipeline does not have, or no workflow can be
            written for it.
        BaselineError: If git cannot say where the root is in its repository.
    """
    from pytest_pipeline.adapters.ci_workflows import github_workflow, gitlab_workflow
    from pytest_pipeline.adapters.git_history import place_in_repository

    render = {"github": github_workflow, "gitlab": gitlab_workflow}[system]
    return render(plan_ci(pipeline, options, folder=place_in_repository(root)))


def generated_file(path: Path) -> GeneratedFile:
    """Return a place for a generated text."""
    from pytest_pipeline.adapters.ci_workflows import GeneratedFile

    return GeneratedFile(path)
