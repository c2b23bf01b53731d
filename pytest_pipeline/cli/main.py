"""The `pytest-pipeline` command: what is asked between and after runs of the pipeline."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from pytest_pipeline import wiring
from pytest_pipeline.cli import (
    abort,
    build,
    ci,
    deploy,
    down,
    drill,
    evidence,
    explain,
    gates,
    history,
    join,
    keys,
    load,
    logs,
    mend,
    pause,
    policy,
    promote,
    resume,
    rollback,
    show,
    sign,
    status,
    strategies,
    verify,
)
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.execution import code_of
from pytest_pipeline.errors import ConfigError, PipelineError

#: What each command's module adds to the parser and how it is run.
_COMMANDS = (
    deploy,
    promote,
    pause,
    resume,
    abort,
    rollback,
    status,
    logs,
    down,
    drill,
    history,
    show,
    explain,
    mend,
    strategies,
    gates,
    load,
    policy,
    join,
    verify,
    evidence,
    keys,
    sign,
    build,
    ci,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Command-line arguments; None for those of the process.

    Returns:
        The exit code (reference, "Exit codes").
    """
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse ends with 2 for what is 4 here
        return ExitCode.USAGE_ERROR if end.code else ExitCode.OK
    run: Callable[[argparse.Namespace], int] = options.run
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        options.key = wiring.take_key()  # nothing that is started from here on may have it
        return run(options)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        return ExitCode.OK
    except ConfigError as error:
        _complain(f"pytest-pipeline: {error}")
        return ExitCode.USAGE_ERROR
    except PipelineError as error:
        if error.output:
            _complain(error.output.rstrip())
        _complain(f"pytest-pipeline: {error}")
        return code_of(error)
    except Exception:  # noqa: BLE001 - Python's own exit code 1 would mean "tests failed"
        traceback.print_exc()
        return ExitCode.ERROR
    except KeyboardInterrupt:
        _complain("pytest-pipeline: stopped by Ctrl-C")
        return ExitCode.INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-pipeline",
        description="Deploy, look at and end what `pytest --pipeline` keeps in .pipeline/.",
        epilog="The pipeline itself is run by pytest: pytest --pipeline [SERVICE ROOT].",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="PATH",
        help="the service root, or a path below it (default: the working directory)",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_to(commands)
    return parser


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
