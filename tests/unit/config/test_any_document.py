"""Whatever a file holds, it is told as problems and never ends in a crash."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.config.declared import declared_by
from pytest_pipeline.config.validating import validated

_RIGHT = tomllib.loads(
    """
    name = "orders"
    inputs = []
    layer_order = ["unit", "component", "integration", "e2e", "performance", "smoke"]
    layers.smoke = ["tests/smoke/*"]
    build = {kind = "command", command = ["make", "{output}"], timeout_s = 5}
    [run]
    command = ["serve", "{port}"]
    migrate = ["migrate", "{resources.db.url}"]
    ready = "/ready"
    variables = {DATABASE_URL = "{resources.db.url}"}
    [resources.db]
    kind = "postgres"
    provider = "auto"
    version = 18
    [stages.unit]
    timeout_s = 3
    [[stages.unit.objectives]]
    measure = "tests.executed"
    pass = ">= 3"
    warn = [">= 1"]
    [stages.acceptance]
    layers = ["e2e", "performance"]
    environment = "dev"
    [environments.dev]
    replicas = 2
    strategy = "rolling"
    options = {batch_size = 1}
    resources = ["db"]
    probe = {rate = 5}
    alarms = [{measure = "error_ratio", bound = "<= 0.1"}]
    [environments.staging]
    strategy = "canary"
    minimum_healthy = "50%"
    options = {steps = [{weight = 1, pause_s = 2}, {weight = 50, pause = "promotion"}]}
    resources = ["db"]
    [environments.live]
    strategy = "in-place"
    minimum_healthy = 0
    concurrency = "wait"
    options = {hooks = {ApplicationStop = ["true"]}}
    resources = ["db"]
    """
)

_WRONG = st.recursive(
    st.one_of(
        st.none().map(lambda _: tomllib.loads("d = 1979-05-27")["d"]),
        st.booleans(),
        st.integers(-2, 2),
        st.floats(),
        st.sampled_from(["", "kind", "unit", "dev", "rolling", "canary", "{port}", "< 1", "[key]"]),
    ),
    lambda values: st.one_of(
        st.lists(values, max_size=2),
        st.dictionaries(st.sampled_from(["kind", "dev", "", "pass", "name"]), values, max_size=2),
    ),
    max_leaves=4,
)


def _replace(
    data: Any,  # noqa: ANN401 - what TOML holds
    path: list[int],
    wrong: object,
) -> None:
    """Put a value somewhere into nested tables and arrays; ``path`` picks a place a level."""
    keys = list(data) if isinstance(data, dict) else range(len(data))
    key = keys[path[0] % len(keys)]
    if len(path) > 1 and isinstance(data[key], dict | list) and data[key]:
        _replace(data[key], path[1:], wrong)
    else:
        data[key] = wrong


def test_the_document_that_is_broken_below_is_right() -> None:
    _, problems = validated(_RIGHT, declared_by(Path("orders"), _RIGHT))

    assert problems == []


@given(st.lists(st.tuples(st.lists(st.integers(0, 9), min_size=1, max_size=4), _WRONG), max_size=4))
def test_a_broken_document_ends_in_problems(breakages: list[tuple[list[int], object]]) -> None:
    data = copy.deepcopy(_RIGHT)
    for path, wrong in breakages:
        _replace(data, path, wrong)

    configuration, problems = validated(data, declared_by(Path("orders"), data))

    assert problems or configuration is not None
    assert all(problem.path and "\n" not in problem.text for problem in problems)
