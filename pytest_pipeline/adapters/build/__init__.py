"""Builds artifacts: a wheel and its lock, or whatever a command leaves in a folder."""

from pytest_pipeline.adapters.build.service_builder import ServiceBuilder

__all__ = ["ServiceBuilder"]
