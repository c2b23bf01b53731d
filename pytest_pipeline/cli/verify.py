"""`pytest-pipeline verify`: checks a folder of evidence, offline."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.verification import Verification
from pytest_pipeline.engine.sufficing import shortfalls
from pytest_pipeline.engine.workspace import STATE_FOLDER


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "verify",
        help="check a folder of evidence, offline",
        description=(
            "Check every file of a state folder, or of a folder that was exported: signatures, "
            "names, digests, verdicts, the chain of promotions. Nothing is written."
        ),
    )
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        help="the folder; one that is not named .pipeline has to be an export "
        "(default: .pipeline of the service root)",
    )
    parser.add_argument(
        "--for", dest="environment", metavar="ENV", help="also say whether it suffices for ENV"
    )
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="KEY|FILE",
        help="believe this public key, or those of a file, instead of the configuration's; "
        "may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    root, pipeline = _configured(options)
    folder = options.folder or root / STATE_FOLDER
    believed = wiring.believed_by(pipeline, options.trust)
    checked = wiring.check_on_disk(folder, believed)
    found = checked.verification
    if options.environment is not None and pipeline is not None:
        name, trust = options.environment, believed.trust
        demanding = wiring.demanding_at(root, pipeline, name, folder, trust)
        demanding = replace(demanding, path="" if root == Path.cwd() else str(options.root))
        found = replace(found, problems=(*found.problems, *shortfalls(checked, demanding)))
    if options.json:
        _print_json(found)
    else:
        wiring.print_verification(found, folder)
        if found.sound and options.environment is not None:
            sys.stdout.write(f"it suffices for {options.environment}\n")
    return ExitCode.OK if found.sound else ExitCode.EVIDENCE_REFUSED


def _configured(options: argparse.Namespace) -> tuple[Path, Pipeline | None]:
    """Return root and pipeline; nothing of them is needed where keys and a folder are given."""
    start = Path(options.root)
    if options.trust and options.folder is not None and options.environment is None:
        return start, None
    root = wiring.required_root(start)
    return root, wiring.load_pipeline(root)


def _print_json(found: Verification) -> None:
    document = {"sound": found.sound, **asdict(found)}
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
