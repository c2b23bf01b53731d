"""Tricks on what pytest reports: outcomes rewritten, reports deleted, calls left out."""

from __future__ import annotations

from tests.acceptance.hostile.trick import TESTS, Trick

_REPORT = """
import pytest
@pytest.hookimpl(hookwrapper=True, {order})
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        {rewrite}
"""


def _rewriting(rewrite: str, order: str = "tryfirst=True") -> dict[str, str]:
    return {"conftest.py": _REPORT.format(order=order, rewrite=rewrite)}


SAW = "but its function raised AssertionError"

REPORTS = (
    Trick(
        "makereport: failed becomes passed",
        _rewriting("report.outcome = 'passed'; report.longrepr = None"),
        (26, 26),
        SAW,
    ),
    Trick(
        "makereport: the same, innermost",
        _rewriting("report.outcome = 'passed'; report.longrepr = None", "trylast=True"),
        (26, 26),
        SAW,
    ),
    Trick(
        "makereport: failed becomes skipped",
        _rewriting("report.outcome = 'skipped'; report.longrepr = ('x', 1, 'Skipped: slow')"),
        (26, 26),
        "was reported skipped, but it raised AssertionError",
    ),
    Trick(
        "makereport: failed becomes expected",
        _rewriting("report.outcome = 'skipped'; report.wasxfail = 'known'"),
        (26, 26),
        "bears no xfail mark",
    ),
    Trick(
        "makereport: the exception is taken away",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_makereport(item, call): call.excinfo = None\n"
        },
        (26, 26),
        SAW,
    ),
    Trick(
        "logreport: failed becomes passed",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_logreport(report): report.outcome = 'passed'\n"
        },
        (26, 26),
        SAW,
    ),
    Trick(
        "logreport: the report of the call is renamed to a set-up",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_logreport(report):\n"
            "    if report.failed: report.outcome, report.when = 'passed', 'setup'\n"
        },
        (26, 26),
        "never reported",
    ),
    Trick(
        "logreport: failed tests get the name of a good one",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_logreport(report):\n"
            "    if 'bad' in report.nodeid:\n"
            "        report.nodeid = report.nodeid.replace('bad', 'good')\n"
            "        report.outcome = 'passed'\n"
        },
        (26, 26),
        "never",
    ),
    Trick(
        "runtest_protocol: reports are not logged",
        {
            "conftest.py": "import pytest\nfrom _pytest.runner import runtestprotocol\n"
            "@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_protocol(item, nextitem):\n"
            "    reports = runtestprotocol(item, nextitem=nextitem, log=False)\n"
            "    for each in reports:\n"
            "        if not each.failed: item.ihook.pytest_runtest_logreport(report=each)\n"
            "    return True\n"
        },
        (26, 26),
        "never",
    ),
    Trick(
        "runtest_protocol: tests are not run at all",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_runtest_protocol(item, nextitem):\n"
            "    for when in ('setup', 'call', 'teardown'):\n"
            "        report = pytest.TestReport(\n"
            "            item.nodeid, item.location, {}, 'passed', None, when)\n"
            "        item.ihook.pytest_runtest_logreport(report=report)\n"
            "    return True\n"
        },
        (26, 26),
        "nobody saw it run",
    ),
    Trick(
        "pyfunc_call: the function is not called",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_pyfunc_call(pyfuncitem): return True\n"
        },
        (26, 26),
        "its function never ran",
    ),
    Trick(
        "pyfunc_call: exceptions are swallowed",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True)\n"
            "def pytest_pyfunc_call(pyfuncitem):\n"
            "    try: return (yield)\n    except Exception: return True\n"
        },
        (26, 26),
        SAW,
    ),
    Trick(
        "runtest_call: exceptions are swallowed",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True)\n"
            "def pytest_runtest_call(item):\n"
            "    try: return (yield)\n    except Exception: return None\n"
        },
        (26, 26),
        SAW,
    ),
    Trick(
        "runtest_call: failures become skips",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True)\n"
            "def pytest_runtest_call(item):\n"
            "    try: return (yield)\n    except Exception: pytest.skip('flaky')\n"
        },
        (26, 26),
        "was reported skipped, but it raised AssertionError",
    ),
    Trick(
        "item.runtest does nothing",
        {
            "conftest.py": "def pytest_collection_modifyitems(items):\n"
            "    for item in items: item.runtest = lambda: None\n"
        },
        (26, 26),
        "its function never ran",
    ),
    Trick(
        "pytest.Function.runtest does nothing",
        {"conftest.py": "import pytest\npytest.Function.runtest = lambda self: None\n"},
        (26, 26),
        "its function never ran",
    ),
    Trick(
        "item.obj is another function",
        {
            "conftest.py": "def pytest_collection_modifyitems(items):\n"
            "    for item in items: item.obj = lambda: None\n"
        },
        (26, 26),
        "its function never ran",
    ),
    Trick(
        "item.obj is another function, with the looks of the first",
        {
            "conftest.py": "import functools\n"
            "def pytest_collection_modifyitems(items):\n"
            "    for item in items: item.obj = functools.wraps(item.obj)(lambda: None)\n"
        },
        (26, 26),
        "its function never ran",
    ),
    Trick(
        "two tests with one node id",
        {
            "conftest.py": "def pytest_collection_modifyitems(items):\n"
            "    for item in items: item._nodeid, item._id = items[-1].nodeid, items[-1]._id\n"
        },
        (26, 26),
        "3 tests share the node id",
    ),
    Trick(
        "a unittest result that takes no failures",
        {
            "conftest.py": "from _pytest.unittest import TestCaseFunction\n"
            "TestCaseFunction.addFailure = lambda *_: None\n"
        },
        (26, 26),
        SAW,
        tests="import unittest\nclass TestIt(unittest.TestCase):\n"
        "    def test_good(self): pass\n    def test_bad(self): self.assertEqual(1, 2)\n",
    ),
    Trick(
        "pytest.fail does nothing",
        {"conftest.py": "import pytest\npytest.fail = lambda *a, **k: None\n"},
        (0, 0),
        tests=TESTS.replace('assert 1 == 2, "must be seen"', "pytest.fail('must be seen')"),
    ),
    Trick(
        "the module is rewritten while it is imported",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True)\n"
            "def pytest_pycollect_makemodule(module_path, parent):\n"
            "    made = yield\n    made.obj.test_bad = lambda: None\n    return made\n"
        },
        (0, 0),
    ),
)
