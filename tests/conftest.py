"""What all tests share."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

#: Set where a Docker engine can be had: a test that needs one and skips has then failed.
REQUIRE_DOCKER = "PYTEST_PIPELINE_REQUIRE_DOCKER"

#: What decides how pipelines end, and is none of a test's business where the suite happens to run:
#: that this is a CI system, and the key of whoever runs it.
_IN_CI = bool(os.environ.get("CI"))
for _name in ("CI", "PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"):
    os.environ.pop(_name, None)

# Hypothesis would choose by `CI`, which is gone. How long an example takes only says how busy the
# machine is. In CI the same examples are drawn each time: a change fails for what it changed.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=_IN_CI,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("suite")

if (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):
    # What a shell starts in the background ignores Ctrl-C, and so would what tests start and stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = os.environ.get(REQUIRE_DOCKER) and item.get_closest_marker("docker")
    if required and report.skipped and call.excinfo is not None:
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_DOCKER} is set, yet: {call.excinfo.value}"
    return report
