"""Checks a folder of evidence, offline: every file, and what each says of the others."""

from pytest_pipeline.engine.verifying.checked import Believed, CheckedFolder
from pytest_pipeline.engine.verifying.folder import check_folder

__all__ = ["Believed", "CheckedFolder", "check_folder"]
