"""Finds out what the source is: git's list of files where there is git, and their content."""

from pytest_pipeline.adapters.source_tree.reader import DiskSourceTree

__all__ = ["DiskSourceTree"]
