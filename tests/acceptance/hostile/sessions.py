"""Tricks on the end of the session and its exit status."""

from __future__ import annotations

from tests.acceptance.hostile.trick import TESTS, Trick

_FAILED = "test_bad"


def _conftest(text: str) -> dict[str, str]:
    return {"conftest.py": "import atexit, os, signal, sys, threading\nimport pytest\n" + text}


def _bad(body: str) -> str:
    return TESTS.replace('assert 1 == 2, "must be seen"', body).replace(
        "import pytest", "import os, signal, sys, threading, pytest"
    )


SESSIONS = (
    Trick(
        "sessionfinish sets exit status 0",
        _conftest(
            "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
            "def pytest_sessionfinish(session):\n"
            "    result = yield\n    session.exitstatus = 0\n    return result\n"
        ),
        (1, 1),
        _FAILED,
    ),
    Trick(
        "sessionfinish ends pytest with 0",
        _conftest(
            "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
            "def pytest_sessionfinish(session):\n"
            "    yield\n    pytest.exit('fine', returncode=0)\n"
        ),
        (1, 26),
        _FAILED,
    ),
    Trick(
        "sessionfinish ends pytest with 0 before anything is judged",
        _conftest(
            "@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_sessionfinish(session): pytest.exit('fine', returncode=0)\n"
        ),
        (26, 26),
    ),
    Trick(
        "unconfigure sets exit status 0",
        _conftest(
            "def pytest_sessionstart(session): session.config.kept = session\n"
            "def pytest_unconfigure(config): config.kept.exitstatus = 0\n"
        ),
        (1, 1),
        _FAILED,
    ),
    Trick(
        "cmdline_main answers 0",
        _conftest(
            "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
            "def pytest_cmdline_main(config):\n    yield\n    return 0\n"
        ),
        (1, 1),
        _FAILED,
    ),
    Trick(
        "os._exit(0) at exit", _conftest("atexit.register(lambda: os._exit(0))\n"), (1, 1), _FAILED
    ),
    Trick(
        "os._exit(0) in unconfigure",
        _conftest("def pytest_unconfigure(): os._exit(0)\n"),
        (1, 1),
        _FAILED,
    ),
    Trick(
        "sys.exit(0) at exit", _conftest("atexit.register(lambda: sys.exit(0))\n"), (1, 1), _FAILED
    ),
    Trick("os._exit(0) in a test", {}, (26, 26), _FAILED, tests=_bad("os._exit(0)")),
    Trick(
        "os._exit(0) in a thread of a test",
        {},
        (26, 26),
        _FAILED,
        tests=_bad("threading.Thread(target=os._exit, args=(0,)).start(); signal.pause()"),
    ),
    Trick(
        "os._exit(0) in a signal handler",
        {},
        (26, 26),
        _FAILED,
        tests=_bad(
            "signal.signal(signal.SIGALRM, lambda *_: os._exit(0)); signal.alarm(1); signal.pause()"
        ),
    ),
    Trick(
        "the process becomes /bin/true",
        {},
        (26, 26),
        _FAILED,
        tests=_bad("os.execv('/bin/true', ['true'])"),
    ),
    Trick(
        "the C library's _exit(0)",
        {},
        (0, 26),
        evidence_left=("none", "none"),
        tests=_bad("import ctypes; ctypes.CDLL(None)._exit(0)"),
    ),
    Trick("sys.exit(0) in a test", {}, (1, 1), _FAILED, tests=_bad("sys.exit(0)")),
    Trick(
        "pytest.exit with 0",
        {},
        (26, 26),
        "pytest.exit() ended",
        tests=_bad("pytest.exit('fine', 0)"),
    ),
    Trick(
        "session.shouldstop before the failing test",
        {},
        (26, 26),
        "though no test failed",
        tests=TESTS.replace(
            "def test_good(): pass", "def test_good(request): request.session.shouldstop = 'enough'"
        ),
    ),
    Trick(
        "a forked child goes on and the parent leaves",
        {},
        (26, 26),
        tests=_bad("os.fork() and (os.wait(), os._exit(0))"),
    ),
    Trick(
        "the controller is killed",
        {},
        (1, -9),
        tests=_bad("assert '--pipeline' in sys.argv; os.kill(os.getppid(), 9)"),
    ),
    Trick(
        "the exit status is set by a cleanup",
        _conftest(
            "def pytest_sessionstart(session):\n"
            "    session.config.add_cleanup(lambda: setattr(session, 'exitstatus', 0))\n"
        ),
        (1, 1),
        _FAILED,
    ),
    Trick(
        "-p no:pipeline_gates",
        {"pytest.ini": "[pytest]\naddopts = -p no:pipeline_gates\n"},
        (4, 4),
        "unrecognized arguments",
        autoload=True,
    ),
    Trick(
        "--collect-only in the ini file",
        {"pytest.ini": "[pytest]\naddopts = --collect-only\n"},
        (0, 0),
        evidence_left=("none", "none"),
    ),
)
