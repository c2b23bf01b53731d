"""Configuration of the documentation."""  # noqa: INP001 - a script, as Sphinx wants it

from importlib import metadata

project = "pytest-pipeline-gates"
project_copyright = "2026, the pytest-pipeline-gates developers"
author = "the pytest-pipeline-gates developers"
release = metadata.version("pytest-pipeline-gates")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"pytest-pipeline-gates {release}"
