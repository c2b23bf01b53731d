"""Every load is held against what the router got while it ran."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.domain.load import LoadResult, LoadSample, LoadSpec, summarise_load
from pytest_pipeline.domain.load_ledger import SentRequests
from pytest_pipeline.engine.counted_load import CountedLoadRunner
from pytest_pipeline.testing.fake_request_ledger import FakeRequestLedger

URL = "http://127.0.0.1:9"
SPEC = LoadSpec("x.py", URL, users=1, spawn_rate=1, duration_s=1)


@dataclass
class Sender:
    """A `LoadRunner` whose requests arrive at a router, all or some of them."""

    ledger: FakeRequestLedger
    arriving: int
    kills: bool = False

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        assert folder
        self.ledger.counts[URL] += self.arriving
        self.ledger.alive = not self.kills
        found = summarise_load([LoadSample(0.0, 5.0)], duration_s=spec.duration_s)
        return replace(found, sent=SentRequests(answered=10))


def test_requests_that_arrived_while_it_ran_are_those_that_count(tmp_path: Path) -> None:
    ledger = FakeRequestLedger(URL, requests=1000)

    result = CountedLoadRunner(Sender(ledger, 10), ledger).run(SPEC, folder=tmp_path)

    assert result.valid
    assert result.remarks == ()


def test_requests_past_the_router_make_the_result_invalid(tmp_path: Path) -> None:
    ledger = FakeRequestLedger(URL)

    result = CountedLoadRunner(Sender(ledger, 4), ledger).run(SPEC, folder=tmp_path)

    assert "6 went past it" in result.problems[0]


def test_a_router_that_died_meanwhile_makes_the_result_invalid(tmp_path: Path) -> None:
    ledger = FakeRequestLedger(URL)

    result = CountedLoadRunner(Sender(ledger, 10, kills=True), ledger).run(SPEC, folder=tmp_path)

    assert "was stopped" in result.problems[0]


def test_an_address_of_no_router_is_told_and_no_problem(tmp_path: Path) -> None:
    ledger = FakeRequestLedger(URL)
    elsewhere = replace(SPEC, url="http://127.0.0.1:10")

    result = CountedLoadRunner(Sender(ledger, 10), ledger).run(elsewhere, folder=tmp_path)

    assert result.valid
    assert "is no address of the environment's router" in result.remarks[0]


def test_an_environment_that_does_not_say_where_it_counts_is_told(tmp_path: Path) -> None:
    ledger = FakeRequestLedger(URL)

    result = CountedLoadRunner(Sender(ledger, 10), None).run(SPEC, folder=tmp_path)

    assert "did not say where it counts" in result.remarks[0]
