"""What alarms of a configuration refuse, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ServiceProblems = Callable[[str], list[str]]
_HTTP = 'name = "well"\nsource = "http"\nurl = "http://h/x"\n'
_ROUTER = 'measure = "error_ratio"\nbound = "<= 0.1"\n'


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        pytest.param(
            _ROUTER + 'treat_missing = "notBreaching"',
            "10: environments.dev.alarms[0].treat_missing: got 'notBreaching', which there is not: "
            "what was not measured never passes; wanted one of missing, breaching, ignore",
            id="not-breaching",
        ),
        pytest.param(
            _ROUTER + 'pointer = "/x"',
            "10: environments.dev.alarms[0].pointer: got a key that source 'router' has not, "
            "wanted one of name, source, period_s, datapoints, treat_missing, timeout_s, during, "
            "measure, bound, compare, minimum_samples, minimum_requests",
            id="key-of-another-source",
        ),
        pytest.param(
            'bound = "<= 1"',
            "7: environments.dev.alarms[0].measure: got nothing, wanted this key, which source "
            "'router' requires",
            id="no-measure",
        ),
        pytest.param(
            'source = "tests"\ntests = ["e2e"]',
            "7: environments.dev.alarms[0].name: got nothing, wanted the name of the alarm",
            id="no-name",
        ),
        pytest.param(
            _ROUTER + 'datapoints = "2 of 3"',
            "10: environments.dev.alarms[0].datapoints: got this without period_s, wanted period_s "
            "beside it: without, there is one datapoint",
            id="datapoints-without-period",
        ),
        pytest.param(
            _HTTP + 'datapoints = "3 of 2"',
            "11: environments.dev.alarms[0].datapoints: got '3 of 2', wanted M of N such as "
            "'2 of 3' or [2, 3], with 1 <= M <= N",
            id="more-than-there-are",
        ),
        pytest.param(
            'name = "well"\nsource = "http"\nurl = "http://me:secret@h/x"',
            "10: environments.dev.alarms[0].url: got an address with a user or password, wanted "
            "header_variables for those",
            id="password-in-address",
        ),
        pytest.param(
            _HTTP + 'pointer = "x"',
            "11: environments.dev.alarms[0].pointer: got 'x', wanted a JSON pointer such as "
            "'/queue/length', or ''",
            id="no-pointer",
        ),
        pytest.param(
            'measure = "mean_latency_ms"\ncompare = "stable"\nbound = "<= 5"',
            "10: environments.dev.alarms[0].bound: got '<= 5', wanted a bound relative to stable, "
            "such as '<= +10%' or '<= 1.5x'",
            id="absolute-beside-compare",
        ),
        pytest.param(
            'measure = "mean_latency_ms"\nbound = "<= 1.5x"',
            "9: environments.dev.alarms[0].bound: got '<= 1.5x', which is relative, wanted "
            "compare = 'stable' beside it",
            id="relative-to-nothing",
        ),
        pytest.param(
            _ROUTER + 'during = ["before"]',
            "10: environments.dev.alarms[0].during: got 'before', when source 'router' has nothing "
            "to say: the candidate does not run yet; wanted canary, bake or rollout",
            id="router-before",
        ),
        pytest.param(
            _HTTP + 'during = ["canary"]\n[environments.dev.options]\n',
            "11: environments.dev.alarms[0].during: got ['canary'], but 'blue-green' never waits "
            "while both releases get traffic, wanted 'bake' or 'rollout' as well",
            id="never-asked",
        ),
        pytest.param(
            'name = "t"\nsource = "tests"\ntests = ["e3e"]',
            "10: environments.dev.alarms[0].tests[0]: got 'e3e', wanted a layer (unit, component, "
            "integration, e2e, performance) or a node id such as 'tests/e2e/test_orders.py'; did "
            "you mean 'e2e'?",
            id="tests-of-no-layer",
        ),
        pytest.param(
            'name = "c"\nall = ["d"]',
            "9: environments.dev.alarms[0].all[0]: got the unknown alarm 'd', wanted one of c",
            id="unknown-member",
        ),
        pytest.param(
            'name = "c"\nall = ["d"]\n[[environments.dev.alarms]]\nname = "d"\nany = ["c"]',
            "9: environments.dev.alarms[0].all[0]: got a circle (c > d > c), wanted alarms that do "
            "not need themselves",
            id="circle",
        ),
        pytest.param(
            'name = "c"\nall = ["c"]',
            "9: environments.dev.alarms[0].all[0]: got a circle (c > c), wanted alarms that do "
            "not need themselves",
            id="itself",
        ),
        pytest.param(
            'name = "c"\nany = ["well"]\n[[environments.dev.alarms]]\n'
            + _HTTP
            + 'during = ["bake"]',
            "9: environments.dev.alarms[0].any[0]: got a member that has a 'during' of its own, "
            "wanted that on the composite alarm only",
            id="member-with-moments",
        ),
        pytest.param(
            _HTTP + "[[environments.dev.alarms]]\n" + _HTTP,
            "12: environments.dev.alarms[1].name: got the name 'well' again, wanted every name "
            "once",
            id="name-twice",
        ),
        pytest.param(
            'name = "c"\nall = ["c"]\nperiod_s = 1',
            "10: environments.dev.alarms[0].period_s: got a key that a composite alarm has not, "
            "wanted one of name, all, any, during",
            id="composite-with-a-period",
        ),
        pytest.param(
            'name = "i"\nsource = "instances"\nmetric = "m"\nbound = "< 1"\nkind = "ratio"',
            "7: environments.dev.alarms[0].divisor: got one of divisor and kind = 'ratio', wanted "
            "both or none",
            id="ratio-of-one",
        ),
        pytest.param(
            _HTTP.replace("h/x", "h/{port}"),
            "10: environments.dev.alarms[0].url: got the placeholder {port}, wanted one of {url}, "
            "{environment}, {release}, {stable}",
            id="unknown-placeholder",
        ),
    ],
)
def test_a_wrong_alarm_is_told_with_its_line(
    service_problems: ServiceProblems, keys: str, told: str
) -> None:
    text = f"[environments.dev]\nstrategy = 'blue-green'\n[[environments.dev.alarms]]\n{keys}"

    assert told in service_problems(text)
