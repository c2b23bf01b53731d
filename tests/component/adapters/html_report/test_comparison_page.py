"""The page of a comparison: complete, self-contained, escaped, the same every time, bounded."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace

import pytest

from pytest_pipeline.adapters.html_report import comparison_page
from pytest_pipeline.domain.comparisons import ComparedStrategy
from pytest_pipeline.domain.courses import Course, CourseEvent, CourseEventKind
from pytest_pipeline.domain.strategy_rows import row_of_failure
from pytest_pipeline.errors import MissingExtraError
from tests.component.adapters.html_report.drawn_up import (
    CANDIDATE,
    SHARES,
    SPANS_S,
    compared,
    comparison,
)
from tests.component.adapters.html_report.reading import PageParser, read

TWO = ("blue-green", "rolling")
HOSTILE = "<script>alert('$x_1$')</script>&\"\x41世"


@pytest.fixture(scope="module")
def page() -> str:
    return comparison_page(comparison())


@pytest.fixture(scope="module")
def parsed(page: str) -> PageParser:
    return read(page)


def test_the_page_is_well_formed_and_names_no_part_twice(parsed: PageParser) -> None:
    names = parsed.values("id")

    assert parsed.problems == []
    assert len(names) == len(set(names))
    assert {each[1:] for each in parsed.values("href")} <= set(names)


def test_every_strategy_has_the_plots_of_its_deployment_and_of_its_way_back(
    parsed: PageParser,
) -> None:
    described = parsed.values("aria-label")

    assert parsed.values("data-strategy") == list(SHARES)
    assert parsed.tags.count("svg") == parsed.tags.count("figcaption") == 1 + 2 * len(SHARES)
    for each in SHARES:
        assert any(text.startswith(f"{each}, deployment:") for text in described)
        assert any(text.startswith(f"{each}, way back:") for text in described)


def test_the_figures_have_their_axes_and_their_marks_as_text(page: str) -> None:
    figure = re.findall(r"<svg.*?</svg>", page, re.DOTALL)[1]

    for text in ("requests a second", "response time", "running instances", "traffic", "10 ms"):
        assert text.replace("10 ms", "10\xa0ms") in figure
    assert "launch r8-0" in figure


def test_the_page_asks_for_nothing_from_elsewhere(page: str, parsed: PageParser) -> None:
    asked = [value for name in ("src", "href") for value in parsed.values(name)]

    assert set(re.findall(r"https?://[^\"' <)]*", page)) == {"http://www.w3.org/2000/svg"}
    assert all(each.startswith("#") for each in asked)
    assert not {"script", "link", "img", "iframe"} & set(parsed.tags)
    assert "default-src 'none'" in "".join(parsed.values("content"))
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) == {"#"}


def test_every_colour_of_a_plot_is_one_of_the_page(page: str) -> None:
    figures = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))

    assert re.findall(r"(?<!url\()#[0-9a-f]{6}\b", figures) == []
    defined = set(re.findall(r"(--\w+):", page))
    assert set(re.findall(r"var\((--\w+)\)", page)) <= defined


def test_the_page_says_what_was_measured_and_who_lost_requests(parsed: PageParser) -> None:
    text = " ".join(parsed.text.split())

    assert "deployed by 5 strategies, one after another, with 4 replicas under 100 requests" in text
    assert "Rolling, immutable, blue-green and canary lost no request; in-place lost 211" in text
    assert "easy: traffic is switched back while the old set is up" in text


def test_lost_requests_are_marked_and_zeros_are_not(page: str) -> None:
    marked = re.findall(r'<span class="attention">(.*?)</span>', page)

    assert marked == ["211 lost, down for 2.13\xa0s", "211"]


def test_figures_that_cannot_be_trusted_are_said_to_be_invalid() -> None:
    def make(strategy: str) -> ComparedStrategy:
        made = compared(strategy, rate=20)
        if strategy != "rolling":
            return made
        return replace(made, figures=replace(made.figures, problems=("the probe lagged",)))

    parsed = read(comparison_page(comparison(make=make, names=TWO)))

    assert "Not valid: rolling." in parsed.text
    assert "rolling, " not in parsed.text.split("lost no request")[0]
    assert "the probe lagged" in parsed.text
    assert parsed.text.count("not valid") == 2


def test_hostile_names_are_shown_and_not_obeyed() -> None:
    def make(strategy: str) -> ComparedStrategy:
        made = compared(strategy, rate=10)
        event = CourseEvent(made.deployment.began_s, CourseEventKind.FAULT, HOSTILE)
        course = replace(made.deployment, candidate=HOSTILE, events=(event,))
        return replace(made, deployment=course, figures=replace(made.figures, problems=(HOSTILE,)))

    parsed = read(comparison_page(comparison(HOSTILE, make, TWO)))

    assert parsed.problems == []
    assert "script" not in parsed.tags
    assert parsed.text.count(HOSTILE) > 3 * len(TWO)


def test_an_unknown_strategy_without_a_way_back_and_without_requests_has_its_panel() -> None:
    def make(strategy: str) -> ComparedStrategy:
        made = compared(strategy, rate=10)
        figures = replace(
            *(made.figures,), strategy=f"own-{strategy}", rollback_s=None, cutover_ms=None
        )
        return ComparedStrategy(figures, Course(None, CANDIDATE, 5.0, 5.0, ()))

    parsed = read(comparison_page(comparison(make=make, names=TWO)))

    assert parsed.problems == []
    assert parsed.text.count("No request was recorded") == len(TWO)
    assert parsed.text.count("The way back was not tried.") == len(TWO)


def test_the_same_comparison_gives_the_same_page() -> None:
    first, second = (comparison_page(comparison(names=TWO[:1])) for _ in range(2))

    assert first == second


def test_large_courses_make_a_page_of_bounded_size_in_bounded_time() -> None:
    large = comparison(make=lambda strategy: compared(strategy, rate=5000 / SPANS_S[strategy]))
    began_s = time.process_time()

    page = comparison_page(large)

    assert len(large.strategies[0].deployment.samples) >= 5000
    assert len(page.encode()) < 3_000_000
    assert time.process_time() - began_s < 10


def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)  # type: ignore[arg-type]

    with pytest.raises(MissingExtraError) as raised:
        comparison_page(comparison(names=()))

    assert "pip install 'pytest-pipeline-gates[report]'" in str(raised.value)


def test_the_page_says_what_failed_what_does_not_add_up_and_where_it_was_stopped() -> None:
    whole = comparison(names=("rolling",))
    row = whole.strategies[0]
    figures = replace(
        row.figures,
        failure="on the way back: r1-0 was not ready",
        rollback_s=None,
        reconciliation=("the router saw 3 requests fewer",),
        exposed_requests=row.figures.requests,
        mixed_ms=7650.0,
    )
    rows = (replace(row, figures=figures), row_of_failure("canary", "the probe died"))
    page = comparison_page(replace(whole, strategies=rows, stopped="stopped by Ctrl-C"))

    assert "Failed: rolling and canary." in page
    assert "on the way back: r1-0 was not ready" in page
    assert "the router saw 3 requests fewer" in page
    assert "100&nbsp;% of the requests" in page
    assert "7.65\N{NO-BREAK SPACE}s" in page
    assert "the probe died" in page
    assert "stopped by Ctrl-C" in page
