"""The page of a measurement of capacity: complete, escaped, the same; and its picture."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from pytest_pipeline.adapters.html_report import capacity_page, capacity_picture
from pytest_pipeline.adapters.html_report.plots.capacity_figure import capacity_figure
from pytest_pipeline.domain.capacity import (
    Capacity,
    CapacityReport,
    Decision,
    Probe,
    Search,
    decide,
    probe_of,
)
from pytest_pipeline.domain.capacity.load_objectives import parse_objective
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.errors import MissingExtraError
from tests.component.adapters.html_report.reading import PageParser, read
from tests.queueing_load import QueueingLoad

OBJECTIVES = (parse_objective("load.p95_ms < 250"),)
HOSTILE = "<script>alert('$x_1$')</script>&\"\x41世"


def measured(instances: int, *, generator_rate: float = 1e9) -> Capacity:
    load = QueueingLoad(100, lambda: instances, generator_rate=generator_rate)
    probes: list[Probe] = []
    while isinstance(step := decide(Search(), probes), Decision):
        spec = LoadSpec("", "", users=0, spawn_rate=0, rate=step.rate, duration_s=10)
        probes.append(
            probe_of(
                load.run(spec, folder=Path()),
                rate=step.rate,
                asked_s=10,
                objectives=OBJECTIVES,
                reason=step.reason,
            )
        )
    return Capacity(instances, step, tuple(probes))


def report(*capacities: Capacity) -> CapacityReport:
    return CapacityReport(
        service="orders",
        environment="staging",
        artifact=f"sha256:{'a1' * 32}",
        release="r3",
        locustfile="tests/performance/locustfile.py",
        user_classes=(),
        duration_s=10,
        objectives=OBJECTIVES,
        left_out=("load.requests_per_s: it depends on the rate",),
        measured="2026-11-23T12:00:00Z",
        machine="Linux",
        processors=2,
        capacities=capacities,
    )


@pytest.fixture(scope="module")
def whole() -> CapacityReport:
    return report(measured(1), measured(2), measured(4, generator_rate=300))


@pytest.fixture(scope="module")
def parsed(whole: CapacityReport) -> PageParser:
    return read(capacity_page(whole))


def test_the_page_is_well_formed_and_names_no_part_twice(parsed: PageParser) -> None:
    names = parsed.values("id")

    assert parsed.problems == []
    assert len(names) == len(set(names))


def test_the_plots_show_each_number_of_instances_the_objective_and_how_it_grows(
    whole: CapacityReport,
) -> None:
    page = capacity_page(whole)

    one, two, four = whole.capacities
    assert f"1 instance: {one.rate:g}/s</text>" in page
    assert f"2 instances: {two.rate:g}/s</text>" in page
    assert f"4 instances: at least {four.rate:g}/s</text>" in page
    assert page.count("p95 250 ms</text>") == 3
    assert "ideal</text>" in page
    assert f"at least {four.rate:g}</text>" in page


def test_an_objective_that_is_far_above_is_drawn_as_well(whole: CapacityReport) -> None:
    far = replace(whole, objectives=(parse_objective("load.p95_ms < 50000"),))

    axes = capacity_figure(far).axes[0]

    assert axes.get_ylim()[1] > 50_000


def test_the_page_says_what_was_found_what_limited_it_and_what_it_ran_on(
    whole: CapacityReport,
) -> None:
    page = capacity_page(whole)

    one = whole.capacities[0]
    assert f"Tasks a second: {one.said} by 1, " in page
    assert "Everything ran on 2 processors" in page
    assert "the generator is at its end" in page
    assert "Left out: load.requests_per_s" in page
    assert page.count("<tr><td") >= sum(len(each.probes) for each in whole.capacities)


def test_the_same_report_gives_the_same_page(whole: CapacityReport) -> None:
    assert capacity_page(whole) == capacity_page(whole)


def test_what_comes_from_outside_is_escaped(whole: CapacityReport) -> None:
    broken = Capacity(8, None, failure=HOSTILE)
    page = capacity_page(
        replace(whole, service=HOSTILE, stopped=HOSTILE, capacities=(*whole.capacities, broken))
    )

    assert "<script>" not in page
    assert read(page).problems == []


def test_a_measurement_of_which_nothing_is_known_has_a_page() -> None:
    page = capacity_page(report(Capacity(1, None, failure="it died")))

    assert "not known" in page
    assert "it died" in page


def test_the_picture_is_a_png_in_the_colours_of_the_light_scheme(whole: CapacityReport) -> None:
    from matplotlib.image import imread  # noqa: PLC0415 - heavy

    pixels = imread(BytesIO(capacity_picture(whole)), format="png")[..., :3].reshape(-1, 3)

    seen = {*((pixels * 255).round().astype(int) @ (1 << 16, 1 << 8, 1)).tolist()}
    assert {0x009E73, 0xD55E00, 0x0072B2, 0xFFFFFF} <= seen
    assert seen.isdisjoint(range(0x10101A, 0x101025))


def test_without_the_extra_it_is_said_what_to_install(
    whole: CapacityReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(MissingExtraError, match="report"):
        capacity_page(whole)
