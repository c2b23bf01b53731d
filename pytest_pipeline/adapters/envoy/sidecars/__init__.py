"""Envoys in front of single instances, which do to their requests what a drill wants."""

from pytest_pipeline.adapters.envoy.sidecars.target import SidecarTarget

__all__ = ["SidecarTarget"]
