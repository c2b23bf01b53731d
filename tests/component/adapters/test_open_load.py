"""Tasks begin when they are due: a stall shows, and what could not begin is counted."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.locust_load.records import ProcessRecord, read_records
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.hdr_histograms import counted
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.errors import LoadError
from tests.component.adapters.loopback_service import loopback_service

pytest.importorskip("psutil")

HEADER = "from locust import *\nfrom urllib.request import urlopen\nimport gevent\n"
#: The service stands still for a second, once, in the middle of the load.
STALL = """
    @events.test_start.add_listener
    def stall(environment, **_):
        gevent.spawn_later(1, lambda: urlopen(environment.host + "/stall?s=1").read())
"""
READERS = """
    class {name}({base}):
        weight = {weight}
        wait_time = constant(60)
        @task
        def get(self):
            self.client.get("/{name}")
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with loopback_service() as url:
        yield url


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=SystemClock()) as processes:
        yield processes


Load = Callable[..., LoadResult]


@pytest.fixture
def load(url: str, processes: GuardedProcesses, tmp_path: Path) -> Load:
    def run(code: str, *, duration_s: float = 1.0, **asked: object) -> LoadResult:
        locustfile = tmp_path / "locustfile.py"
        locustfile.write_text(HEADER + textwrap.dedent(code))
        closed = {"users": 0, "spawn_rate": 0.0, **asked}
        spec = LoadSpec(str(locustfile), url, duration_s=duration_s, **closed)  # type: ignore[arg-type]
        return LocustRunner(processes, cwd=tmp_path).run(spec, folder=tmp_path)

    return run


def _record(tmp_path: Path) -> ProcessRecord:
    (folder,) = tmp_path.glob("load-*")
    (record,) = read_records(folder)
    return record


def _dropped(result: LoadResult) -> list[str]:
    # A busy machine may make tasks late; where they went is another question.
    return [each for each in result.problems if "dropped" in each]


def _names(tmp_path: Path) -> Counter[str]:
    return Counter(each.name for each in _record(tmp_path).samples)


@pytest.mark.parametrize("base", ["HttpUser", "FastHttpUser"])
def test_tasks_begin_evenly_at_the_rate_whatever_users_would_wait(
    load: Load, tmp_path: Path, base: str
) -> None:
    result = load(READERS.format(name="Reader", base=base, weight=1), rate=100)

    begins = sorted(each.started_s for each in _record(tmp_path).samples)
    assert not _dropped(result)
    assert 90 <= len(begins) <= 100
    assert result.intended_requests_per_s == pytest.approx(100)
    assert [begin - begins[0] for begin in begins] == pytest.approx(
        [number / 100 for number in range(len(begins))], abs=1e-6
    )


def test_each_request_is_in_the_histogram(load: Load) -> None:
    result = load(READERS.format(name="Reader", base="FastHttpUser", weight=1), rate=50)

    assert sum(number for _, number in counted(result.histogram)) == result.requests


@pytest.mark.parametrize("base", ["HttpUser", "FastHttpUser"])
def test_a_stall_shows_in_the_tail_of_an_open_load(load: Load, base: str) -> None:
    result = load(READERS.format(name="R", base=base, weight=1) + STALL, rate=100, duration_s=3)

    assert not _dropped(result)
    assert 280 <= result.requests <= 300
    assert result.p99_ms is not None
    assert result.p50_ms is not None
    # Of three seconds one stood still: the worst 1 % waited for 0.97 to 1 s.
    assert 850 < result.p99_ms < 1300
    assert result.p50_ms < 300


def test_a_closed_load_of_paced_users_hides_that_stall_from_its_tail(load: Load) -> None:
    code = READERS.format(name="R", base="FastHttpUser", weight=1).replace(
        "constant(60)", "constant_throughput(50)"
    )

    result = load(code + STALL, users=2, spawn_rate=100, duration_s=3)

    assert result.p95_ms is not None
    assert result.p95_ms < 200


def test_tasks_that_find_no_free_user_are_dropped_and_counted(load: Load) -> None:
    result = load(
        READERS.format(name="R", base="FastHttpUser", weight=1) + STALL,
        rate=50,
        duration_s=2.5,
        max_users=5,
    )

    (problem,) = _dropped(result)
    assert " of 125 tasks were dropped: all of max_users = 5 were busy" in problem
    assert 40 <= result.requests <= 85


def test_a_rate_that_the_generator_cannot_begin_is_said(load: Load) -> None:
    result = load(
        """
    class Busy(FastHttpUser):
        @task
        def get(self):
            end = __import__("time").perf_counter() + 0.05
            while __import__("time").perf_counter() < end:
                pass
            self.client.get("/")
""",
        rate=100,
    )

    assert any("of 100 tasks began later than they were due" in each for each in result.problems)
    assert result.requests_per_s < 30


def test_user_classes_and_tasks_come_by_their_weights(load: Load, tmp_path: Path) -> None:
    code = "".join(
        READERS.format(name=name, base="FastHttpUser", weight=weight)
        for name, weight in (("Seven", 7), ("Two", 2), ("One", 1))
    )

    load(code, rate=100)

    names = _names(tmp_path)
    assert names["GET /Seven"] == pytest.approx(70, abs=5)
    assert names["GET /Two"] == pytest.approx(20, abs=2)
    assert names["GET /One"] == pytest.approx(10, abs=1)


def test_only_the_named_user_classes_get_tasks(load: Load, tmp_path: Path) -> None:
    code = "".join(READERS.format(name=n, base="FastHttpUser", weight=1) for n in ("A", "B"))

    load(code, rate=100, user_classes=("B",))

    assert set(_names(tmp_path)) == {"GET /B"}


def test_users_are_few_and_used_again_and_start_and_stop_once(load: Load, tmp_path: Path) -> None:
    result = load(
        """
    class Reader(FastHttpUser):
        def on_start(self):
            self.client.get("/start")
        def on_stop(self):
            self.client.get("/stop")
        @task
        def get(self):
            self.client.get("/get")
""",
        rate=100,
    )

    names = _names(tmp_path)
    assert not _dropped(result)
    assert 90 <= names["GET /get"] <= 100
    assert 1 <= names["GET /start"] == names["GET /stop"] <= 30


def test_task_sets_run_one_task_for_each_that_is_due(load: Load, tmp_path: Path) -> None:
    result = load(
        """
    class Buyer(FastHttpUser):
        @task
        class Journey(SequentialTaskSet):
            @task
            def look(self):
                self.client.get("/look")
            @task
            def buy(self):
                self.client.get("/buy")
            @task
            def leave(self):
                self.client.get("/leave")
                self.interrupt()
""",
        rate=30,
    )

    names = _names(tmp_path)
    assert not _dropped(result)
    assert 27 <= names.total() <= 30
    assert names["GET /look"] >= names["GET /buy"] >= names["GET /leave"] >= 1


def test_a_wait_in_the_middle_of_a_task_is_a_wait(load: Load, tmp_path: Path) -> None:
    load(
        """
    class Slow(FastHttpUser):
        wait_time = constant(0.2)
        @task
        def get(self):
            self.client.get("/before")
            self.wait()
            self.client.get("/after")
""",
        rate=10,
    )

    samples = _record(tmp_path).samples
    first = min(each.started_s for each in samples if each.name == "GET /before")
    then = min(each.started_s for each in samples if each.name == "GET /after")
    assert then - first >= 0.2


def test_exceptions_of_tasks_are_counted_and_the_user_goes_on(load: Load) -> None:
    result = load(
        """
    class Broken(FastHttpUser):
        @task
        def get(self):
            self.client.get("/")
            raise KeyError("id")
""",
        rate=100,
    )

    assert any("exceptions escaped tasks, most often KeyError: 'id'" in p for p in result.problems)
    assert 90 <= result.requests <= 100


def test_a_rate_follows_its_ramp(load: Load, tmp_path: Path) -> None:
    result = load(
        READERS.format(name="R", base="FastHttpUser", weight=1),
        rate=0,
        ramp=((1, 100), (2, 100)),
        duration_s=2,
    )

    starts = [each.started_s for each in _record(tmp_path).samples]
    begin = min(starts)
    early = sum(each < begin + 1 for each in starts)
    assert not _dropped(result)
    assert 140 <= result.requests <= 150
    assert result.intended_requests_per_s == pytest.approx(75)
    assert early == pytest.approx(50, abs=2)


def test_users_follow_their_ramp(load: Load, tmp_path: Path) -> None:
    result = load(
        READERS.format(name="R", base="FastHttpUser", weight=1),
        ramp=((0, 4), (1, 12)),
        duration_s=3,
    )

    starts = sorted(each.started_s for each in _record(tmp_path).samples)
    result.assert_valid()
    assert _record(tmp_path).users_at_end == 12
    assert len(starts) == 12  # one request each, then they wait for a minute
    assert starts[-1] - starts[0] > 0.8


SHAPE = """
    class Steps(LoadTestShape):
        def tick(self):
            return None if self.get_run_time() > {ends_s} else (3, 100)
    class Other(LoadTestShape):
        def tick(self):
            return (50, 100)
"""


@pytest.mark.parametrize(
    ("ends_s", "least_s", "most_s"),
    [pytest.param(60, 1.3, 2.5, id="duration"), pytest.param(0.5, 0.5, 1.4, id="shape")],
)
def test_a_shape_of_the_locustfile_is_followed_until_it_ends_or_the_duration_is_over(
    load: Load, tmp_path: Path, ends_s: float, least_s: float, most_s: float
) -> None:
    code = READERS.format(name="R", base="FastHttpUser", weight=1) + SHAPE.format(ends_s=ends_s)

    result = load(code, shape="Steps", duration_s=1.5)

    result.assert_valid()
    assert _record(tmp_path).users_at_end == 3
    assert least_s <= result.duration_s <= most_s
    assert result.intended_requests_per_s is None


@pytest.mark.parametrize(
    ("code", "asked", "said"),
    [
        pytest.param(SHAPE.format(ends_s=1), {"shape": "Stairs"}, "it has Other, Steps", id="none"),
        pytest.param(SHAPE.format(ends_s=1), {"rate": 5}, 'give shape="Other"', id="unasked"),
        pytest.param(
            "    class Fixed(HttpUser):\n        fixed_count = 3\n        tasks = [print]\n",
            {"rate": 5},
            "Fixed.fixed_count = 3 has no meaning",
            id="fixed-count",
        ),
    ],
)
def test_a_locustfile_that_cannot_give_the_load_is_an_error_at_once(
    load: Load, code: str, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(LoadError, match="Locust began no load") as caught:
        load(READERS.format(name="R", base="HttpUser", weight=1) + code, **asked)

    assert said in str(caught.value)
