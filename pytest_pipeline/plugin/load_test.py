"""The fixture that puts load on the environment of a stage."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Handoff
from pytest_pipeline.domain.load import LoadResult, LoadSpec, summarise_load
from pytest_pipeline.domain.load_contents import Unshown
from pytest_pipeline.domain.load_kinds import MAX_USERS
from pytest_pipeline.domain.load_ramps import late_points
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.side_by_side.judging import is_decided
from pytest_pipeline.engine.load_series import LoadSeries
from pytest_pipeline.engine.ports import LoadRunner
from pytest_pipeline.errors import ConfigError, LoadError
from pytest_pipeline.plugin.live_load import ShownLoadRunner
from pytest_pipeline.plugin.load_counts import AskedLoads, CountedLoads
from pytest_pipeline.plugin.load_progress import load_teller
from pytest_pipeline.plugin.recording import Recorder
from pytest_pipeline.plugin.session_state import pipeline_of, recorder_of
from pytest_pipeline.plugin.stage_context import stage_environment, stage_handoff
from pytest_pipeline.plugin.stage_names import stage_of

#: Its name.
FIXTURE = "pipeline_load_test"
_ASKED = pytest.StashKey[AskedLoads]()


class LoadTest:
    """What `pipeline_load_test` gives a test: call it to put load on the environment."""

    def __init__(  # noqa: PLR0913 - the test is the place where these meet
        self,
        runner: LoadRunner,
        recorder: Recorder,
        *,
        url: str,
        folder: Path,
        bases: Sequence[Path],
        source: LoadSettings | None = None,
    ) -> None:
        self._runner = runner
        self._recorder = recorder
        self._url = url
        self._folder = folder
        self._bases = bases
        self._source = source or LoadSettings()

    def __call__(  # noqa: PLR0913 - a load test says what it needs, by name
        self,
        locustfile: str | os.PathLike[str],
        *,
        duration_s: float,
        users: int = 0,
        spawn_rate: float = 0.0,
        rate: float | None = None,
        ramp: Sequence[tuple[float, float]] = (),
        shape: str = "",
        max_users: int = MAX_USERS,
        user_classes: Sequence[str] | None = (),
        processes: int | None = None,
        variables: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> LoadResult:
        """Put load on the environment and wait for the result.

        It is one of: ``users`` with ``spawn_rate``, ``rate``, ``ramp`` (of users, or of tasks a
        second with ``rate``), ``shape``.

        Where the stage compares releases side by side, that is a series of runs against both: each
        as long as ``[stages.NAME.side_by_side]`` says.

        Args:
            locustfile: Path, relative to the test's folder, else to the root folder.
            duration_s: Duration of the load, seconds, > 0.
            users: Concurrent users; count, >= 1.
            spawn_rate: Users started a second, > 0.
            rate: Tasks begun a second, whatever became of those before, > 0.
            ramp: Points of time in seconds and users, or tasks a second, with straight lines
                between them.
            shape: Name of a ``LoadTestShape`` of the locustfile.
            max_users: Users at the same time with ``rate``; count, >= 1.
            user_classes: Names of user classes; empty, or None, for all.
            processes: Processes that send requests, on each machine; count, 1-256; None for what
                the stage's ``load`` table says.
            variables: Environment variables for the locustfile, tokens say.
            data: What the locustfile reads with `pytest_pipeline.load_data`, by name, JSON values.

        Raises:
            ConfigError: Names everything that is wrong with these.
            LoadError: If the generator could not be run.
            FileNotFoundError: If there is no such locustfile.
        """
        __tracebackhide__ = True
        variables, data = _unshown(variables), _unshown(data)
        spec = LoadSpec(
            str(self._find(locustfile)),
            self._url,
            users,
            spawn_rate,
            duration_s,
            _items(() if user_classes is None else user_classes),
            rate=rate,
            ramp=_items(ramp),
            shape=shape,
            max_users=max_users,
            source=self._source if processes is None else self._source.with_processes(processes),
            variables=variables,
            data=data,
        )
        late = tuple(late_points(spec.ramp, duration_s))
        if late:  # runs of other durations are made of it, side by side
            raise ConfigError(f"load test: {late[0]}")
        return self._run(spec)

    def _run(self, spec: LoadSpec) -> LoadResult:
        __tracebackhide__ = True
        folder = self._folder / f"load-{secrets.token_hex(4)}"
        folder.mkdir()
        try:
            with _alone(self._folder / "load.lock"):
                result = self._runner.run(spec, folder=folder)
        except LoadError as error:  # no verdict on the service: the stage is not to fail by it
            self._recorder.record_load(summarise_load([], duration_s=0.0, problems=[str(error)]))
            raise
        self._recorder.record_load(result)
        return result

    def _find(self, locustfile: str | os.PathLike[str]) -> Path:
        tried = [base / locustfile for base in self._bases]
        for path in tried:
            if path.is_file():
                return path
        raise FileNotFoundError(
            f"no locustfile {os.fspath(locustfile)!r}; looked for {' and '.join(map(str, tried))}"
        )


def _unshown(given: Any) -> Any:  # noqa: ANN401 - a mapping, or what is refused later
    """Return variables or data so that no traceback shows them, whatever their type."""
    if given is None:
        return Unshown()
    return Unshown(given) if isinstance(given, Mapping) else given


def _items(given: Any) -> Any:  # noqa: ANN401 - a sequence, or what is refused later
    """Return a sequence, and the sequences in it, as tuples."""
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        return given
    return tuple(_items(each) for each in given)


def load_test(request: pytest.FixtureRequest) -> LoadTest:
    """Return the load test of the running stage; fails the test where there is none."""
    config = request.config

    handoff = stage_handoff(config, FIXTURE)
    environment = stage_environment(config, FIXTURE)
    recorder = recorder_of(config)
    assert recorder is not None  # noqa: S101 - where there is a hand-off, there is a recorder
    return LoadTest(
        _runner(request, handoff, environment),
        recorder,
        url=environment.url,
        folder=Path(handoff.folder),
        bases=(request.path.parent, config.rootpath),
        source=handoff.load,
    )


def _runner(
    request: pytest.FixtureRequest, handoff: Handoff, environment: EnvironmentHandoff
) -> LoadRunner:
    """Return what runs load: against two releases by turns, where one serves beside."""
    from pytest_pipeline import wiring  # noqa: PLC0415 - picks adapters, of which few tests need one

    config = request.config
    runner = ShownLoadRunner(config, wiring.trusted_load_runner(environment))
    beside = environment.beside
    if beside is None or not beside.serves:
        return runner
    gate = stage_of(pipeline_of(config), handoff.stage).gate
    asked = _asked(request.session)
    runs = wiring.runs_beside_itself(os.environ)
    if runs and gate.side_by_side is not None:
        gate = replace(gate, side_by_side=replace(gate.side_by_side, runs=runs))
    seed = order_seed(handoff, request.node.nodeid)
    tell = load_teller(config, handoff.stage)
    series = LoadSeries(
        runner, gate, beside, lambda *seen: is_decided(*seen, loads=asked.loads), tell, seed
    )
    return CountedLoads(series, asked, request.node.nodeid)


def _asked(session: pytest.Session) -> AskedLoads:
    """Return the count of a session's loads."""
    stash = session.stash
    if _ASKED not in stash:
        stash[_ASKED] = AskedLoads(
            each.nodeid for each in session.items if FIXTURE in getattr(each, "fixturenames", ())
        )
    return stash[_ASKED]


def order_seed(handoff: Handoff, nodeid: str) -> str:
    """Return what draws the orders in which runs of a load test are made.

    Args:
        handoff: That of the stage; executions differ.
        nodeid: Identifier of the test.
    """
    return f"{handoff.execution}\n{handoff.stage}\n{nodeid}"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep workers of pytest-xdist from putting load on one environment at the same time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
