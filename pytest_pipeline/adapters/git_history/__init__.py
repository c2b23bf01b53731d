"""Asks git where a branch began, what it changed, and for the files as they were there."""

from pytest_pipeline.adapters.git_history.exposure import would_commit
from pytest_pipeline.adapters.git_history.history import GitHistory
from pytest_pipeline.adapters.git_history.places import place_in_repository
from pytest_pipeline.adapters.git_history.work_trees import GitWorkTrees

__all__ = ["GitHistory", "GitWorkTrees", "place_in_repository", "would_commit"]
