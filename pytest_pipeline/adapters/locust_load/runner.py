"""Runs load tests with Locust as a process of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from pytest_pipeline.adapters.locust_load.account import ACCOUNT
from pytest_pipeline.adapters.locust_load.answers import sent_requests
from pytest_pipeline.adapters.locust_load.contents import given_contents
from pytest_pipeline.adapters.locust_load.crew_records import order_for, read_crew
from pytest_pipeline.adapters.locust_load.keeping_up import starved
from pytest_pipeline.adapters.locust_load.never_began import never_began
from pytest_pipeline.adapters.locust_load.plan import GeneratorPlan
from pytest_pipeline.adapters.locust_load.validity import (
    find_problems,
    intended_rate,
    load_duration_s,
    sending,
)
from pytest_pipeline.domain.hdr_histograms import histogram
from pytest_pipeline.domain.load import LoadResult, LoadSpec, summarise_load
from pytest_pipeline.domain.load_contents import FOREIGN_VARIABLES, Unshown
from pytest_pipeline.engine.ports import Command, Processes
from pytest_pipeline.errors import LoadError, MissingExtraError

#: See `LocustRunner`.
MARGIN_S = 30.0
#: Time for the records of all workers to come in, seconds.
RECORDS_S = 120.0
#: Most of the generator's output in an error, characters.
TAIL_LENGTH = 4000


class LocustRunner:
    """Implements `engine.ports.LoadRunner`.

    Args:
        processes: Runs the generator.
        environ: Variables for it; None for the own.
        cwd: Its working directory, from which locustfiles are found; None for the own.
        margin_s: Time for the generator to start, to write its statistics and to exit, seconds.
    """

    def __init__(
        self,
        processes: Processes,
        *,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        margin_s: float = MARGIN_S,
    ) -> None:
        self._processes = processes
        self._environ = os.environ if environ is None else environ
        self._cwd = cwd
        self._margin_s = margin_s

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run a load test to its end; see the port.

        Raises:
            MissingExtraError: If Locust is not installed.
            LoadError: If no load was begun: no such locustfile, an error in it, an unknown user
                class; carries Locust's output.
        """
        __tracebackhide__ = True
        if not list(metadata.distributions(name="locust")):  # its import is refused in stages
            raise MissingExtraError("load tests", "load")
        cwd = (self._cwd or Path.cwd()).absolute()
        locustfile = cwd / spec.locustfile
        if not locustfile.is_file():
            raise LoadError(f"the locustfile {locustfile} does not exist; give the path of one")
        own = Path(tempfile.mkdtemp(prefix="load-", dir=folder))
        order = order_for(spec)
        wait_s = 0.0
        if order is not None:
            order.write(own)
            wait_s = order.wait_s + RECORDS_S
        with given_contents(spec, own) as variables:
            command = self._command(spec, locustfile, own, cwd)
            command = replace(command, env=Unshown({**command.env, **variables}))
            longest_s = _longest_s(spec) + self._margin_s + wait_s
            done = self._processes.run(command, timeout_s=longest_s)
        crew = read_crew(own, order)
        records = crew.records
        if not any(record.started_s is not None for record in records):
            if crew.problems and order is not None and (own / ACCOUNT).exists():
                return summarise_load([], duration_s=0.0, problems=crew.problems)
            raise LoadError(never_began(done, spec), output=done.output[-TAIL_LENGTH:])
        samples = [sample for record in records for sample in record.samples]
        result = summarise_load(
            samples,
            duration_s=load_duration_s(records),
            intended_requests_per_s=intended_rate(spec, records),
            problems=(
                *crew.problems,
                *find_problems(spec, records, exit_code=done.exit_code),
            ),
        )
        return replace(
            result,
            histogram=histogram(samples),
            sent=sent_requests([each.totals for each in sending(records)]),
            remarks=tuple(starved(records)),
        )

    def _command(self, spec: LoadSpec, locustfile: Path, own: Path, cwd: Path) -> Command:
        generator = Path(__file__).with_name("generator.py")
        return Command(
            # -P: the folder of the script holds modules of ours that are nobody's to import.
            argv=(
                *(sys.executable, "-P", str(generator), _plan(spec, own).to_json()),
                *("-f", str(locustfile)),
                "--headless",
                *("--users", str(spec.users)),
                *("--spawn-rate", str(spec.spawn_rate or 1)),
                *("--host", spec.url),
                *("--exit-code-on-error", "0"),
                "--only-summary",
                *spec.user_classes,
            ),
            cwd=cwd,
            env={
                name: value
                for name, value in self._environ.items()
                if not name.startswith(FOREIGN_VARIABLES)
            },
            log=own / "locust.log",
            name=f"load test {locustfile.name}",
        )


def _longest_s(spec: LoadSpec) -> float:
    """Return the longest time that the load itself may take, seconds."""
    ramp_up_s = spec.users / spec.spawn_rate if spec.spawn_rate else 0.0
    return spec.duration_s + ramp_up_s + spec.stop_timeout_s


def _plan(spec: LoadSpec, folder: Path) -> GeneratorPlan:
    course = spec.course.points if spec.course is not None else ()
    return GeneratorPlan(
        folder=str(folder),
        duration_s=spec.duration_s,
        stop_timeout_s=spec.stop_timeout_s,
        rate=course if spec.rate is not None else (),
        users=course if spec.rate is None and spec.ramp else (),
        shape=spec.shape,
        max_users=spec.max_users,
    )
