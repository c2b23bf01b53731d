"""Locust runs beside us, every request is counted, and nothing that went wrong looks green."""

from __future__ import annotations

import http.server
import re
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.errors import ConfigError, LoadError

pytest.importorskip("psutil")

HEADER = "from locust import FastHttpUser, HttpUser, constant_throughput, task\n"


@dataclass
class Service:
    """A service that counts, and fails on demand: ``/drop``, ``/error``, ``/hang``."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def service() -> Iterator[Service]:
    state = Service()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.paths.append(self.path)
            if self.path == "/slow-100-ms":
                threading.Event().wait(0.1)
            if self.path == "/hang":
                state.released.wait(30)
            if self.path == "/drop" and len(state.paths) % 3 == 0:
                self.close_connection = True
                return
            self.send_response(503 if self.path == "/error" else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield state
    state.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=SystemClock()) as processes:
        yield processes


Load = Callable[..., LoadResult]


@pytest.fixture
def load(service: Service, processes: GuardedProcesses, tmp_path: Path) -> Load:
    def run(  # noqa: PLR0913 - a test names what it is about
        code: str,
        *,
        users: int = 2,
        spawn_rate: float = 100,
        duration_s: float = 1.0,
        stop_timeout_s: float = 5.0,
        user_classes: tuple[str, ...] = (),
        margin_s: float = 30.0,
    ) -> LoadResult:
        locustfile = tmp_path / "locustfile.py"
        locustfile.write_text(HEADER + textwrap.dedent(code))
        spec = LoadSpec(
            locustfile=str(locustfile),
            url=service.url,
            users=users,
            spawn_rate=spawn_rate,
            duration_s=duration_s,
            stop_timeout_s=stop_timeout_s,
            user_classes=user_classes,
        )
        runner = LocustRunner(processes, cwd=tmp_path, margin_s=margin_s)
        return runner.run(spec, folder=tmp_path)

    return run


PACED = """
    class Slow(HttpUser):
        wait_time = constant_throughput(10)
        @task
        def get(self):
            self.client.get("/slow")

    class Fast(FastHttpUser):
        wait_time = constant_throughput(10)
        @task
        def get(self):
            self.client.get("/fast")
"""


def test_every_request_of_both_clients_is_counted_and_users_that_wait_in_step_are_not_cut_off(
    load: Load, service: Service
) -> None:
    result = load(PACED, users=4, duration_s=2.0)

    result.assert_valid()
    assert result.requests == len(service.paths)
    assert set(service.paths) == {"/slow", "/fast"}
    assert result.failures == 0
    assert 1.8 <= result.duration_s <= 3.0
    assert result.intended_requests_per_s == pytest.approx(40, rel=0.1)
    assert result.requests_per_s == pytest.approx(40, rel=0.25)
    assert result.p50_ms is not None
    assert result.max_ms is not None
    assert 0 < result.p50_ms <= result.max_ms


def test_the_generator_stays_out_of_this_process(load: Load) -> None:
    load(PACED)

    assert "gevent" not in sys.modules
    assert "locust" not in sys.modules


def test_only_the_named_user_classes_run(load: Load, service: Service) -> None:
    result = load(PACED, user_classes=("Slow",))

    result.assert_valid()
    assert set(service.paths) == {"/slow"}


def test_requests_that_the_service_drops_are_failures_and_not_sent_again(
    load: Load, service: Service
) -> None:
    result = load(
        """
        class Buyer(FastHttpUser):
            wait_time = constant_throughput(20)
            @task
            def get(self):
                self.client.get("/drop")
        """
    )

    dropped = len(service.paths) // 3
    result.assert_valid()
    assert result.requests == len(service.paths)
    assert result.failures == dropped > 0


def test_error_answers_are_failures_by_their_message(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def get(self):
                self.client.get("/error")
        """
    )

    result.assert_valid()
    assert result.error_ratio == 1
    assert any("503" in message for message in result.errors)


def test_requests_cut_off_in_flight_make_the_result_invalid(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            @task
            def get(self):
                self.client.get("/hang")
        """,
        stop_timeout_s=0.3,
    )

    assert any("2 requests were begun and never reported" in each for each in result.problems)


def test_a_load_without_requests_is_invalid(load: Load) -> None:
    result = load(
        """
        class Idle(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def nothing(self):
                pass
        """
    )

    assert result.problems == ("no request was sent",)


def test_a_generator_that_is_killed_makes_the_result_invalid(load: Load) -> None:
    result = load(
        """
        import os, signal
        class Buyer(HttpUser):
            wait_time = constant_throughput(20)
            sent = 0
            @task
            def get(self):
                self.client.get("/")
                Buyer.sent += 1
                if Buyer.sent == 10:
                    os.kill(os.getpid(), signal.SIGKILL)
        """
    )

    assert not result.valid
    assert any("its record has no end" in each for each in result.problems)


def test_a_generator_that_hangs_is_ended_at_its_deadline(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            @task
            def get(self):
                self.client.get("/")
                while True:
                    pass
        """,
        users=1,
        stop_timeout_s=0,
        margin_s=4,
    )

    assert "the generator did not end within its deadline" in result.problems


def test_users_that_were_not_all_started_make_the_result_invalid(load: Load) -> None:
    result = load(PACED, users=50, spawn_rate=4)

    assert any("of 50 users were started in 1 s" in each for each in result.problems)


def test_users_that_end_before_the_load_make_the_result_invalid(load: Load) -> None:
    result = load(
        """
        from locust.exception import StopUser
        class Buyer(HttpUser):
            @task
            def get(self):
                self.client.get("/")
                raise StopUser
        """
    )

    assert result.problems == ("2 of 2 users had ended before the load did",)


def test_a_load_that_ends_early_is_invalid(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def get(self):
                self.client.get("/")
                self.environment.runner.quit()
        """,
        duration_s=3.0,
    )

    assert any("of 3 s" in each for each in result.problems)


def test_exceptions_that_escape_tasks_make_the_result_invalid(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def get(self):
                self.client.get("/")
                raise KeyError("id")
        """
    )

    assert any("exceptions escaped tasks" in each for each in result.problems)
    assert any("KeyError: 'id'" in each for each in result.problems)


def test_retries_that_a_user_class_asks_for_are_a_problem(load: Load) -> None:
    result = load(
        """
        class Buyer(FastHttpUser):
            wait_time = constant_throughput(10)
            max_retries = 3
            @task
            def get(self):
                self.client.get("/")
        """
    )

    assert any("Buyer.max_retries is 3" in each for each in result.problems)


def test_the_intended_rate_is_unknown_without_pacing(load: Load) -> None:
    result = load(
        """
        from locust import constant
        class Buyer(HttpUser):
            wait_time = constant(0.1)
            @task
            def get(self):
                self.client.get("/")
        """
    )

    result.assert_valid()
    assert result.intended_requests_per_s is None


def test_a_rate_that_a_slow_service_does_not_allow_makes_the_result_invalid(
    load: Load,
) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            wait_time = constant_throughput(40)
            @task
            def get(self):
                self.client.get("/slow-100-ms")
        """,
        duration_s=2,
    )

    assert len(result.problems) == 1
    assert re.match(
        r"\d+ of \d+ requests/s were made: the (service|generator) could not", result.problems[0]
    )


def test_a_generator_without_processor_left_says_so(load: Load) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            @task
            def get(self):
                self.client.get("/")
                sum(range(10_000_000))
        """
    )

    # On a machine that is busy with something else it waits for what it would have used.
    assert any(
        "it measured itself" in each or "waited for a processor" in each
        for each in (*result.problems, *result.remarks)
    )


def test_nothing_of_the_test_run_or_of_configuration_files_reaches_the_generator(
    load: Load, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locust.conf").write_text("tags = nothing-has-this-tag\n")
    monkeypatch.setenv("LOCUST_EXCLUDE_TAGS", "shown")
    monkeypatch.setenv("COV_CORE_SOURCE", "x")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")

    result = load(
        """
        import os
        from locust import tag
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @tag("shown")
            @task
            def get(self):
                seen = [n for n in os.environ if n.startswith(("COV_", "LOCUST_", "PYTEST_A"))]
                self.client.get("/" + ",".join(seen))
        """
    )

    result.assert_valid()
    assert set(service.paths) == {"/"}


def test_a_missing_locustfile_is_named(processes: GuardedProcesses, tmp_path: Path) -> None:
    spec = LoadSpec("nowhere.py", "http://127.0.0.1:1", users=1, spawn_rate=1, duration_s=1)

    with pytest.raises(LoadError, match=r"nowhere\.py does not exist"):
        LocustRunner(processes, cwd=tmp_path).run(spec, folder=tmp_path)


@pytest.mark.parametrize(
    ("code", "user_classes", "said"),
    [
        pytest.param("class Broken(HttpUser:\n", (), "SyntaxError", id="syntax-error"),
        pytest.param("import not_there_at_all\n", (), "not_there_at_all", id="import-error"),
        pytest.param(PACED, ("Absent",), "Absent", id="unknown-user-class"),
        pytest.param("x = 1\n", (), "No User class found", id="no-user-class"),
        pytest.param(
            PACED
            + """
    from locust import LoadTestShape
    class Steps(LoadTestShape):
        def tick(self):
            return None
""",
            (),
            "the load shape Steps",
            id="shape-that-overrides-the-test",
        ),
    ],
)
def test_a_locustfile_that_cannot_run_is_an_error_with_what_locust_said(
    load: Load, code: str, user_classes: tuple[str, ...], said: str
) -> None:
    with pytest.raises(LoadError, match="Locust began no load") as caught:
        load(code, user_classes=user_classes)

    assert said in caught.value.output


def test_values_out_of_range_are_all_named() -> None:
    with pytest.raises(ConfigError, match=r"users must be >= 1, got 0; .*duration_s"):
        LoadSpec("x.py", "http://127.0.0.1:1", users=0, spawn_rate=1, duration_s=0)
