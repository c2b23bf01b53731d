"""pytest-pipeline-gates: layers, gates and measured deployments for one microservice."""

from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.errors import ConfigError, PipelineError

__all__ = ["ConfigError", "PipelineError", "Verdict"]
