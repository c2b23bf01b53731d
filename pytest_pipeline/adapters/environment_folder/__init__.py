"""Kept environments as files: their records, and who has one for oneself."""

from pytest_pipeline.adapters.environment_folder.folder import EnvironmentFolder

__all__ = ["EnvironmentFolder"]
