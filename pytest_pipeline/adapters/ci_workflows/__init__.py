"""Writes the workflows of CI systems, as a person would."""

from pytest_pipeline.adapters.ci_workflows.generated_file import GeneratedFile
from pytest_pipeline.adapters.ci_workflows.github import github_workflow
from pytest_pipeline.adapters.ci_workflows.gitlab import gitlab_workflow
from pytest_pipeline.adapters.ci_workflows.installing import install_command
from pytest_pipeline.adapters.ci_workflows.test_folders import layers_in_folders

__all__ = [
    "GeneratedFile",
    "github_workflow",
    "gitlab_workflow",
    "install_command",
    "layers_in_folders",
]
