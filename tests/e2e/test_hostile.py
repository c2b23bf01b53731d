"""Ways to look green, and an honest suite; all are in `tests/acceptance/test_53_hostile`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.acceptance.hostile.plugin_parts import PLUGIN_PARTS
from tests.acceptance.hostile.reports import REPORTS
from tests.acceptance.hostile.selections import SELECTIONS
from tests.acceptance.hostile.sessions import SESSIONS
from tests.acceptance.hostile.trick import MODES
from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill

TRICKS = {each.name: each for each in (*REPORTS, *SELECTIONS, *SESSIONS, *PLUGIN_PARTS)}
#: Each in the mode that has more to lose.
CHOSEN = (
    ("makereport: failed becomes passed", "whole"),
    ("makereport: failed becomes skipped", "alone"),
    ("logreport: failed becomes passed", "alone"),
    ("pyfunc_call: the function is not called", "whole"),
    ("item.obj is another function, with the looks of the first", "alone"),
    ("collection_finish takes it from the session", "alone"),
    ("cmdline_main answers 0", "alone"),
    ("os._exit(0) at exit", "alone"),
    ("a forked child goes on and the parent leaves", "alone"),
    ("reports are written to the controller's pipe", "whole"),
    ("judge_stage is replaced", "alone"),
    ("the witness is unregistered", "whole"),
)
HONEST = """
import doctest, unittest
import pytest

class Own(pytest.Item):
    def runtest(self): assert self.name

def test_passes(): pass
@pytest.mark.parametrize("value", [1, 2])
def test_many(value): assert value
def test_skips(): pytest.skip("no Docker")
@pytest.mark.skip(reason="no Docker")
def test_is_skipped(): pass
def test_imports(): pytest.importorskip("no_such_module")
@pytest.fixture
def absent(): pytest.skip("no Docker")
def test_wants(absent): pass
@pytest.mark.xfail(run=False)
def test_is_not_run(): assert 0
@pytest.mark.xfail
def test_is_expected(): assert 0
@pytest.mark.xfail(raises=KeyError, strict=True)
def test_raises(): {}["x"]
def test_expects(): pytest.xfail("known")
@pytest.mark.xfail
def test_is_better(): pass
tries = []
@pytest.mark.flaky(reruns=2)
def test_is_tried_again():
    tries.append(1)
    assert len(tries) > 1
class TestClass:
    def test_method(self): pass
class TestCase(unittest.TestCase):
    def test_passes(self): pass
    def test_skips(self): self.skipTest("no")
    @unittest.expectedFailure
    def test_is_expected(self): self.fail()
    def test_parts(self):
        with self.subTest(): self.skipTest("this one")
class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def test_passes(self): pass
"""
CONFTEST = """
import pytest

class Own(pytest.Item):
    def runtest(self): assert self.name

class OwnFile(pytest.File):
    def collect(self): yield Own.from_parent(self, name="own")

def pytest_collect_file(file_path, parent):
    return OwnFile.from_parent(parent, path=file_path) if file_path.suffix == ".yaml" else None
"""


@pytest.mark.parametrize(("name", "mode"), CHOSEN, ids=[name for name, _ in CHOSEN])
def test_a_trick_does_not_turn_a_gate_green(drill: Drill, name: str, mode: str) -> None:
    trick = TRICKS[name]

    run = trick.run(drill, mode)

    assert run.exit_code == trick.codes[list(MODES).index(mode)], run
    assert run.exit_code != 0
    assert trick.said in run.one_line, run
    assert trick.evidence(drill, mode) not in ("PASS", "WARN")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_an_honest_suite_is_not_suspected(drill: Drill, workers: tuple[str, ...]) -> None:
    drill = replace(drill, plugins=("xdist.plugin", "pytest_rerunfailures"))
    files = {
        "tests/unit/test_it.py": HONEST,
        "tests/unit/test_text.txt": ">>> 1 + 1\n2\n",
        "tests/unit/test_own.yaml": "a: 1\n",
        "tests/unit/conftest.py": CONFTEST,
    }
    project = bare_project(drill, files)

    run = drill.pytest(project, "--pipeline-stage=unit", *workers)

    assert run.exit_code == 0, run
    assert run.verdicts["unit"] in ("PASS", "WARN"), run
