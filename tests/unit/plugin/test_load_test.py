"""The fixture that puts load on an environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.domain.handoffs import Handoff
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.side_by_side.orders import seeded_orders
from pytest_pipeline.errors import ConfigError, LoadError
from pytest_pipeline.plugin.load_test import LoadTest, order_seed
from pytest_pipeline.plugin.recording import Recorder

RESULT = LoadResult(10, 1, 5.0, None, 1.0, 2.0, 3.0, 4.0, 2.0, ("cut off",), {})


class Loads:
    """A load runner that keeps what it is asked."""

    def __init__(self) -> None:
        self.specs: list[LoadSpec] = []

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        assert folder.is_dir()
        self.specs.append(spec)
        return RESULT


@pytest.fixture
def loads() -> Loads:
    return Loads()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def load_test(tmp_path: Path, loads: Loads, recorder: Recorder) -> LoadTest:
    near, root = tmp_path / "near", tmp_path / "root"
    for folder in (near, root):
        folder.mkdir()
        (folder / f"{folder.name}.py").touch()
    (root / "both.py").touch()
    (near / "both.py").touch()
    return LoadTest(loads, recorder, url="http://h", folder=tmp_path, bases=(near, root))


@pytest.mark.parametrize(
    ("name", "folder"), [("near.py", "near"), ("root.py", "root"), ("both.py", "near")]
)
def test_locustfiles_are_found_near_the_test_first(
    load_test: LoadTest, loads: Loads, tmp_path: Path, name: str, folder: str
) -> None:
    load_test(name, users=3, spawn_rate=2, duration_s=1, user_classes=["Buyer"])

    assert loads.specs == [LoadSpec(str(tmp_path / folder / name), "http://h", 3, 2, 1, ("Buyer",))]


def test_processes_are_those_of_the_stage_unless_the_load_test_says_otherwise(
    tmp_path: Path, loads: Loads, recorder: Recorder
) -> None:
    (tmp_path / "it.py").touch()
    of_the_stage = LoadSettings(processes=3)
    load_test = LoadTest(
        loads, recorder, url="http://h", folder=tmp_path, bases=(tmp_path,), source=of_the_stage
    )

    load_test("it.py", users=1, spawn_rate=1, duration_s=1)
    load_test("it.py", users=1, spawn_rate=1, duration_s=1, processes=2)

    assert [spec.source.processes for spec in loads.specs] == [3, 2]


def test_variables_and_data_are_handed_on(load_test: LoadTest, loads: Loads) -> None:
    load_test(
        "near.py", users=1, spawn_rate=1, duration_s=1, variables={"T": "x"}, data={"rows": [1]}
    )

    (spec,) = loads.specs
    assert (spec.variables, spec.data) == ({"T": "x"}, {"rows": [1]})


def test_an_invalid_result_is_recorded_even_if_the_test_forgets_it(
    load_test: LoadTest, recorder: Recorder
) -> None:
    load_test("near.py", users=1, spawn_rate=1, duration_s=1)

    taken = recorder.take()

    assert taken is not None
    assert taken["loads"][0]["problems"] == ["cut off"]
    assert recorder.take() is None


def test_a_missing_locustfile_names_where_it_was_looked_for(load_test: LoadTest) -> None:
    with pytest.raises(FileNotFoundError, match=r"no locustfile .*near.*root"):
        load_test("none.py", users=1, spawn_rate=1, duration_s=1)


def test_runs_of_each_execution_stage_and_test_are_made_in_an_order_of_their_own() -> None:
    handoff = Handoff("e1", "performance", "/load")
    seeds = [
        order_seed(handoff, "test_a.py::test_a"),
        order_seed(handoff, "test_a.py::test_b"),
        order_seed(replace(handoff, execution="e2"), "test_a.py::test_a"),
        order_seed(replace(handoff, stage="nightly"), "test_a.py::test_a"),
    ]

    assert len({seeded_orders(seed, 12) for seed in seeds}) == 4
    assert order_seed(handoff, "test_a.py::test_a") == seeds[0]


def test_a_ramp_that_goes_on_after_the_load_is_refused(load_test: LoadTest) -> None:
    with pytest.raises(ConfigError, match=r"the ramp ends at 99 s, after duration_s = 2"):
        load_test("near.py", ramp=[(0, 1), (99, 2)], duration_s=2)


@pytest.mark.parametrize("user_classes", ["Reader", ["--host=http://evil"], [5]])
def test_user_classes_that_are_no_names_are_refused(
    load_test: LoadTest, user_classes: list[str]
) -> None:
    with pytest.raises(ConfigError, match="user_classes must be names of classes"):
        load_test("near.py", rate=5, duration_s=2, user_classes=user_classes)


def test_no_user_classes_are_all(load_test: LoadTest, loads: Loads) -> None:
    load_test("near.py", rate=5, duration_s=2, user_classes=None)

    assert loads.specs[0].user_classes == ()


class NoLoads:
    """A load runner whose generator never begins."""

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        assert folder.is_dir()
        raise LoadError(f"began no load of {Path(spec.locustfile).name}")


def test_a_load_that_never_began_is_recorded_as_an_invalid_one(
    tmp_path: Path, recorder: Recorder
) -> None:
    (tmp_path / "it.py").touch()
    load_test = LoadTest(NoLoads(), recorder, url="http://h", folder=tmp_path, bases=(tmp_path,))

    with pytest.raises(LoadError):
        load_test("it.py", rate=5, duration_s=2)

    taken = recorder.take()
    assert taken is not None
    assert taken["loads"][0]["problems"][0] == "began no load of it.py"


SECRETIVE = """
    from pytest_pipeline.errors import LoadError
    from pytest_pipeline.plugin.load_test import LoadTest
    from pytest_pipeline.plugin.recording import Recorder

    class NoLoads:
        def run(self, spec, *, folder):
            raise LoadError("never began")

    def test_it(tmp_path):
        (tmp_path / "it.py").touch()
        load = LoadTest(NoLoads(), Recorder(), url="http://h", folder=tmp_path, bases=(tmp_path,))
        load("it.py", rate={rate}, duration_s=2, variables=dict(T="s3" + "cret"),
             data=dict(rows=["s3" + "cret"]))
"""


@pytest.mark.parametrize("rate", ["5", "'5'"])
@pytest.mark.parametrize("option", ["--tb=long", "--full-trace"])
def test_no_traceback_shows_variables_or_data(
    pytester: pytest.Pytester, rate: str, option: str
) -> None:
    pytester.makepyfile(SECRETIVE.replace("{rate}", rate))

    result = pytester.runpytest_subprocess(option, "--showlocals")

    result.assert_outcomes(failed=1)
    assert "s3cret" not in result.stdout.str()
