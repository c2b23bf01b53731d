"""What the workflows of all CI systems have in common: options, and what becomes of the text."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.domain.ci_planning import deployed_by_default
from pytest_pipeline.domain.ci_plans import CiOptions
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.errors import ConfigError

#: Exit code of ``--check`` where the file is another one.
DIFFERENT = ExitCode.TESTS_FAILED

_SHARDS = re.compile(r"([^=]+)=([0-9]{1,4})")
_NAME_OF_BRANCH = re.compile(r"[\w.+@][\w./+@-]*")
_PYTHON = "3.13"
_BRANCH = "main"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write it to this file, folders included"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing: show how --output differs from what would be generated; 1 if it does",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace a file that was not generated"
    )
    parser.add_argument(
        "--shards",
        action="append",
        default=[],
        type=_shared,
        metavar="STAGE=N",
        help="share a stage among N jobs; may be given once per stage",
    )
    parser.add_argument(
        "--deploy",
        action="append",
        metavar="ENV",
        help="deploy to this environment after the stages before it; may be given several times "
        "(default: the last one, unless a stage uses it; none: --deploy '')",
    )
    parser.add_argument("--python", default=_PYTHON, help=f"version of Python (default: {_PYTHON})")
    parser.add_argument(
        "--install",
        metavar="COMMAND",
        help="what installs the service, its tests and this package (default: by pip, as the "
        "project says)",
    )
    parser.add_argument(
        "--branch",
        help="pushes to this branch are deployed (default: [source] base, else main)",
    )
    parser.add_argument("--runner", default="", help="label or tag of the machines that jobs need")
    parser.add_argument("--deploy-runner", default="", help="the same, of the jobs that deploy")


def runner_of(system: str) -> Callable[[argparse.Namespace], int]:
    """Return what runs the command for a CI system."""

    def run(options: argparse.Namespace) -> int:
        if options.check and options.output is None:
            raise ConfigError("--check: wanted the file to compare with, add --output FILE")
        root, pipeline = wiring.ci_pipeline(Path(options.root))
        text = wiring.ci_workflow(system, root, pipeline, _asked(options, root, pipeline))
        if options.check:
            return _compare(options.output, text)
        _remark(pipeline, options)
        if options.output is None:
            sys.stdout.write(text)
        else:
            wiring.generated_file(options.output).write(text, force=options.force)
            sys.stdout.write(f"written: {options.output}\n")
        return ExitCode.OK

    return run


def _compare(file: Path, text: str) -> int:
    difference = wiring.generated_file(file).difference(text)
    if not difference:
        sys.stdout.write(f"{file} is what would be generated\n")
        return ExitCode.OK
    sys.stdout.write(difference)
    sys.stdout.write(f"{file} is not what would be generated: leave out --check to write it\n")
    return DIFFERENT


def _asked(options: argparse.Namespace, root: Path, pipeline: Pipeline) -> CiOptions:
    deploy = options.deploy
    branch = options.branch or pipeline.base or _BRANCH
    if not _NAME_OF_BRANCH.fullmatch(branch):
        raise ConfigError(f"--branch: got {branch!r}, wanted the name of a branch")
    return CiOptions(
        python=_one_line("--python", options.python),
        install=_one_line("--install", options.install or wiring.install_command(root)),
        shards=dict(options.shards),
        deploy=None if deploy is None else tuple(each for each in deploy if each),
        branch=branch,
        runner=_one_line("--runner", options.runner),
        deploy_runner=_one_line("--deploy-runner", options.deploy_runner),
        typed=" ".join(_typed(options)),
    )


def _typed(options: argparse.Namespace) -> Iterator[str]:
    """Yield the options that change the text, in one order, as a shell reads them."""
    for name, count in sorted(options.shards):
        yield f"--shards {name}={count}"
    for name in options.deploy or ():
        yield f"--deploy {shlex.quote(name)}"
    if options.python != _PYTHON:
        yield f"--python {shlex.quote(options.python)}"
    for name in ("install", "branch", "runner", "deploy_runner"):
        if getattr(options, name):
            yield f"--{name.replace('_', '-')} {shlex.quote(getattr(options, name))}"


def _one_line(option: str, text: str) -> str:
    if not text.isprintable():
        raise ConfigError(f"{option}: got {text!r}, wanted one line")
    return text


def _shared(text: str) -> tuple[str, int]:
    found = _SHARDS.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted STAGE=N such as unit=4")
    return found[1], int(found[2])


def _remark(pipeline: Pipeline, options: argparse.Namespace) -> None:
    """Say what the workflow needs that is not there yet."""
    if not pipeline.signers:
        sys.stderr.write(
            "no signer is trusted yet, and in CI nothing that is unsigned counts: make a key by "
            "`pytest-pipeline keys new`, and have it trusted by `pytest-pipeline keys trust`\n"
        )
    if not pipeline.named:
        sys.stderr.write(
            "the service has no name and is called after its folder, and evidence is of a service "
            'by its name: write name = "..." in the configuration, for clones in other folders\n'
        )
    if options.deploy is None and not deployed_by_default(pipeline):
        sys.stderr.write(
            "no job deploys: there is no environment after the last stage; name those that are "
            "to be deployed to by --deploy\n"
        )
