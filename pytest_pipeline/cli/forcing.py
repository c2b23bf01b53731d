"""The options by which a refusal is overruled."""

from __future__ import annotations

import argparse

from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.errors import ConfigError


def add_force(parser: argparse.ArgumentParser, *, what: str) -> None:
    """Add `--force` and `--reason`.

    Args:
        parser: The command's parser.
        what: What is done all the same.
    """
    parser.add_argument("--force", action="store_true", help=f"{what}; wants a --reason")
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="why it is forced; recorded with the execution"
    )


def force_of(options: argparse.Namespace) -> Force:
    """Return what may be overruled.

    Raises:
        ConfigError: If one of the two options is given without the other.
    """
    if options.force and not options.reason.strip():
        raise ConfigError("--force wants --reason TEXT: why, for those who read the history")
    if options.reason and not options.force:
        raise ConfigError("--reason is recorded with what --force overrules: give both or none")
    return Force(options.reason.strip())
