"""The `pytest-pipeline` command."""
