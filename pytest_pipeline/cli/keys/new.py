"""`pytest-pipeline keys new`: a private key in a file of its owner's."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.engine.signing_demands import KEY_FILE_VARIABLE, KEY_VARIABLE

_NEXT = """\
private key: {file} (readable by its owner alone; it is nowhere else)
public key:  {public}

next:
  trust it:         pytest-pipeline keys trust NAME {public}
  sign with it:     export {file_variable}={file}
  sign in a CI:     store what the file holds as the secret {variable}; where a secret has to be
                    one line, the line between its head and its foot is enough
"""


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "new",
        help="make a key",
        description=(
            "Make an ed25519 key and write its private half, PEM and PKCS #8, to a new file that "
            "only its owner may read. Never to one that git would commit."
        ),
    )
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="where to (default: pytest-pipeline/key.pem in $XDG_CONFIG_HOME, or in ~/.config)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say where it would be written, and make none"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    file = Path(os.path.abspath(options.file or _usual_file()))  # noqa: PTH100 - links are kept
    wiring.demand_key_place(file)
    if options.dry_run:
        sys.stdout.write(f"would write a private key to {file}\n")
        return 0
    public = wiring.write_new_key(file)
    sys.stdout.write(
        _NEXT.format(
            file=file, public=public, file_variable=KEY_FILE_VARIABLE, variable=KEY_VARIABLE
        )
    )
    return 0


def _usual_file() -> Path:
    configured = os.environ.get("XDG_CONFIG_HOME")
    folder = Path(configured) if configured else Path.home() / ".config"
    return folder / "pytest-pipeline" / "key.pem"
