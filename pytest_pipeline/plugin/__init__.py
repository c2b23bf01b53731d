"""The pytest plugin, entry point ``pipeline_gates``.

Imported by every pytest run on the machine: nothing here or in what it imports may be heavy.
"""

from __future__ import annotations

from pytest_pipeline.plugin.fixtures import (
    pipeline,
    pipeline_environment,
    pipeline_http,
    pipeline_load_test,
    pipeline_overlap,
    pipeline_record,
    pipeline_resource,
)
from pytest_pipeline.plugin.hooks import (
    pytest_addhooks,
    pytest_addoption,
    pytest_configure,
    pytest_load_initial_conftests,
)

__all__ = [
    "pipeline",
    "pipeline_environment",
    "pipeline_http",
    "pipeline_load_test",
    "pipeline_overlap",
    "pipeline_record",
    "pipeline_resource",
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_configure",
    "pytest_load_initial_conftests",
]
