"""The worked tables of the strategy pages are the plans that the code makes."""

import re
from collections.abc import Callable

import pytest

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Launch, Plan, Shift, Stop, describe
from pytest_pipeline.domain.strategies import OPTIONS, plan_deployment

STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))


def worked_table(plan: Plan) -> str:
    running, shares = list(STABLE.instances), "r1 100 %"
    rows = ["| step | running | traffic |", "|---|---|---|"]
    for step in plan.steps:
        match step:
            case Launch(instances=started):
                running += started
            case Stop(instances=stopped):
                running = [each for each in running if each not in stopped]
            case Shift():
                shares = traffic(step)
        rows.append(f"| {describe(step)} | {', '.join(running)} | {shares} |")
    return "\n".join(rows) + "\n"


def traffic(shift: Shift) -> str:
    shares = {
        "r1": 100 - shift.candidate_percent if shift.stable else 0,
        "r2": shift.candidate_percent if shift.candidate else 0,
    }
    return ", ".join(f"{release} {share} %" for release, share in shares.items() if share)


@pytest.mark.parametrize("strategy", OPTIONS)
def test_the_worked_table_of_a_strategy_is_its_plan(
    page: Callable[[str], str], strategy: str
) -> None:
    written = re.findall(
        r"^\| step \|.*\n(?:\|.*\n)+", page(f"explanation/strategies/{strategy}.md"), re.MULTILINE
    )

    assert written == [worked_table(plan_deployment(strategy, {}, STABLE, CANDIDATE))]


@pytest.mark.parametrize("strategy", OPTIONS)
def test_every_option_of_a_strategy_is_on_its_page_with_its_default(
    first_column: Callable[[str, str], list[str]], page: Callable[[str], str], strategy: str
) -> None:
    name = f"explanation/strategies/{strategy}.md"
    defaults = {
        option: f"{default:g}" for option, default in vars(OPTIONS[strategy]()).items()
    }  # the options' defaults are numbers
    documented = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", page(name), re.MULTILINE))

    assert first_column(name, "Options") == list(defaults)
    assert documented == defaults
