"""Performs the steps of plans at a site, one file a kind of step."""

from pytest_pipeline.engine.steps.performing import perform

__all__ = ["perform"]
