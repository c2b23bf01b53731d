"""The options that say what a user can bear."""

from __future__ import annotations

import argparse

from pytest_pipeline.domain.recommendation import Constraints


def add_constraints(parser: argparse.ArgumentParser, *, within: bool = True) -> None:
    """Add the options.

    Args:
        parser: The parser.
        within: Whether its command is one within another that takes the options as well: what was
            given there is kept then, unless it is given here again.
    """

    def default(value: object) -> object:
        return argparse.SUPPRESS if within else value

    group = parser.add_argument_group("what you can bear")
    group.add_argument(
        "--downtime-allowed-s",
        type=seconds,
        default=default(0.0),
        metavar="S",
        help="longest time without an answer, seconds (default: 0)",
    )
    group.add_argument(
        "--spare-instances",
        type=whole,
        default=default(None),
        metavar="N",
        help="instances for which there is room beside those that serve (default: any number)",
    )
    group.add_argument(
        "--stateful",
        action="store_true",
        default=default(value=False),
        help="an instance owns data at its place: the new one starts where the old one stopped",
    )
    group.add_argument(
        "--rollback-budget-s",
        type=seconds,
        default=default(None),
        metavar="S",
        help="longest time for going back, seconds (default: any)",
    )
    group.add_argument(
        "--mixed-versions-forbidden",
        action="store_true",
        default=default(value=False),
        help="two releases must never answer side by side",
    )


def constraints_of(options: argparse.Namespace, replicas: int) -> Constraints:
    """Return what was given."""
    return Constraints(
        replicas=replicas,
        downtime_allowed_s=options.downtime_allowed_s,
        spare_instances=options.spare_instances,
        stateful=options.stateful,
        rollback_budget_s=options.rollback_budget_s,
        mixed_versions_forbidden=options.mixed_versions_forbidden,
    )


def seconds(text: str) -> float:
    """Read a duration."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be seconds >= 0, got {text}")
    return value


def whole(text: str) -> int:
    """Read a count."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"must be a count >= 0, got {text}")
    return value


def positive(text: str) -> int:
    """Read a count of something that must be there."""
    value = whole(text)
    if not value:
        raise argparse.ArgumentTypeError("must be at least 1, got 0")
    return value
