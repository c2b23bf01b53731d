"""`pytest-pipeline keys show`: whose key is in use, and whether it counts here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_pipeline import config, wiring
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.engine.signing_demands import KEY_FILE_VARIABLE, KEY_VARIABLE
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "show",
        help="show the public half of a key, and whether the configuration trusts it",
        description=(
            "Show the public half and the identifier of the key in use, or of that of a file, and "
            "whether the configuration trusts it and for what. Never shows the private half."
        ),
    )
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help=f"file of a private key (default: what {KEY_VARIABLE} holds, or {KEY_FILE_VARIABLE} "
        "names)",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    taken = wiring.key_in(options.file) if options.file else options.key
    if taken is None:
        raise ConfigError(
            f"there is no key: set {KEY_VARIABLE}, or {KEY_FILE_VARIABLE} to a file that holds it, "
            "or name the file; pytest-pipeline keys new makes one"
        )
    source = taken.source
    signer = wiring.signer_of(taken)
    assert signer is not None  # noqa: S101 - there is a key
    lines = [
        f"public key: {signer.key}",
        f"key id:     {signer.key.keyid}",
        f"from:       {source}",
    ]
    for line in (*lines, *_trusted(Path(options.root), signer.key)):
        sys.stdout.write(f"{line}\n")
    return 0


def _trusted(start: Path, key: PublicKey) -> Iterator[str]:
    root = config.service_root(start)
    if root is None:
        yield "trusted:    unknown, there is no service root here: give one by --root"
        return
    known = Trust(wiring.load_pipeline(root).signers).of([key.keyid])
    if not known:
        yield f"trusted:    no; pytest-pipeline keys trust NAME {key} would have it trusted"
    for each in known:
        yield f"trusted:    as {each.name}, {_for_what(each)}"


def _for_what(signer: Signer) -> str:
    return (
        f"for stages {', '.join(signer.stages) or 'none'}, "
        f"environments {', '.join(signer.environments) or 'none'}; "
        f"{'approves' if signer.approves else 'does not approve'} weaker policies"
    )
