"""What each key refuses, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_RELATIVE = (
    "'< 250', or relative to the baseline: a signed percentage such as '<= +10%', or a change in "
    "the measure's unit such as '<= base + 2'"
)
_PORT_RUN = 'run = {command = ["serve", "{port}"]}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "nme = 'x'",
            "1: nme: got an unknown key, wanted one of name, inputs, layers, layer_order, build, "
            "run, resources, source, quarantine, evidence, stages, environments; did you mean "
            "'name'?",
            id="unknown-key",
        ),
        pytest.param("name = 3", "1: name: got 3, wanted a string", id="number-for-string"),
        pytest.param(
            "name = 1979-05-27", "1: name: got a date or time, wanted a string", id="date"
        ),
        pytest.param("stages = 1", "1: stages: got 1, wanted a table", id="number-for-table"),
        pytest.param(
            "stages.unit = 'x'", "1: stages.unit: got 'x', wanted a table", id="string-for-table"
        ),
        pytest.param(
            "stages.unit.timeout_s = '5'",
            "1: stages.unit.timeout_s: got '5', wanted a number",
            id="no-conversion",
        ),
        pytest.param(
            "stages.unit.timeout_s = 0",
            "1: stages.unit.timeout_s: got 0, wanted a number > 0",
            id="out-of-range",
        ),
        pytest.param(
            "stages.unit.timeout_s = inf",
            "1: stages.unit.timeout_s: got inf, wanted a finite number",
            id="endless",
        ),
        pytest.param(
            "stages.unit.layers = 'unit'",
            "1: stages.unit.layers: got 'unit', wanted an array: […]",
            id="string-for-array",
        ),
        pytest.param(
            "stages.unit.layers = []",
            "1: stages.unit.layers: got an empty array, wanted at least one entry, or none of this "
            "key",
            id="empty-array",
        ),
        pytest.param(
            "stages.unit.layers = ['units']",
            "1: stages.unit.layers[0]: got the unknown layer 'units', wanted one of unit, "
            "component, integration, e2e, performance; did you mean 'unit'?",
            id="unknown-layer",
        ),
        pytest.param(
            "stages.Unit.layers = ['unit']",
            "1: stages.Unit: got the name 'Unit', wanted lower-case letters, digits, '-' and '_' "
            "after a letter",
            id="name",
        ),
        pytest.param(
            "stages.unit.objectives = [{pass = '< 1'}]",
            "1: stages.unit.objectives[0].measure: got nothing, wanted this key, which is required",
            id="required-key",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = ['< 9',\n'= 1']}]",
            "2: stages.unit.objectives[0].pass[1]: got '= 1', wanted a comparison and a number "
            f"such as {_RELATIVE}",
            id="criterion-in-array",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = '< 5%'}]",
            "1: stages.unit.objectives[0].pass: got '< 5%', wanted a comparison and a number such "
            f"as {_RELATIVE}",
            id="criterion",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = '<= +5'}]",
            "1: stages.unit.objectives[0].pass: got '<= +5', wanted a comparison and a number such "
            f"as {_RELATIVE}; did you mean '<= 5' or '<= base + 5'?",
            id="change-or-bound",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = ['< 9', ['< 1']]}]",
            "1: stages.unit.objectives[0].pass: got criteria and sets of criteria in one array, "
            "wanted either: ['> 1', '< 5'] all hold, [['< 250'], ['<= +10%']] one of the sets does",
            id="criteria-beside-sets",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = [['< 9'],\n[]]}]",
            "2: stages.unit.objectives[0].pass[1]: got an empty array, wanted at least one entry, "
            "or none of this key",
            id="empty-set",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.skipped', pass = [3]}]",
            "1: stages.unit.objectives[0].pass[0]: got 3, wanted a criterion such as '< 250', or "
            "an array of criteria",
            id="criterion-that-is-a-number",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.failed', pass = [['== 0'], ['< 3']]}]",
            "1: stages.unit.objectives[0].pass: got '< 3', which admits tests.failed = 1, wanted "
            "something at least as strict as what it replaces: tests.failed == 0",
            id="failures-in-one-of-the-sets",
        ),
        pytest.param(
            "stages.unit.ratchet = ['tests.skipped', 'coverage.percent']",
            "1: stages.unit.ratchet[1]: got 'coverage.percent', wanted a count or a time of which "
            "more is worse, one of load.failures, load.max_ms, load.p50_ms, load.p95_ms, "
            "load.p99_ms, quarantine.entries, quarantine.expired, router.errors, "
            "tests.deselected, tests.duration_s, tests.errors, tests.failed, tests.flaky, "
            "tests.quarantined, tests.required_missing, tests.retried, tests.skipped, "
            "tests.unlisted_skips, tests.xfailed, tests.xpassed; for another measure write an "
            "objective: pass = '>= base', baseline = 'merge-base'",
            id="ratchet-the-wrong-way",
        ),
        pytest.param(
            "source.base = '-x'",
            "1: source.base: got '-x', wanted the name of a branch such as 'main'",
            id="base",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'tests.failed', pass = '== 0', warn = '< 3'}]",
            "1: stages.unit.objectives[0].warn: got '< 3', which admits tests.failed = 1, wanted "
            "something at least as strict as what it replaces: tests.failed == 0",
            id="failures-that-warn",
        ),
        pytest.param(
            "stages.unit.required_tests = ['t.py']\n"
            "stages.unit.objectives = [{measure = 'tests.required_missing', pass = '>= 0'}]",
            "2: stages.unit.objectives[0].pass: got '>= 0', which admits tests.required_missing = "
            "1, wanted something at least as strict as what it replaces: tests.required_missing "
            "== 0",
            id="demand-that-is-loosened",
        ),
        pytest.param(
            "stages.unit.objectives = [{measure = 'custom.a', pass = '> 1'},"
            "{measure = 'custom.a', pass = '< 5'}]",
            "1: stages.unit.objectives: got two objectives on 'custom.a', wanted one; give it "
            "several criteria: pass = ['> 1', '< 5']",
            id="measure-twice",
        ),
        pytest.param(
            "layer_order = ['unit', 'e2e']",
            "1: layer_order: got none of component, integration, performance, wanted every layer "
            "once: unit, component, integration, e2e, performance",
            id="order-of-some-layers",
        ),
        pytest.param(
            "inputs = ['/usr']",
            "1: inputs[0]: got '/usr', wanted a path relative to the service root",
            id="absolute-input",
        ),
    ],
)
def test_a_wrong_value_is_told_with_line_key_got_and_wanted(
    problems: Callable[[str], list[str]], text: str, told: str
) -> None:
    assert problems(text) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "[resources.db]\nkind = 'postgresql'",
            "6: resources.db.kind: got 'postgresql', wanted 'postgres' or 'service'; did you mean "
            "'postgres'?",
            id="unknown-kind",
        ),
        pytest.param(
            "[resources.db]\nversion = 18",
            "5: resources.db.kind: got nothing, wanted 'postgres' or 'service'",
            id="no-kind",
        ),
        pytest.param(
            "[resources.db]\nkind = 'postgres'\nprovider = 'dokcer'",
            "7: resources.db.provider: got 'dokcer', wanted 'auto', 'container' or 'embedded'",
            id="one-of-several",
        ),
        pytest.param(
            "[resources.db]\nkind = 'postgres'\nversion = true",
            "7: resources.db.version: got true, wanted a whole number",
            id="boolean-for-number",
        ),
        pytest.param(
            "[environments.dev]\ntarget = 'docker'",
            "6: environments.dev.target: target 'docker' comes later; known here: process",
            id="later-target",
        ),
        pytest.param(
            "[environments.dev]\ntarget = 'proces'",
            "6: environments.dev.target: got the unknown target 'proces', wanted one of process; "
            "did you mean 'process'?",
            id="unknown-target",
        ),
        pytest.param(
            "[environments.dev]\nstrategy = 'blue_green'",
            "6: environments.dev.strategy: got the unknown strategy 'blue_green', wanted one of "
            "in-place, rolling, immutable, blue-green, canary; did you mean 'blue-green'?",
            id="unknown-strategy",
        ),
        pytest.param(
            "[environments.dev]\nreplicas = 0",
            "6: environments.dev.replicas: got 0, wanted a number >= 1",
            id="no-replicas",
        ),
        pytest.param(
            "[environments.dev.options]\nbatchsize = 2",
            "6: environments.dev.options.batchsize: got an unknown key, wanted one of batch_size, "
            "max_surge, max_unavailable, order, min_ready_s, monitor_s, max_failure_ratio, bake_s; "
            "did you mean 'batch_size'?",
            id="unknown-option",
        ),
        pytest.param(
            "[environments.dev.options]\nbake_s = -1",
            "6: environments.dev.options.bake_s: got -1, wanted a number >= 0",
            id="negative-duration",
        ),
        pytest.param(
            "[environments.dev.options]\nbatch_size = 0",
            "6: environments.dev.options.batch_size: batch_size must be at least 1, got 0",
            id="option-the-strategy-refuses",
        ),
        pytest.param(
            "[environments.dev]\nresources = ['db']",
            "6: environments.dev.resources[0]: got the unknown resource 'db', wanted one that "
            "[resources.NAME] describes",
            id="unknown-resource",
        ),
        pytest.param(
            "[environments.dev]\nalarms = []",
            "6: environments.dev.alarms: got an empty array, wanted at least one entry, or none of "
            "this key",
            id="no-alarm",
        ),
        pytest.param(
            "[[environments.dev.alarms]]\nmeasure = 'error_ratio'\nbound = '<= 5'",
            "7: environments.dev.alarms[0].bound: got '<= 5', wanted a ratio in 0..1: 5 % is "
            "'<= 0.05'",
            id="alarm-that-never-fires",
        ),
        pytest.param(
            "[[environments.dev.alarms]]\nmeasure = 'mean_latency_ms'\nbound = '> 5'",
            "7: environments.dev.alarms[0].bound: got '> 5', wanted an upper bound such as "
            "'<= 0.05'",
            id="alarm-upside-down",
        ),
        pytest.param(
            "[[environments.dev.alarms]]\nmeasure = 'mean_latency_ms'\nbound = '<= -5'",
            "7: environments.dev.alarms[0].bound: got '<= -5', which nothing can meet, wanted a "
            "bound >= 0",
            id="alarm-that-always-fires",
        ),
        pytest.param(
            "[environments.dev.probe]\nrate = 0",
            "6: environments.dev.probe.rate: got 0, wanted a number > 0",
            id="no-traffic",
        ),
        pytest.param(
            "[environments.dev.variables]\n'A B' = 'x'",
            "6: environments.dev.variables.A B: got the name 'A B', wanted letters, digits and '_'",
            id="variable-name",
        ),
    ],
)
def test_a_wrong_value_beside_a_service_is_told(
    service_problems: Callable[[str], list[str]], text: str, told: str
) -> None:
    assert service_problems(text) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "build = {kind = 'command', command = ['make']}\n" + _PORT_RUN,
            "2: build.command: got no {output}, wanted it somewhere: the folder that receives the "
            "artifact",
            id="nowhere-to-put-the-artifact",
        ),
        pytest.param(
            "build = {kind = 'command', command = []}\n" + _PORT_RUN,
            "2: build.command: got no program, wanted a program and its arguments such as ['make', "
            "'build']",
            id="no-program",
        ),
        pytest.param(
            "build = {kind = 'wheel', command = ['make']}\n" + _PORT_RUN,
            "2: build.command: got an unknown key, wanted one of kind, timeout_s",
            id="key-of-another-kind",
        ),
        pytest.param(
            "build = {kind = 'wheel'}\nrun = {command = ['serve', '{prt}', '{port}']}",
            "3: run.command[1]: got the placeholder {prt}, wanted one of {port}, {artifact}, "
            "{environment}, {release}, {instance}; did you mean 'port'?",
            id="unknown-placeholder",
        ),
        pytest.param(
            "build = {kind = 'wheel'}\nrun = {command = ['serve', '{port}'], migrate = ['{port}']}",
            "3: run.migrate[0]: got the placeholder {port}, wanted one of {artifact}, "
            "{environment}, {release}",
            id="port-of-a-migration",
        ),
        pytest.param(
            "build = {kind = 'wheel'}\nrun = {command = ['serve', '{port}'], ready = 'up'}",
            "3: run.ready: got 'up', wanted a path of a URL such as '/health'",
            id="path",
        ),
        pytest.param(
            "build = {kind = 'wheel'}\nrun = {command = ['serve']}",
            "3: run.command: got no {port}, wanted it here or in run.variables: the port that the "
            "instance takes",
            id="no-port",
        ),
    ],
)
def test_a_service_that_cannot_work_is_told(
    problems: Callable[[str], list[str]], text: str, told: str
) -> None:
    assert problems("name = 'orders'\n" + text) == [told]


def test_an_unknown_measure_is_told_with_the_nearest(problems: Callable[[str], list[str]]) -> None:
    (told,) = problems("stages.unit.objectives = [\n{measure = 'load.p95ms', pass = '< 1'}]")

    assert told.startswith(
        "2: stages.unit.objectives[0].measure: got the unknown measure 'load.p95ms', wanted one of "
    )
    assert told.endswith("that begins with 'custom.'; did you mean 'load.p95_ms'?")


def test_the_value_of_a_variable_is_never_shown(
    service_problems: Callable[[str], list[str]],
) -> None:
    told = service_problems(
        "[environments.dev.variables]\nPIN = 90210\nTOKEN = ['swordfish']\nURL = 'swordfish{x}'"
    )

    assert told[:2] == [
        "6: environments.dev.variables.PIN: got a number, wanted a string",
        "7: environments.dev.variables.TOKEN: got an array, wanted a string",
    ]
    assert "placeholder {x}" in told[2]
    assert "swordfish" not in "".join(told)
    assert "90210" not in "".join(told)


@pytest.mark.parametrize(
    "measure",
    [
        "duration.unit_s",
        "duration.db-contract_s",
        "coverage.percent[orders.domain]",
        "custom.plugin.rows",
    ],
)
def test_measures_with_a_parameter_are_known(
    problems: Callable[[str], list[str]], measure: str
) -> None:
    text = f"stages.unit.objectives = [{{measure = '{measure}', pass = '< 1'}}]"

    assert problems(f"layers.db-contract = []\n{text}") == []


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        (
            "duration.intgration_s",
            (
                "got the unknown layer 'intgration' in 'duration.intgration_s', wanted one of "
                "unit, component, integration, e2e, performance; did you mean 'integration'?"
            ),
        ),
        (
            "duration.payments_s",
            (
                "got the unknown layer 'payments' in 'duration.payments_s', wanted one of unit, "
                "component, integration, e2e, performance"
            ),
        ),
    ],
)
def test_the_duration_of_an_unknown_layer_is_refused(
    problems: Callable[[str], list[str]], measure: str, told: str
) -> None:
    found = problems(f"stages.unit.objectives = [{{measure = '{measure}', pass = '< 1'}}]")

    assert found == [f"1: stages.unit.objectives[0].measure: {told}"]


@pytest.mark.parametrize("measure", ["coverage.percent[src/orders]", "plugin.rows"])
def test_other_measures_of_no_known_form_are_refused(
    problems: Callable[[str], list[str]], measure: str
) -> None:
    (told,) = problems(f"stages.unit.objectives = [{{measure = '{measure}', pass = '< 1'}}]")

    assert f"got the unknown measure '{measure}'" in told
    assert "coverage.percent[PACKAGE]" in told
