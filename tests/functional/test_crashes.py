"""A child that crashes, hangs or lies is seen, shown and judged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

PASSING = "def test_before(): pass\n"
KILLED = "import os, signal\ndef test_ends(): os.kill(os.getpid(), signal.SIGKILL)"
CRASHED = "import faulthandler\ndef test_ends(): faulthandler._sigsegv()"
ENDS = {
    "exits-with-0": ("import os\ndef test_ends(): os._exit(0)", "ended with exit status 0"),
    "killed": (KILLED, "died of SIGKILL"),
    "segfault": (CRASHED, "died of SIGSEGV"),
}


@pytest.mark.parametrize(("body", "said"), ENDS.values(), ids=ENDS.keys())
def test_a_crashed_child_fails_the_running_test(
    run: Run, write: Write, body: str, said: str
) -> None:
    write({"tests/unit/test_a.py": PASSING + body, "tests/e2e/test_b.py": "def test_x(): pass"})

    result = run("--pipeline")

    assert result.ret == 26
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_ends*", f"*stage unit {said}*while running*::test_ends*"])


def test_a_child_that_dies_between_tests_is_no_success(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": """
                import os, sys
                def pytest_runtest_logfinish():
                    if "--pipeline-stage=unit" in sys.argv: os._exit(0)
            """,
            "tests/unit/test_a.py": PASSING + "def test_after(): pass",
        }
    )

    result = run("--pipeline")

    assert result.ret not in (0, 5)


def test_pytest_exit_is_no_success(run: Run, write: Write) -> None:
    write({"tests/unit/test_a.py": "import pytest\ndef test_it(): pytest.exit('enough', 0)"})

    assert run("--pipeline").ret not in (0, 5, 21)
    assert run("--pipeline-stage=unit").ret not in (0, 5, 21)


def test_an_internal_error_is_shown(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/conftest.py": "def pytest_runtest_call(item): pass\n"
            "def pytest_runtest_protocol(item): raise RuntimeError('plugin broke')\n",
            "tests/unit/test_a.py": PASSING,
        }
    )

    result = run("--pipeline")

    assert result.ret == 26
    result.stdout.fnmatch_lines(["INTERNALERROR>*RuntimeError: plugin broke"])


def test_a_hanging_stage_is_ended_with_its_stacks(run: Run, write: Write) -> None:
    write(
        {
            "pipeline.toml": "[stages.unit]\ntimeout_s = 10\n",
            "tests/unit/test_a.py": """
                import threading
                def test_hangs(): threading.Event().wait()
            """,
        }
    )

    result = run("--pipeline")

    assert result.ret == 26
    result.stdout.fnmatch_lines(["*timed out after 10 s while running*::test_hangs*"])
    result.stdout.fnmatch_lines(["*in test_hangs*"])


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_stage_on_its_own_has_a_deadline_as_well(
    run: Run, write: Write, workers: tuple[str, ...]
) -> None:
    write(
        {
            "pipeline.toml": "[stages.unit]\ntimeout_s = 10\n",
            "tests/unit/test_a.py": """
                import threading
                def test_hangs(): threading.Event().wait()
            """,
        }
    )

    result = run("--pipeline-stage=unit", *workers, beside=("xdist",))

    assert result.ret == 26
    result.stdout.fnmatch_lines(["*timed out after 10 s while running*"])


@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_a_crashed_worker_makes_the_stage_an_error(run: Run, write: Write, asked: str) -> None:
    write({"tests/unit/test_a.py": PASSING + "import os\ndef test_ends(): os._exit(0)"})

    result = run(asked, "-n", "1", beside=("xdist",))

    assert result.ret == 26
    result.stdout.fnmatch_lines(
        [
            "*worker 'gw0' crashed while running*::test_ends*",
            "*ERROR*worker gw0 died while running*::test_ends*",
        ]
    )


def test_a_worker_that_dies_outside_of_tests_is_no_success(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": """
                import os
                def pytest_sessionfinish(session):
                    if hasattr(session.config, "workerinput"): os._exit(0)
            """,
            "tests/unit/test_a.py": PASSING,
        }
    )

    result = run("--pipeline-stage=unit", "-n", "1", beside=("xdist",))

    assert result.ret == 26
    result.stdout.fnmatch_lines(["*worker gw0 died outside of tests*"])


def test_output_outside_of_tests_is_shown(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": """
                import os
                def pytest_unconfigure(): os.write(2, b"last words\\n")
            """,
            "tests/unit/test_a.py": PASSING,
        }
    )

    result = run("--pipeline")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*output outside of tests*", "last words"])


def test_without_capture_output_is_live(run: Run, write: Write) -> None:
    write({"tests/unit/test_a.py": "def test_it(): print('seen at once')"})

    result = run("--pipeline", "-s")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*seen at once*"])


HANGING = {
    "tests/unit/test_a.py": """
        import os, threading
        def test_hangs():
            open(f"pid-{os.getpid()}", "w").close()
            threading.Event().wait()
    """
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_children_do_not_survive_a_killed_controller(
    pytester: pytest.Pytester, run: Run, write: Write, workers: tuple[str, ...]
) -> None:
    del run
    write(HANGING)
    with _started(pytester, *workers) as controller:
        pid = _await_pid(pytester, controller)
        controller.kill()

    _await_end(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupts_end_children_in_order(
    pytester: pytest.Pytester, run: Run, write: Write, number: signal.Signals
) -> None:
    del run
    write(
        {
            **HANGING,
            "tests/unit/conftest.py": """
                import pytest
                @pytest.fixture(autouse=True)
                def resource():
                    yield
                    open("torn-down", "w").close()
            """,
        }
    )
    with _started(pytester) as controller:
        pid = _await_pid(pytester, controller)
        controller.send_signal(number)
        code = controller.wait(30)

    assert code == pytest.ExitCode.INTERRUPTED
    assert (pytester.path / "torn-down").exists()
    _await_end(pid)


def _started(pytester: pytest.Pytester, *arguments: str) -> subprocess.Popen[bytes]:
    plugins = ["-p", "pytest_pipeline.plugin", "-p", "xdist.plugin"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins, "--pipeline", *arguments],
        cwd=pytester.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _await_pid(pytester: pytest.Pytester, controller: subprocess.Popen[bytes]) -> int:
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s and controller.poll() is None:
        for path in pytester.path.glob("pid-*"):
            return int(path.name.removeprefix("pid-"))
    pytest.fail("the test session never began")


def _await_end(pid: int) -> None:
    deadline_s = time.monotonic() + 5
    while time.monotonic() < deadline_s:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
    pytest.fail(f"process {pid} still runs")


def test_a_message_of_a_session_that_cannot_be_taken_is_an_error(run: Run, write: Write) -> None:
    body = (
        "import gc\n"
        "def test_it():\n"
        "    for each in gc.get_objects():\n"
        "        if type(each).__name__ == 'ChildReporter': each._send('finished')\n"
    )
    write({"tests/unit/test_a.py": body})

    result = run("--pipeline")

    assert result.ret == ExitCode.ERROR
    result.stdout.fnmatch_lines(["*the session's message 'finished' cannot be taken*"])
