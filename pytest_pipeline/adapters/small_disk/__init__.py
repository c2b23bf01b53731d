"""A small disk of our own, which can be filled without harm to anything else."""

from pytest_pipeline.adapters.small_disk.disk import NoDisk, TmpfsDisk
from pytest_pipeline.adapters.small_disk.namespace import enter_namespace

__all__ = ["NoDisk", "TmpfsDisk", "enter_namespace"]
