"""Tricks on which tests there are, and on what a failure of them counts for."""

from __future__ import annotations

from tests.acceptance.hostile.trick import TESTS, Trick

_LEFT = {"tests/unit/test_good.py": "def test_fine(): pass\n"}
_FAILED = "tests.failed: 1"

SELECTIONS = (
    Trick(
        "modifyitems leaves the failing test out",
        {
            "conftest.py": "def pytest_collection_modifyitems(items):\n"
            "    items[:] = [item for item in items if 'bad' not in item.nodeid]\n"
        },
        (21, 21),
        "left out",
    ),
    Trick(
        "modifyitems does it last of all",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
            "def pytest_collection_modifyitems(items):\n"
            "    result = yield\n"
            "    items[:] = [item for item in items if 'bad' not in item.nodeid]\n"
            "    return result\n"
        },
        (21, 21),
        "left out",
    ),
    Trick(
        "collection_finish takes it from the session",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_collection_finish(session):\n"
            "    session.items[:] = [i for i in session.items if 'bad' not in i.nodeid]\n"
        },
        (21, 21),
        "left out",
    ),
    Trick(
        "collect_ignore",
        {"conftest.py": "collect_ignore = ['tests/unit/test_it.py']\n", **_LEFT},
        (0, 0),
    ),
    Trick(
        "ignore_collect",
        {
            "conftest.py": "def pytest_ignore_collect(collection_path):\n"
            "    return True if collection_path.name == 'test_it.py' else None\n",
            **_LEFT,
        },
        (0, 0),
    ),
    Trick(
        "pycollect_makeitem makes nothing of it",
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_pycollect_makeitem(collector, name, obj):\n"
            "    return [] if name == 'test_bad' else None\n"
        },
        (0, 0),
    ),
    Trick(
        "everything is marked xfail",
        {
            "conftest.py": "import pytest\ndef pytest_collection_modifyitems(items):\n"
            "    for item in items: item.add_marker(pytest.mark.xfail(strict=False))\n"
        },
        (0, 0),
    ),
    Trick(
        "everything is marked skip",
        {
            "conftest.py": "import pytest\ndef pytest_collection_modifyitems(items):\n"
            "    for item in items: item.add_marker(pytest.mark.skip(reason='later'))\n"
        },
        (21, 21),
        "no test passed or failed",
    ),
    Trick(
        "an autouse fixture skips everything",
        {
            "conftest.py": "import pytest\n@pytest.fixture(autouse=True)\n"
            "def no_docker(): pytest.skip('no docker')\n"
        },
        (21, 21),
        "no test passed or failed",
    ),
    Trick(
        "the failing test alone is marked skip",
        {
            "conftest.py": "import pytest\ndef pytest_collection_modifyitems(items):\n"
            "    items[1].add_marker(pytest.mark.skip(reason='later'))\n"
        },
        (0, 0),
    ),
    Trick(
        "-k in the ini file",
        {"pytest.ini": "[pytest]\naddopts = -k good\n"},
        (0, 4),
        evidence_left=("none", "none"),
    ),
    Trick(
        "--deselect in PYTEST_ADDOPTS",
        {},
        (0, 4),
        evidence_left=("none", "none"),
        environ={"PYTEST_ADDOPTS": "--deselect tests/unit/test_it.py::test_bad"},
    ),
    Trick("-x in the ini file", {"pytest.ini": "[pytest]\naddopts = -x\n"}, (1, 1), _FAILED),
    Trick(
        "reruns until it is green",
        {},
        (0, 0),
        arguments=("--reruns", "100"),
        evidence_left=("WARN", "WARN"),
        tests=TESTS.replace(
            'assert 1 == 2, "must be seen"',
            "global left; left -= 1; assert not left\n\nleft = 5",
        ),
    ),
    Trick(
        "python -O with --assert=plain",
        {"pytest.ini": "[pytest]\naddopts = --assert=plain\n"},
        (26, 26),
        "assert statements do nothing",
        environ={"PYTHONOPTIMIZE": "1"},
    ),
    Trick(
        "a test is skipped after it failed",
        {},
        (0, 0),
        tests=TESTS.replace(
            'assert 1 == 2, "must be seen"',
            "\n    try: assert 1 == 2\n    except AssertionError: pytest.skip('flaky')",
        ),
    ),
)
