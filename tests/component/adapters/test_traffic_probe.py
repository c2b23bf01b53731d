import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

import pytest_pipeline
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.traffic_probe.connection_limit import (
    MAXIMUM_CONNECTIONS,
    connection_limit,
)
from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe, RunningGenerator
from pytest_pipeline.adapters.traffic_probe.traffic import Traffic, TrafficSpec
from pytest_pipeline.adapters.traffic_probe.wording import worded
from pytest_pipeline.domain.environments import ProbeRoute, ProbeSpec
from pytest_pipeline.domain.marked_requests import marker_of, token_of
from pytest_pipeline.domain.traffic import Outcome, RequestSample
from pytest_pipeline.errors import LoadError
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

CLOCK = SystemClock()
ROOT = Path(pytest_pipeline.__file__).parents[1]


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield processes


@pytest.fixture
def probe(processes: GuardedProcesses) -> GeneratorProbe:
    return GeneratorProbe(processes, CLOCK)


@pytest.fixture
def instance() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r1-0") as instance:
        yield instance


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def url(instance: LoopbackInstance) -> str:
    return f"http://127.0.0.1:{instance.port}"


def record_at_least(running: RunningGenerator, count: int) -> tuple[RequestSample, ...]:
    """Let that many requests be recorded, then stop."""
    deadline = CLOCK.now() + 20
    while running.record.read_text().count("\n") < count and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    return running.stop()


def kinds(samples: tuple[RequestSample, ...]) -> set[tuple[Outcome, str]]:
    return {(each.outcome, each.detail) for each in samples}


def test_requests_are_sent_at_their_rate_on_the_engines_clock(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    before_s = CLOCK.now()

    samples = record_at_least(
        probe.start(url(instance), ProbeSpec(rate=100), folder=tmp_path), count=50
    )

    due = sorted(each.intended_s for each in samples)
    assert all(after - before == pytest.approx(0.01, abs=1e-5) for before, after in pairwise(due))
    assert all(s.intended_s <= s.sent_s + 1e-5 and s.sent_s <= s.done_s for s in samples)
    assert before_s <= due[0]
    assert samples[-1].done_s <= CLOCK.now()
    assert kinds(samples) == {(Outcome.OK, "200")}


def test_every_request_that_was_sent_is_in_the_record(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    samples = record_at_least(
        probe.start(url(instance), ProbeSpec(rate=300), folder=tmp_path), count=100
    )

    assert len(samples) == instance.requests


def test_start_returns_after_the_first_answer(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    running = probe.start(url(instance), ProbeSpec(rate=1), folder=tmp_path)

    assert instance.requests >= 1
    assert len(running.stop()) >= 1


def test_connections_are_kept_alive(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    spec = ProbeSpec(rate=10, connections=3)

    record_at_least(probe.start(url(instance), spec, folder=tmp_path), count=12)

    # An answer that takes longer than three turns, 300 ms, opens a further one.
    assert 3 <= instance.connections <= 6


@pytest.mark.parametrize(
    ("path", "judged"),
    [
        ("/", (Outcome.OK, "200")),
        ("/status/204", (Outcome.OK, "204")),
        ("/status/404", (Outcome.OK, "404")),
        ("/status/500", (Outcome.ERROR, "500")),
        ("/status/503", (Outcome.ERROR, "503")),
        ("/forged", (Outcome.LOST, "200 forged")),
        ("/reset", (Outcome.LOST, "reset")),
        ("/half", (Outcome.LOST, "broken answer")),
    ],
)
def test_an_answer_is_judged(
    probe: GeneratorProbe,
    instance: LoopbackInstance,
    tmp_path: Path,
    path: str,
    judged: tuple[Outcome, str],
) -> None:
    samples = probe.start(url(instance), ProbeSpec(path=path), folder=tmp_path).stop()

    assert kinds(samples) == {judged}


def test_a_refused_connection_is_a_loss(
    probe: GeneratorProbe, free_port: int, tmp_path: Path
) -> None:
    samples = probe.start(f"http://127.0.0.1:{free_port}", ProbeSpec(), folder=tmp_path).stop()

    assert kinds(samples) == {(Outcome.LOST, "refused")}


def test_an_answer_that_is_not_http_is_a_loss(probe: GeneratorProbe, tmp_path: Path) -> None:
    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"hello\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        samples = probe.start(address, ProbeSpec(rate=1), folder=tmp_path).stop()
        thread.join(10)

    assert kinds(samples) == {(Outcome.LOST, "not HTTP")}


def test_a_connection_that_was_closed_between_requests_is_no_loss(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    # A connection's turn comes once a second: its end has arrived by then.
    spec = ProbeSpec(path="/quit", rate=4, connections=4)

    samples = record_at_least(probe.start(url(instance), spec, folder=tmp_path), count=8)

    assert kinds(samples) == {(Outcome.OK, "200")}
    assert instance.connections == len(samples)


def test_requests_that_hang_are_lost_and_do_not_hold_up_those_after_them(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    spec = ProbeSpec(path="/hold", rate=50, timeout_s=0.5, connections=2)

    samples = record_at_least(probe.start(url(instance), spec, folder=tmp_path), count=10)

    early = [each for each in samples if each.sent_s < samples[0].done_s]
    assert kinds(tuple(early)) == {(Outcome.LOST, "timeout")}
    assert len(early) > 15
    assert all(each.done_s - each.sent_s >= 0.499 for each in early)


def test_connections_are_bounded_however_long_requests_hang(instance: LoopbackInstance) -> None:
    seen: list[RequestSample] = []
    spec = TrafficSpec(
        host="127.0.0.1",
        port=instance.port,
        requests=worded([ProbeRoute("/hold")], host="localhost", token="t0"),  # noqa: S106 - no password
        rate=200,
        timeout_s=0.3,
        connections=2,
        most_connections=5,
    )

    async def send_for_a_while() -> None:
        stopping = asyncio.Event()
        asyncio.get_running_loop().call_later(0.2, stopping.set)
        await Traffic(spec, seen.append).run(stopping)

    asyncio.run(send_for_a_while())

    assert kinds(tuple(seen)) == {
        (Outcome.LOST, "timeout"),
        (Outcome.UNSENT, "not sent, all 5 connections hang"),
    }
    assert sum(each.outcome is Outcome.LOST for each in seen) == instance.connections == 5


def test_as_many_connections_as_requests_can_hang_at_a_time_are_granted() -> None:
    assert connection_limit(rate=50, timeout_s=5, connections=8) == 258
    assert connection_limit(rate=1000, timeout_s=5, connections=8) <= MAXIMUM_CONNECTIONS


def test_no_header_field_is_seen_in_the_arguments(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    secret = ProbeRoute("/", headers={"authorization": "Bearer hush"})

    running = probe.start(url(instance), ProbeSpec(routes=(secret,)), folder=tmp_path)
    arguments = psutil.Process(running.process.pid).cmdline()
    samples = running.stop()

    assert "hush" not in " ".join(arguments)
    assert kinds(samples) == {(Outcome.OK, "200")}


def test_requests_say_who_they_are(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    samples = record_at_least(
        probe.start(url(instance), ProbeSpec(rate=100), folder=tmp_path), count=5
    )

    ordered = sorted(samples, key=lambda each: each.intended_s)
    token = token_of(ordered[0].marker)
    assert token
    assert [each.marker for each in ordered] == [
        marker_of(token, number) for number in range(1, len(ordered) + 1)
    ]
    assert {each.route for each in samples} == {"GET /"}


def test_placeholders_are_filled_in_path_header_and_body() -> None:
    route = ProbeRoute(
        "/orders/{n}", "POST", headers={"idempotency-key": "{token}-{n}"}, body='{"no": {n}}'
    )
    requests = worded([route], host="localhost:1", token="tok")  # noqa: S106 - no password

    first, second = next(requests), next(requests)

    assert first.text == (
        b"POST /orders/1 HTTP/1.1\r\nhost: localhost:1\r\nidempotency-key: tok-1\r\n"
        b'content-length: 9\r\nx-pipeline-probe: tok-1\r\n\r\n{"no": 1}'
    )
    assert b"POST /orders/2 " in second.text
    assert second.text.endswith(b'{"no": 2}')
    assert (second.route, second.marker) == ("POST /orders/{n}", "tok-2")


def test_answers_under_way_are_waited_for(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    instance.release()
    running = probe.start(url(instance), ProbeSpec(path="/hold", rate=200), folder=tmp_path)

    samples = running.stop()

    assert kinds(samples) == {(Outcome.OK, "200")}
    assert len(samples) == instance.requests


def test_a_path_cannot_smuggle_a_second_request(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    spec = ProbeSpec(path="/a b\r\nx: y\r\n\r\nGET /c HTTP/1.1", rate=1)

    samples = probe.start(url(instance), spec, folder=tmp_path).stop()

    assert len(samples) == instance.requests


def test_an_earlier_record_is_replaced(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    first = record_at_least(probe.start(url(instance), ProbeSpec(), folder=tmp_path), count=20)

    second = probe.start(url(instance), ProbeSpec(), folder=tmp_path).stop()

    assert len(second) < 20
    assert second[0].intended_s > first[-1].intended_s


def test_a_generator_that_was_killed_leaves_an_incomplete_record(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    running = probe.start(url(instance), ProbeSpec(), folder=tmp_path)
    os.kill(running.process.pid, signal.SIGKILL)

    with pytest.raises(LoadError, match="incomplete record") as caught:
        running.stop()

    assert str(running.record) in str(caught.value)
    assert json.loads(running.record.read_text().splitlines()[0])[3] == "ok"


def test_a_record_that_lost_a_line_is_refused(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    running = probe.start(url(instance), ProbeSpec(), folder=tmp_path)
    record_at_least(running, count=5)
    lines = running.record.read_text().splitlines(keepends=True)
    running.record.write_text("".join(lines[1:]))

    with pytest.raises(LoadError, match="wanted"):
        running.stop()


def test_a_generator_that_cannot_write_says_why(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LoadError, match="did not start"):
        probe.start(url(instance), ProbeSpec(), folder=tmp_path / "file")


def test_a_generator_that_fails_at_its_start_shows_its_output(
    probe: GeneratorProbe, instance: LoopbackInstance, tmp_path: Path
) -> None:
    with pytest.raises(LoadError, match="ended at its start") as caught:
        probe.start(url(instance), ProbeSpec(rate=0), folder=tmp_path)

    assert "ZeroDivisionError" in caught.value.output


def test_the_generator_ends_with_its_owner(instance: LoopbackInstance, tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", ""])
    owner.wait(10)
    record = tmp_path / "traffic.jsonl"
    told = {
        "url": url(instance),
        "path": "/",
        "rate": 50,
        "timeout_s": 1,
        "connections": 2,
        "record": str(record),
        "owner": owner.pid,
    }

    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest_pipeline.adapters.traffic_probe.generator",
            json.dumps(told),
        ],
        timeout=10,
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )

    assert ended.returncode == 3
    assert "the owner is gone" in ended.stderr
    assert '"end"' not in record.read_text()
    assert instance.requests > 0


def test_the_generator_imports_nothing_heavy() -> None:
    program = (
        "import sys, pytest_pipeline.adapters.traffic_probe.generator;"
        "print(*{name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names))"
    )

    ended = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.append({str(ROOT)!r}); {program}"],
        timeout=10,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )

    assert set(ended.stdout.split()) == {"__main__", "pytest_pipeline"}
