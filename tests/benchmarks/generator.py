"""Requests a second of load tests beside bare Locust, and beside wrk and k6 for scale.

The requests are counted by the service, the same for all. Runs of ours and of bare Locust are
interleaved (ours, bare, bare, ours …), so that what else the machine does falls on both. A busy
machine makes the rate a matter of luck; the time on the processor that a request costs stays.

``python -m tests.benchmarks.generator`` prints a table; ``--pairs`` and ``--seconds`` change it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadSpec
from tests.component.adapters.loopback_service import loopback_service

COLUMNS = (
    *("client", "generator", "runs", "requests/s", "of bare Locust", "95 % interval"),
    *("a processor-second", "of bare Locust", "95 % interval"),
)
CLIENTS = ("HttpUser", "FastHttpUser")
USERS = 10
_RESAMPLES = 4000
#: Locust's own ``--run-time`` would end the load too early by the time of its imports.
_LOCUSTFILE = """\
import os
import time
from pathlib import Path

import gevent
from locust import {client}, events, task


@events.test_start.add_listener
def note(**_):
    global began_s
    began_s = time.process_time()


@events.test_stop.add_listener
def tell(**_):
    Path("processor_s").write_text(str(time.process_time() - began_s))


if "BARE_SECONDS" in os.environ:

    @events.test_start.add_listener
    def end(environment, **_):
        gevent.spawn_later(float(os.environ["BARE_SECONDS"]), environment.runner.quit)


class Reader({client}):
    @task
    def get(self):
        self.client.get("/orders")
"""
_K6 = """\
import http from "k6/http";
export default function () {{ http.get("{url}/orders"); }}
"""
Run = Callable[[], None]


@dataclass(frozen=True)
class Pairs:
    """A figure of runs of ours and of bare Locust, one after the other.

    Attributes:
        ours: Of ours, by pair.
        bare: Of bare Locust, by pair.
    """

    ours: Sequence[float]
    bare: Sequence[float]

    @property
    def ratio(self) -> float:
        """Median of ours / median of bare Locust."""
        return statistics.median(self.ours) / statistics.median(self.bare)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the ratio, by resampling pairs."""
        chance = random.Random(1)  # noqa: S311 - no secret
        pairs = list(zip(self.ours, self.bare, strict=True))
        drawn = [chance.choices(pairs, k=len(pairs)) for _ in range(_RESAMPLES)]
        ratios = sorted(
            statistics.median(ours for ours, _ in each) / statistics.median(b for _, b in each)
            for each in drawn
        )
        return ratios[round(0.025 * _RESAMPLES)], ratios[round(0.975 * _RESAMPLES) - 1]

    @property
    def of_bare(self) -> tuple[str, str, str]:
        """Ours, its ratio to bare Locust, and the interval of that, as cells of a table."""
        low, high = self.interval
        return _median(self.ours), f"{self.ratio:.3f}", f"{low:.3f} to {high:.3f}"


@dataclass(frozen=True)
class Compared:
    """What runs of ours and of bare Locust came to.

    Attributes:
        client: User class of the locustfile.
        rate: Requests a second; on a busy machine it says how busy that was.
        thrift: Requests that took a second of the processor in the generator.
    """

    client: str
    rate: Pairs
    thrift: Pairs

    @property
    def rows(self) -> Iterator[tuple[object, ...]]:
        """The runs as rows of a table."""
        number = len(self.rate.ours)
        yield (self.client, "ours", number, *self.rate.of_bare, *self.thrift.of_bare)
        bare = (_median(self.rate.bare), "1", "-", _median(self.thrift.bare), "1", "-")
        yield (self.client, "bare Locust", number, *bare)


class Benchmark:
    """Runs generators against one service.

    Args:
        url: Of the service.
        processes: Runs ours.
        folder: Existing folder.
        seconds: Duration of each run.
    """

    def __init__(self, url: str, processes: GuardedProcesses, folder: Path, seconds: int) -> None:
        self._url = url
        self._runner = LocustRunner(processes, cwd=folder)
        self._folder = folder
        self._seconds = seconds

    def pairs(self, client: str, number: int) -> Compared:
        """Run ours and bare Locust by turns."""
        locustfile = self._folder / f"locustfile_{client}.py"
        locustfile.write_text(_LOCUSTFILE.format(client=client))
        runs: dict[str, Run] = {
            "ours": lambda: self._ours(locustfile),
            "bare": lambda: self._bare(locustfile),
        }
        rates: dict[str, list[float]] = {name: [] for name in runs}
        thrifts: dict[str, list[float]] = {name: [] for name in runs}
        for pair in range(number):
            order = list(runs) if pair % 2 == 0 else list(reversed(runs))
            for name in order:
                rate, requests = self._rate(runs[name])
                rates[name].append(rate)
                processor_s = float((self._folder / "processor_s").read_text())
                thrifts[name].append(requests / processor_s)
        return Compared(client, Pairs(**rates), Pairs(**thrifts))

    def others(self, number: int) -> Iterator[tuple[object, ...]]:
        """Yield rows of the generators that are no Locust, or why they are not there."""
        script = self._folder / "k6.js"
        script.write_text(_K6.format(url=self._url))
        users, seconds = str(USERS), f"{self._seconds}s"
        commands = {
            "wrk": ["-t1", f"-c{users}", f"-d{seconds}", f"{self._url}/orders"],
            "k6": ["run", "--quiet", "--vus", users, "--duration", seconds, str(script)],
        }
        for name, arguments in commands.items():
            program = shutil.which(name)
            if program is None:
                yield ("-", name, 0, "not installed", *["-"] * 5)
                continue
            command = [program, *arguments]
            rates = [self._rate(partial(self._run, command))[0] for _ in range(number)]
            yield ("-", name, number, _median(rates), *["-"] * 5)

    def _ours(self, locustfile: Path) -> None:
        """Run ours; that it is at the end of its processor, as it is to be here, makes no error."""
        spec = LoadSpec(str(locustfile), self._url, USERS, 1000, self._seconds)
        problems = self._runner.run(spec, folder=self._folder).problems
        wrong = [each for each in problems if "used a processor" not in each]
        if wrong:
            raise RuntimeError("; ".join(wrong))

    def _bare(self, locustfile: Path) -> None:
        head = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless"]
        load = ["-u", str(USERS), "-r", "1000", "--host", self._url, "--only-summary"]
        self._run([*head, *load], BARE_SECONDS=str(self._seconds))

    def _run(self, command: Sequence[str], **variables: str) -> None:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=self._seconds + 60,
            cwd=self._folder,
            env={**os.environ, **variables},
            start_new_session=True,  # as ours: the kernel shares processors among sessions
        )

    def _rate(self, run: Run) -> tuple[float, float]:
        """Return the requests a second of a run, and the requests."""
        self._seen()
        run()
        count, first_s, last_s = self._seen()
        return count / (last_s - first_s), count

    def _seen(self) -> tuple[float, float, float]:
        with urlopen(f"{self._url}/seen", timeout=10) as answer:  # noqa: S310 - loopback
            count, first_s, last_s = map(float, answer.read().split())
        return count, first_s, last_s


def measure(pairs: int, seconds: int) -> tuple[list[Compared], list[tuple[object, ...]]]:
    """Return pairs of each client, and rows of the other generators."""
    with (
        tempfile.TemporaryDirectory() as folder,
        loopback_service() as url,
        GuardedProcesses(clock=SystemClock()) as processes,
    ):
        benchmark = Benchmark(url, processes, Path(folder), seconds)
        return [benchmark.pairs(each, pairs) for each in CLIENTS], list(benchmark.others(3))


def _median(rates: Sequence[float]) -> str:
    return f"{statistics.median(rates):,.0f}"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    found, others = measure(asked.pairs, asked.seconds)
    for row in (COLUMNS, *(row for each in found for row in each.rows), *others):
        sys.stdout.write("".join(f"{each!s:<20}" for each in row) + "\n")


if __name__ == "__main__":
    _main()
