"""Random test suites whose tests come to every end that there is."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_HEAD = '''
import os, pathlib, signal
import pytest

def first(name):
    """Whether this is the first time: a file remembers, in any process."""
    mark = pathlib.Path(os.environ["EQUALITY_MARKS"], name)
    known = mark.exists()
    mark.touch()
    return not known

@pytest.fixture
def broken(): assert 0

@pytest.fixture
def dirty():
    yield
    assert 0

'''
#: What a test of each kind is written as; ``{n}`` is its number.
KINDS = {
    "passes": "def test_{n}(): pass",
    "fails": "def test_{n}(): assert 0",
    "errs-in-set-up": "def test_{n}(broken): pass",
    "errs-in-tear-down": "def test_{n}(dirty): pass",
    "fails-and-errs": "def test_{n}(dirty): assert 0",
    "skips": "def test_{n}(): pytest.skip('no luck')",
    "xfails": "@pytest.mark.xfail(reason='bug 7')\ndef test_{n}(): assert 0",
    "xpasses": "@pytest.mark.xfail\ndef test_{n}(): pass",
    "xpasses-strictly": "@pytest.mark.xfail(strict=True)\ndef test_{n}(): pass",
    "flaky": "def test_{n}(): assert not first('{n}')",
    "parametrised": "@pytest.mark.parametrize('x', [1, 0, 2])\ndef test_{n}(x): assert x",
    "subtests": "def test_{n}(subtests):\n    with subtests.test('x'): assert 0",
}
CRASHES = {
    "leaves-with-0": "def test_{n}(): os._exit(0)",
    "leaves-with-3": "def test_{n}(): os._exit(3)",
    "killed": "def test_{n}(): os.kill(os.getpid(), signal.SIGKILL)",
}
#: What a conftest.py may do to the session.
CONFTESTS = {
    "nothing": "",
    "reverses": "def pytest_collection_modifyitems(items): items.reverse()",
    "leaves-out": "def pytest_collection_modifyitems(items): del items[::3]",
    "deselects": (
        "def pytest_collection_modifyitems(config, items):\n"
        "    gone, items[:] = items[::3], [e for i, e in enumerate(items) if i % 3]\n"
        "    config.hook.pytest_deselected(items=gone)"
    ),
}
#: Options by the plugin that has to be loaded for them.
OPTIONS = {
    "nothing": (),
    "reruns": ("-p", "pytest_rerunfailures", "--reruns=1"),
    "random order": ("-p", "random_order.plugin", "--random-order", "--random-order-seed=7"),
    "first failure": ("-x",),
}


@dataclass(frozen=True)
class Suite:
    """A suite and how it is run.

    Attributes:
        kinds: What its tests come to, in order.
        conftest: What its ``conftest.py`` does.
        option: How pytest is run.
        retries: Of the stage, 0-2.
    """

    kinds: tuple[str, ...]
    conftest: str = "nothing"
    option: str = "nothing"
    retries: int = 0

    @property
    def crashes(self) -> bool:
        """Whether a test takes its process along."""
        return any(kind in CRASHES for kind in self.kinds)

    @property
    def is_cut_short(self) -> bool:
        """Whether how many tests run depends on who else is running at that moment."""
        return self.crashes or self.option == "first failure"

    def files(self) -> dict[str, str]:
        """Return the project, by path."""
        bodies = {**KINDS, **CRASHES}
        tests = [bodies[kind].replace("{n}", str(n)) for n, kind in enumerate(self.kinds)]
        half = (len(tests) + 1) // 2
        return {
            "pipeline.toml": f"[stages.unit]\nretries = {self.retries}\n",
            "conftest.py": CONFTESTS[self.conftest] + "\n",
            "tests/unit/test_a.py": _HEAD + "\n".join(tests[:half]) + "\n",
            "tests/unit/test_b.py": _HEAD + "\n".join(tests[half:]) + "\n",
        }


@st.composite
def suites(draw: st.DrawFn) -> Suite:
    """Return random suites; one in a few holds a test that takes its process along."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=8))
    if draw(st.integers(0, 4)) == 0:
        place = draw(st.integers(0, len(kinds)))
        kinds.insert(place, draw(st.sampled_from(sorted(CRASHES))))
    option = draw(st.sampled_from(sorted(OPTIONS)))
    retries = 0 if option == "reruns" else draw(st.integers(0, 2))
    conftest = draw(st.sampled_from(sorted(CONFTESTS)))
    return Suite(tuple(kinds), conftest, option, retries)
