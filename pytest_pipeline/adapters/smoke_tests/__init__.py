"""Smoke tests: the service's own tests, in a pytest of their own, against a preview."""

from pytest_pipeline.adapters.smoke_tests.runner import PytestSmokeTests

__all__ = ["PytestSmokeTests"]
