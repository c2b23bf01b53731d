"""The options of `pytest-pipeline capacity`."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.domain.capacity import Search
from pytest_pipeline.errors import ConfigError

_SEARCH = Search()
_DURATION_S = 10.0
_WARM_UP_S = 3.0
_INSTANCES = "1,2,4"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("environment", metavar="ENV", help="environment whose definition is used")
    parser.add_argument(
        "--instances",
        type=_counts,
        default=_counts(_INSTANCES),
        metavar="N,...",
        help=f"numbers of instances, each measured (default: {_INSTANCES})",
    )
    parser.add_argument(
        "--release", metavar="rN", help="a release of ENV that serves (default: the working tree)"
    )
    _add_load(parser.add_argument_group("the load"))
    _add_search(parser.add_argument_group("the search"))
    shown = parser.add_argument_group("what is written")
    shown.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    shown.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots")
    shown.add_argument("--png", type=Path, metavar="FILE", help="write the plots as a picture")


def demand_places(options: argparse.Namespace) -> None:
    """Find out whether pages and pictures can be written, before minutes are spent for them.

    Raises:
        ConfigError: If a file cannot be written.
        MissingExtraError: If the extra ``report`` is not installed.
    """
    if options.html or options.png:
        wiring.demand_pages()
    for option, file in (("--html", options.html), ("--png", options.png)):
        if file is not None:
            _demand_file(option, file)


def _add_load(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--locustfile",
        type=Path,
        metavar="FILE",
        help="default: the only one in the tests of the stages that run against ENV",
    )
    group.add_argument(
        "--class",
        action="append",
        dest="user_class",
        metavar="NAME",
        help="only this user class of it; may be given several times",
    )
    group.add_argument(
        "--processes",
        type=_count,
        metavar="N",
        help="processes that send requests (default: as those stages say)",
    )
    group.add_argument(
        "--duration",
        type=_positive,
        default=_DURATION_S,
        metavar="S",
        help=f"seconds at each rate (default: {_DURATION_S:g})",
    )
    group.add_argument(
        "--warm-up",
        type=_from_zero,
        default=_WARM_UP_S,
        metavar="S",
        help=(
            "seconds at the lowest rate that do not count, on new instances and after a rate that "
            f"was too much (default: {_WARM_UP_S:g})"
        ),
    )
    group.add_argument(
        "--objective",
        action="append",
        metavar="TEXT",
        help=(
            "what has to be met, as 'load.p95_ms < 250'; may be given several times (default: the "
            "absolute objectives on loads of the stages that run against ENV)"
        ),
    )


def _add_search(group: argparse._ArgumentGroup) -> None:
    for option, name, default, what in (
        ("--from", "first_rate", _SEARCH.first_rate, "the rate to begin with, tasks a second"),
        ("--to", "last_rate", _SEARCH.last_rate, "the highest rate to try"),
        ("--precision", "precision", _SEARCH.precision_percent, "percent of the capacity"),
    ):
        group.add_argument(
            option,
            dest=name,
            type=_positive,
            default=default,
            metavar="P" if name == "precision" else "R",
            help=f"{what} (default: {default:g})",
        )
    group.add_argument(
        "--probes",
        type=_count,
        default=_SEARCH.probes,
        metavar="K",
        help=f"most loads for each number of instances (default: {_SEARCH.probes})",
    )


def _demand_file(option: str, file: Path) -> None:
    is_new = not file.exists()
    try:
        file.open("ab").close()
        if is_new:
            file.unlink()
    except OSError as error:
        raise ConfigError(
            f"{option} {file} cannot be written ({error}): wanted a file in a folder that exists"
        ) from error


def _counts(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_count(each) for each in text.split(",")))


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a count >= 1, got {text}")
    return value


def _positive(text: str) -> float:
    value = _from_zero(text)
    if not value:
        raise argparse.ArgumentTypeError(f"must be a number > 0, got {text}")
    return value


def _from_zero(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number >= 0, got {text}")
    return value
