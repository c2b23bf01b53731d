"""Where the uv is that the extra `deploy` installed."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from pytest_pipeline.errors import MissingExtraError


def find_uv() -> Path:
    """Return the path of the uv binary that belongs to this environment.

    Another uv that happens to be on ``PATH`` is not taken: its version is anybody's.

    Raises:
        MissingExtraError: If there is none.
    """
    beside_python = Path(sysconfig.get_path("scripts")) / "uv"
    if beside_python.is_file():
        return beside_python
    try:
        import uv  # noqa: PLC0415 - an extra

        return Path(uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise MissingExtraError("building", "deploy") from error
