"""The tables of the strategy pages are what the code says: plans, options, textbook, events."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import astuple

import pytest

from pytest_pipeline.config.reference import page as reference_page
from pytest_pipeline.domain.fleet_expectations import capacities, expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.lifecycle_events import EVENTS
from pytest_pipeline.domain.plans import Plan, Shift
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.domain.strategies import OPTIONS, plan_deployment
from pytest_pipeline.domain.textbook import TEXTBOOK
from tests.component.docs.measured_rows import MEASURED, section

STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))

PageReader = Callable[[str], str]


def worked_table(plan: Plan) -> str:
    rows = ["| step | running | traffic |", "|---|---|---|"]
    for done, step in enumerate(plan.steps, start=1):
        after = expected(plan, done, STABLE)
        running = ", ".join(sorted(after.running))
        shares = traffic(after.shift or Shift((), (), 0))
        rows.append(f"| {describe(step)} | {running} | {shares} |")
    return "\n".join(rows) + "\n"


def traffic(shift: Shift) -> str:
    shares = {
        "r1": 100 - shift.candidate_percent if shift.stable else 0,
        "r2": shift.candidate_percent if shift.candidate else 0,
    }
    return ", ".join(f"{release} {share} %" for release, share in shares.items() if share)


def strategy_page(strategy: str) -> str:
    return f"explanation/strategies/{strategy}.md"


def table_below(text: str, head: str) -> list[tuple[str, ...]]:
    found = re.search(rf"^{re.escape(head)}\n\|[-| ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, f"no table {head!r}"
    return [tuple(row.strip("| ").split(" | ")) for row in found[1].splitlines()]


@pytest.mark.parametrize("strategy", OPTIONS)
def test_the_worked_table_of_a_strategy_is_its_plan(page: PageReader, strategy: str) -> None:
    written = re.findall(r"^\| step \|.*\n(?:\|.*\n)+", page(strategy_page(strategy)), re.MULTILINE)

    assert written == [worked_table(plan_deployment(strategy, {}, STABLE, CANDIDATE))]


@pytest.mark.parametrize("strategy", OPTIONS)
def test_every_option_of_a_strategy_is_on_its_page_with_its_default(
    page: PageReader, strategy: str
) -> None:
    _, section = reference_page().split(f"### `{strategy}`\n")
    rows = table_below(section, "| Key | Type | Default | Meaning |")
    defaults = [(row[0], re.sub(r"\.0\b", "", row[2].strip("| ")) or "none") for row in rows]

    documented = table_below(page(strategy_page(strategy)), "| option | default | meaning |")

    assert [row[:2] for row in documented] == defaults
    assert all(len(row[2]) > 10 for row in documented)


@pytest.mark.parametrize("strategy", OPTIONS)
def test_a_strategy_page_says_what_the_textbooks_say(page: PageReader, strategy: str) -> None:
    head = "| downtime | best for | risk | rollback | speed |"

    assert table_below(page(strategy_page(strategy)), head) == [astuple(TEXTBOOK[strategy])[:5]]


def test_the_index_has_the_table_of_the_textbooks_with_its_sources(page: PageReader) -> None:
    text = page(strategy_page("index"))
    rows = table_below(text, "| strategy | downtime | best for | risk | rollback | speed |")

    assert rows == [(f"[{name}]({name}.md)", *astuple(row)[:5]) for name, row in TEXTBOOK.items()]
    assert all(f"* {name}: {row.source}\n" in text for name, row in TEXTBOOK.items())


@pytest.mark.parametrize("strategy", OPTIONS)
def test_the_index_leads_to_every_strategy(page: PageReader, strategy: str) -> None:
    assert f"\n{strategy}\n" in page(strategy_page("index"))


def test_the_lifecycle_events_are_documented_in_order(page: PageReader) -> None:
    rows = table_below(page(strategy_page("in-place")), "| event | when | takes a hook |")

    assert rows == [
        (f"`{each.name}`", each.when, f"no: {each.reserved}" if each.reserved else "yes")
        for each in EVENTS
    ]


def test_the_peaks_and_dips_of_rolling_are_those_of_its_plans(page: PageReader) -> None:
    rows = table_below(page(strategy_page("rolling")), "| options | most running | least serving |")
    stable, candidate = (
        Fleet(number, tuple(f"r{number}-{index}" for index in range(8))) for number in (1, 2)
    )

    for written, most, least in rows:
        options = tomllib.loads(written.strip("`").replace(", ", "\n"))
        plan = plan_deployment("rolling", options, stable, candidate)
        after = list(capacities(plan, stable))

        assert max(each.running for each in after) == int(most)
        assert min(each.serving for each in after) == int(least)


@pytest.mark.parametrize("strategy", OPTIONS)
def test_the_configurations_on_a_strategy_page_make_plans(page: PageReader, strategy: str) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page(strategy_page(strategy)), re.DOTALL):
        for environment in tomllib.loads(block)["environments"].values():
            plan = plan_deployment(strategy, environment["options"], STABLE, CANDIDATE)

            assert plan.strategy == environment.get("strategy", strategy)


def test_the_reference_of_the_configuration_is_what_the_models_say(page: PageReader) -> None:
    assert page("reference/configuration.md") == reference_page()


@pytest.mark.parametrize("strategy", OPTIONS)
def test_a_strategy_page_says_what_was_measured(page: PageReader, strategy: str) -> None:
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))

    assert section(measured, strategy) in page(strategy_page(strategy))
