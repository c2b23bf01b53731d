"""What is said of a capacity: objectives, locustfiles, rows, exit codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.capacity import (
    Capacity,
    CapacityReport,
    Ending,
    Finding,
    Limit,
    Outcome,
    Probe,
    outcome,
    probe_of,
    scaling,
)
from pytest_pipeline.domain.capacity.asked_loads import asked_objectives, most_processes
from pytest_pipeline.domain.capacity.keeping_up import not_kept_up
from pytest_pipeline.domain.capacity.load_objectives import bound_ms, in_words, parse_objective
from pytest_pipeline.domain.capacity.locustfiles import chosen_locustfile
from pytest_pipeline.domain.capacity.records import capacity_record
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_problems import all_busy, cut_off, escaped, slow_service
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.load_shapes import LoadMoment, LoadShape
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError

P95 = parse_objective("load.p95_ms < 250")
FAST = LoadResult(
    requests=1000,
    failures=0,
    requests_per_s=99,
    intended_requests_per_s=100,
    p50_ms=10,
    p95_ms=20,
    p99_ms=30,
    max_ms=40,
    duration_s=10,
    problems=(),
    errors={},
)
ALL_BUSY = all_busy(7, 1000, max_users=1000)
SLOW = replace(FAST, p95_ms=300)


def found(
    ending: Ending, rate: float | None, ceiling: float | None = None, *, instances: int = 1
) -> Capacity:
    finding = Finding(ending, rate, ceiling, confirmed=True)
    return Capacity(instances, finding, (Probe(rate or 1, Outcome.HELD, p95_ms=20),))


def report(*capacities: Capacity, processors: int = 8, stopped: str = "") -> CapacityReport:
    return CapacityReport(
        service="orders",
        environment="staging",
        artifact="sha256:1",
        release="",
        locustfile="tests/performance/locustfile.py",
        user_classes=("Reader",),
        duration_s=10,
        objectives=(P95,),
        left_out=(),
        measured="2026-11-23T12:00:00Z",
        machine="Linux",
        processors=processors,
        capacities=capacities,
        stopped=stopped,
    )


def pipeline(*measured: tuple[str, str], environment: str = "staging") -> Pipeline:
    objectives = tuple(Objective(name, (parse_criterion(text),)) for name, text in measured)
    stage = Stage("performance", ("performance",), environment, Gate(objectives))
    return Pipeline("orders", None, (stage,), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("load.p95_ms", "--objective 'load.p95_ms'"),
        ("load.p95_ms < +10 %", "compares with a baseline"),
        ("load.requests_per_s > 50", "it depends on the rate, which is what is looked for"),
        ("tests.failed <= 0", "wanted one of load.p50_ms"),
    ],
)
def test_an_objective_that_cannot_be_used_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match="--objective") as refused:
        parse_objective(text)

    assert said in str(refused.value)


def test_all_objectives_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        asked_objectives(("load.p95 < 1", "load.p99_ms < +5 %"), pipeline(), "staging")

    assert "'load.p95 < 1'" in str(refused.value)
    assert "'load.p99_ms < +5 %'" in str(refused.value)


def test_by_default_the_gates_of_the_environment_say_what_has_to_be_met() -> None:
    asked = pipeline(
        ("load.p95_ms", "< 250"),
        ("load.error_ratio", "<= 0"),
        ("load.requests_per_s", "> 50"),
        ("load.p99_ms", "<= +10 %"),
        ("tests.failed", "<= 0"),
    )

    objectives = asked_objectives((), asked, "staging")

    assert [in_words(each) for each in objectives.used] == [
        "load.p95_ms < 250",
        "load.error_ratio <= 0",
    ]
    assert objectives.left_out == (
        "load.requests_per_s: it depends on the rate, which is what is looked for",
        "load.p99_ms: it compares with a baseline, and there is none",
    )


@pytest.mark.parametrize("environment", ["staging", "dev"])
def test_where_no_objective_can_be_used_it_is_said_what_to_give(environment: str) -> None:
    asked = pipeline(("load.requests_per_s", "> 50"), environment=environment)

    with pytest.raises(ConfigError, match=r"give --objective 'load\.p95_ms < 250'"):
        asked_objectives((), asked, "staging")


def test_load_is_made_in_as_many_processes_as_the_stages_there_say() -> None:
    stage = Stage("performance", ("performance",), "staging", load=LoadSettings(processes=3))
    asked = Pipeline("orders", None, (stage, Stage("unit", ("unit",))), ())

    assert most_processes(asked, "staging") == 3
    assert most_processes(asked, "dev") == 1


def test_of_several_locustfiles_the_one_in_the_tests_of_the_stages_is_taken() -> None:
    files = ("locustfile.py", "tests/performance/locustfile_orders.py", "tests/unit/test_it.py")

    assert chosen_locustfile(files, {"performance"}) == "tests/performance/locustfile_orders.py"
    assert chosen_locustfile(files[:1], {"performance"}) == "locustfile.py"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "there is none in the source"),
        (("locustfile_b.py", "locustfile_a.py"), "several: locustfile_a.py, locustfile_b.py"),
    ],
)
def test_where_it_is_not_clear_which_locustfile_it_has_to_be_named(
    files: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ConfigError, match="--locustfile") as refused:
        chosen_locustfile(files, {"performance"})

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(FAST, Outcome.HELD, id="fast"),
        pytest.param(SLOW, Outcome.MISSED, id="slow"),
        pytest.param(replace(FAST, requests=900), Outcome.MISSED, id="rate"),
        pytest.param(
            replace(SLOW, problems=("the generator used 97 % of a processor",)),
            Outcome.INVALID,
            id="slow-because-of-the-generator",
        ),
        pytest.param(
            replace(SLOW, problems=(cut_off(3, stop_timeout_s=10),)),
            Outcome.MISSED,
            id="cut-off",
        ),
        pytest.param(
            replace(FAST, problems=(slow_service(9, 20, "users waited"),)),
            Outcome.MISSED,
            id="service-could-not-keep-up",
        ),
        pytest.param(
            replace(
                FAST, problems=("9 of 20 requests/s were made: the generator could not keep up",)
            ),
            Outcome.INVALID,
            id="generator-could-not-keep-up",
        ),
        pytest.param(
            replace(FAST, problems=(ALL_BUSY,)), Outcome.INVALID, id="too-few-users-for-the-rate"
        ),
        pytest.param(replace(SLOW, problems=(ALL_BUSY,)), Outcome.MISSED, id="all-users-wait"),
        pytest.param(
            replace(FAST, problems=(escaped(3, "KeyError"),)),
            Outcome.INVALID,
            id="locustfile-is-wrong",
        ),
        pytest.param(
            replace(SLOW, failures=3, problems=(escaped(3, "KeyError"),)),
            Outcome.MISSED,
            id="locustfile-stumbles-over-errors",
        ),
    ],
)
def test_a_load_says_of_its_rate(result: LoadResult, expected: Outcome) -> None:
    assert probe_of(result, rate=100, asked_s=10, objectives=(P95,)).outcome is expected


def test_medians_of_a_short_load_that_a_busy_machine_made_longer_say_nothing() -> None:
    moments = tuple(LoadMoment(at / 10, 100, 0, 5 + 10 * at, None, None) for at in range(10))

    assert not not_kept_up(replace(FAST, shape=LoadShape((), moments)), asked_s=10)


@pytest.mark.parametrize(
    ("first_ms", "growth_ms", "said"),
    [
        pytest.param(1000, 0, "", id="slow-but-steady"),
        pytest.param(1000, -80, "", id="ever-faster"),
        pytest.param(
            5,
            200,
            "response times grew by 1.60 s within 8.0 s: about 83.33 of 100 requests/s were kept "
            "up with",
            id="a-queue-that-grows",
        ),
    ],
)
def test_a_rate_is_kept_up_with_when_response_times_do_not_grow(
    first_ms: float, growth_ms: float, said: str
) -> None:
    moments = tuple(
        LoadMoment(at + 0.5, 100, 0, first_ms + growth_ms * at, None, None) for at in range(10)
    )
    result = replace(FAST, requests_per_s=70, shape=LoadShape((), moments))

    assert not_kept_up(result, asked_s=10) == said


def test_an_instance_that_died_is_a_miss_whatever_else_is_wrong() -> None:
    probe = probe_of(
        replace(FAST, problems=("the router counted less",)),
        rate=100,
        asked_s=10,
        objectives=(P95,),
        died=("r1-0",),
    )

    assert (probe.outcome, probe.limits[0]) == (Outcome.MISSED, Limit.DEATH)


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        (found(Ending.FOUND, 151, 160), "151"),
        (found(Ending.HIGHEST, 2000), "at least 2000"),
        (found(Ending.GENERATOR, 800, 900), "at least 800"),
        (found(Ending.GENERATOR, None, 20), "not known"),
        (found(Ending.BELOW, None, 20), "below 20"),
        (Capacity(1, None, failure="it died"), "not known"),
    ],
)
def test_a_capacity_in_words(capacity: Capacity, said: str) -> None:
    assert capacity.said == said


def test_the_end_of_the_generator_is_said_with_its_reason() -> None:
    probes = (
        Probe(800, Outcome.HELD),
        Probe(900, Outcome.MISSED, limits=(Limit.LATENCY,), missed=("too slow",)),
        Probe(900, Outcome.INVALID, problems=("98 % of a processor", "late")),
        Probe(900, Outcome.INVALID, problems=("97 % of a processor", "late")),
    )
    capacity = Capacity(1, Finding(Ending.GENERATOR, 800, 900), probes)

    assert (capacity.limit, capacity.first_miss) == (Limit.GENERATOR, None)
    assert capacity.remarks == ("the generator is at its end at 900/s: 97 % of a processor",)


def test_what_ended_it_is_the_first_miss_at_the_lowest_rate_that_failed() -> None:
    missed = Probe(160, Outcome.MISSED, limits=(Limit.LATENCY,), missed=("too slow",))
    probes = (
        Probe(320, Outcome.MISSED, limits=(Limit.ERRORS,), missed=("errors",)),
        Probe(151, Outcome.HELD, p95_ms=200),
        Probe(151, Outcome.HELD, p95_ms=210),
        missed,
    )
    capacity = Capacity(1, Finding(Ending.FOUND, 151, 160, confirmed=True), probes)

    assert capacity.first_miss == missed
    assert capacity.limit is Limit.LATENCY
    assert capacity.at_it("p95_ms") == 200


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        (report(found(Ending.FOUND, 151, 160)), ExitCode.OK),
        (report(found(Ending.HIGHEST, 2000)), ExitCode.OK),
        (report(found(Ending.GENERATOR, 800, 900)), ExitCode.INCONCLUSIVE),
        (report(found(Ending.BELOW, None, 20)), ExitCode.INCONCLUSIVE),
        (report(found(Ending.FOUND, 1, 2), Capacity(2, None, failure="?")), ExitCode.ERROR),
        (report(found(Ending.FOUND, 1, 2), stopped="Ctrl-C"), ExitCode.INTERRUPTED),
    ],
)
def test_the_exit_code_says_whether_every_capacity_is_known(
    measured: CapacityReport, code: ExitCode
) -> None:
    assert outcome(measured) is code


def test_only_capacities_that_are_known_are_laid_side_by_side() -> None:
    rows = (
        found(Ending.GENERATOR, 300, 320, instances=4),
        found(Ending.FOUND, 180, 200, instances=2),
        found(Ending.FOUND, 100, 110, instances=1),
    )

    assert scaling(rows) == ((1, 100), (2, 180))


def test_it_is_said_when_there_are_too_few_processors_to_scale() -> None:
    rows = [found(Ending.FOUND, 100, 110, instances=each) for each in (1, 2)]

    assert report(*rows).note == ""
    assert "Everything ran on 2 processors" in report(*rows, processors=2).note


def test_the_record_holds_every_probe_and_what_it_was_judged_by() -> None:
    record = capacity_record(report(found(Ending.FOUND, 151, 160)))

    (row,) = record["capacities"]
    assert (row["capacity"], row["ceiling"], row["p95_ms"]) == (151, 160, 20)
    assert record["objectives"] == ["load.p95_ms < 250"]
    assert row["probes"][0]["outcome"] == "held"


def test_a_bound_is_drawn_when_there_is_one() -> None:
    assert bound_ms((P95,), "load.p95_ms") == 250
    assert bound_ms((P95, parse_objective("load.p95_ms < 300")), "load.p95_ms") is None
