"""`pytest-pipeline keys trust`: adds somebody whose signatures count to the configuration."""

from __future__ import annotations

import argparse
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.config.new_signers import NewSigner


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "trust",
        help="have the configuration trust a key",
        description=(
            "Add [evidence.signers.NAME] at the end of pipeline.toml, or of pyproject.toml; every "
            "byte before it stays. What was added is shown, and has to be committed to count."
        ),
    )
    parser.add_argument("name", metavar="NAME", help="of the signer, for people")
    parser.add_argument("public", metavar="PUBLIC", help="its public key, ed25519:…")
    parser.add_argument(
        "--stages", nargs="+", metavar="STAGE", help="whose evidence it may sign (default: any)"
    )
    parser.add_argument(
        "--environments",
        nargs="+",
        metavar="ENV",
        help="whose promotions it may sign (default: any)",
    )
    parser.add_argument(
        "--approves",
        action="store_true",
        help="it may approve policies that are weaker; without one so marked, all may",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be added, and add nothing"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    signer = NewSigner(
        options.name, options.public, options.stages, options.environments, options.approves
    )
    root = wiring.required_root(Path(options.root))
    change = wiring.trust_signer(root, signer, dry_run=options.dry_run)
    before, after = change.before.splitlines(), change.after.splitlines()
    name = change.file.name
    for line in unified_diff(before, after, name, name, lineterm=""):
        sys.stdout.write(f"{line}\n")
    for remark in change.remarks:
        sys.stderr.write(f"{remark}\n")
    sys.stdout.write(f"{_who_approves(root, signer)}\n")
    return 0


def _who_approves(root: Path, new: NewSigner) -> str:
    """Say who approves from the next promotion on."""
    known = {each.name: each.approves for each in wiring.load_pipeline(root).signers}
    known[new.name] = new.approves
    named = [name for name, approves in known.items() if approves]
    if named:
        return f"weaker policies and other keys are approved by: {', '.join(named)}"
    return (
        "weaker policies and other keys are approved by every signer of the environment: "
        f"{', '.join(known)}; trust one with --approves, whose key no CI has, to have it so alone"
    )
