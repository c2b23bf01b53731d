"""Finds out what the source is, by git's list of files where there is git; keeps copies of it."""

from pytest_pipeline.adapters.source_tree.reader import DiskSourceTree
from pytest_pipeline.adapters.source_tree.suites import KeptSuites

__all__ = ["DiskSourceTree", "KeptSuites"]
