"""What the keys of deployments refuse: strategies' options, minimum_healthy, concurrency."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_pipeline.domain.lifecycle_events import HOOK_EVENTS

ServiceProblems = Callable[[str], list[str]]

_HEALTHY = "wanted a number of instances >= 0, or a share such as '75%'"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(
            "steps = [{weight = 10},\n{weight = 5}]",
            "8: steps[1].weight: steps[1].weight must be above 10, the one before, got 5",
            id="weights-that-fall",
        ),
        pytest.param(
            "steps = [{wieght = 10, weight = 10}]",
            "7: steps[0].wieght: got an unknown key, wanted one of weight, pause_s, pause; did you "
            "mean 'weight'?",
            id="unknown-key-of-a-step",
        ),
        pytest.param(
            "steps = [{pause_s = 10}]",
            "7: steps[0].weight: got nothing, wanted this key, which is required",
            id="no-weight",
        ),
        pytest.param(
            "steps = [{weight = '5%'}]",
            "7: steps[0].weight: got '5%', wanted a whole number",
            id="string-for-weight",
        ),
        pytest.param(
            "steps = [{weight = 5, pause_s = -1}]",
            "7: steps[0].pause_s: got -1, wanted a number >= 0",
            id="negative-pause",
        ),
        pytest.param(
            "steps = [{weight = 5, pause = 'promote'}]",
            "7: steps[0].pause: got 'promote', wanted 'promotion'; did you mean 'promotion'?",
            id="unknown-pause",
        ),
        pytest.param("steps = [10]", "7: steps[0]: got 10, wanted a table", id="number-for-step"),
        pytest.param(
            "sticky_by = 'session'",
            "7: sticky_by: sticky_by must be 'header:NAME' or 'cookie:NAME' such as "
            "'cookie:session', got 'session'",
            id="sticky-by-nothing",
        ),
        pytest.param(
            "testers_header = 'x-tester'",
            "7: testers_header: testers_header must be 'name: value' such as 'x-tester: yes', got "
            "'x-tester'",
            id="header-without-value",
        ),
    ],
)
def test_a_wrong_canary_is_told(service_problems: ServiceProblems, options: str, told: str) -> None:
    line, _, text = told.partition(": ")

    problems = service_problems(f"[environments.dev]\nstrategy = 'canary'\noptions.{options}")

    assert problems == [f"{line}: environments.dev.options.{text}"]


@pytest.mark.parametrize(
    ("hooks", "told"),
    [
        pytest.param(
            "Install = ['true']",
            "Install: hooks.Install cannot be set: the artifact is installed once, before all "
            f"steps; take one of {', '.join(HOOK_EVENTS)}",
            id="event-of-the-engine",
        ),
        pytest.param(
            "AplicationStop = ['true']",
            "AplicationStop: hooks.AplicationStop is no lifecycle event, wanted one of "
            f"{', '.join(HOOK_EVENTS)}; did you mean 'ApplicationStop'?",
            id="unknown-event",
        ),
        pytest.param(
            "ApplicationStop = 'true'",
            "ApplicationStop: got 'true', wanted an array: […]",
            id="string-for-command",
        ),
        pytest.param(
            "ApplicationStop = []",
            "ApplicationStop: hooks.ApplicationStop names no program, wanted a program and its "
            "arguments such as ['bin/warm-up', '--all']",
            id="no-program",
        ),
    ],
)
def test_a_wrong_hook_is_told(service_problems: ServiceProblems, hooks: str, told: str) -> None:
    problems = service_problems(
        f"[environments.dev]\nstrategy = 'in-place'\n[environments.dev.options.hooks]\n{hooks}"
    )

    assert problems == [f"8: environments.dev.options.hooks.{told}"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "options.order = 'start_first'",
            "options.order: got 'start_first', wanted 'start-first' or 'stop-first'; did you mean "
            "'start-first'?",
            id="unknown-order",
        ),
        pytest.param(
            "options.max_surge = 0",
            "options.max_surge: max_surge must be at least 1 with order 'start-first', got 0: with "
            "no room above the wanted number and none below it nothing can be replaced (the "
            "other of max_surge and max_unavailable helps as well)",
            id="no-room",
        ),
        pytest.param(
            "options.max_failure_ratio = 30",
            "options.max_failure_ratio: max_failure_ratio must be in 0..1, got 30",
            id="percent-for-ratio",
        ),
        pytest.param(
            "options.smoke_tests = ['tests/e2e', 'e3e']\nstrategy = 'blue-green'",
            "options.smoke_tests: got 'e3e', wanted a layer (unit, component, integration, e2e, "
            "performance) or a node id such as 'tests/e2e/test_orders.py'; did you mean 'e2e'?",
            id="smoke-tests-of-no-layer",
        ),
        pytest.param(
            "strategy = 'kanary'",
            "strategy: got the unknown strategy 'kanary', wanted one of in-place, rolling, "
            "immutable, blue-green, canary; did you mean 'canary'?",
            id="unknown-strategy",
        ),
        pytest.param(
            "minimum_healthy = 2",
            "minimum_healthy: got 2, wanted at most the replicas, 1",
            id="more-healthy-than-there-are",
        ),
        pytest.param(
            "minimum_healthy = -1", f"minimum_healthy: got -1, {_HEALTHY}", id="negative-count"
        ),
        pytest.param(
            "minimum_healthy = '75'", f"minimum_healthy: got '75', {_HEALTHY}", id="no-percent-sign"
        ),
        pytest.param(
            "minimum_healthy = '101%'", f"minimum_healthy: got '101%', {_HEALTHY}", id="over-100"
        ),
        pytest.param(
            "minimum_healthy = true",
            f"minimum_healthy: got something else, {_HEALTHY}",
            id="boolean-for-count",
        ),
        pytest.param(
            "progress_deadline_s = 0",
            "progress_deadline_s: got 0, wanted a number > 0",
            id="no-time-at-all",
        ),
        pytest.param(
            "concurrency = 'superseed'",
            "concurrency: got 'superseed', wanted 'refuse', 'wait' or 'supersede'; did you mean "
            "'supersede'?",
            id="unknown-policy",
        ),
        pytest.param(
            "rehearse = 'yes'", "rehearse: got 'yes', wanted true or false", id="rehearse-a-word"
        ),
        pytest.param(
            "rehearsal.rollback_s = '<= 5'",
            "rehearsal: got limits of what is not rehearsed, wanted rehearse = true, too",
            id="limits-of-nothing",
        ),
        pytest.param(
            "rehearsal.lost_requests = '>= 1'",
            "rehearsal.lost_requests: got '>= 1', wanted an upper bound such as '<= 30'",
            id="lower-limit-of-a-rehearsal",
        ),
        pytest.param(
            "mixed_versions = {}",
            "mixed_versions.tests: got nothing, wanted this key, which is required",
            id="no-mixed-tests",
        ),
        pytest.param(
            "mixed_versions.tests = ['e3e']",
            "mixed_versions.tests: got 'e3e', wanted a layer (unit, component, integration, e2e, "
            "performance) or a node id such as 'tests/e2e/test_orders.py'; did you mean 'e2e'?",
            id="unknown-mixed-layer",
        ),
        pytest.param(
            "mixed_versions.tests = ['e2e']\nstrategy = 'in-place'",
            "mixed_versions: strategy 'in-place' stops the last instance of stable before the "
            "first of the candidate is ready, so that versions never mix; lower max_unavailable, "
            "or take a strategy that starts new instances first, or drop mixed_versions",
            id="nothing-mixes",
        ),
        pytest.param(
            "minimum_helthy = 1",
            "minimum_helthy: got an unknown key, wanted one of target, replicas, strategy, "
            "options, minimum_healthy, progress_deadline_s, concurrency, variables, resources, "
            "probe, alarms, hold_s, rehearse, rehearsal, mixed_versions, required_evidence, "
            "evidence_max_age_s; did you mean 'minimum_healthy'?",
            id="unknown-key",
        ),
    ],
)
def test_a_wrong_deployment_is_told(
    service_problems: ServiceProblems, text: str, told: str
) -> None:
    assert service_problems(f"[environments.dev]\n{text}") == [f"6: environments.dev.{told}"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            "switch_steps = [50,\n20]",
            (
                "8: environments.dev.options.switch_steps[1]: switch_steps[1] must be above 50, "
                "the one before, got 20"
            ),
        ),
        (
            "smoke_tests = 'e2e'",
            "7: environments.dev.options.smoke_tests: got 'e2e', wanted an array: […]",
        ),
        (
            "smoke_tests = ['e2e',\n3]",
            "8: environments.dev.options.smoke_tests[1]: got 3, wanted a string",
        ),
    ],
)
def test_a_wrong_blue_green_is_told(
    service_problems: ServiceProblems, options: str, told: str
) -> None:
    problems = service_problems(f"[environments.dev]\nstrategy = 'blue-green'\noptions.{options}")

    assert problems == [told]


def test_a_strategy_that_keeps_too_few_is_told_at_what_has_to_stay_healthy(
    service_problems: ServiceProblems,
) -> None:
    problems = service_problems(
        "[environments.dev]\nreplicas = 4\nstrategy = 'in-place'\nminimum_healthy = '76%'"
    )

    assert problems == [
        (
            "8: environments.dev.minimum_healthy: minimum_healthy is 4, but strategy 'in-place' "
            "keeps 3 of 4 instances healthy; lower max_unavailable, or take a strategy that starts "
            "new instances first"
        )
    ]


def test_a_wrong_option_is_told_once_whatever_has_to_stay_healthy(
    service_problems: ServiceProblems,
) -> None:
    problems = service_problems(
        "[environments.dev]\nminimum_healthy = 1\noptions.order = 'stop-first'\n"
        "options.max_unavailable = 0"
    )

    assert [line.partition(" must")[0] for line in problems] == [
        "8: environments.dev.options.max_unavailable: max_unavailable"
    ]


def test_what_cannot_be_taken_back_needs_a_migration(problems: Callable[[str], list[str]]) -> None:
    told = problems(
        """\
        name = "orders"
        build = {kind = "wheel"}
        [run]
        command = ["serve", "{port}"]
        irreversible = true
        """
    )

    assert told == [
        "5: run.irreversible: got true, wanted run.migrate beside it, which it is said of"
    ]
