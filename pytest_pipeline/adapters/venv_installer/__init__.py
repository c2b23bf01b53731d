"""Installs wheels into one virtual environment per artifact."""

from pytest_pipeline.adapters.venv_installer.installer import VenvInstaller

__all__ = ["VenvInstaller"]
