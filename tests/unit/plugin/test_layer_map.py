"""The layer map, and what sessions teach it."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.plugin.hidden_layers import HiddenLayers
from pytest_pipeline.plugin.layer_map import LayerMap
from pytest_pipeline.plugin.unlayered import describe_unlayered

ROOT = Path("/s")
UNIT, E2E, DEEP = ROOT / "unit/test_a.py", ROOT / "e2e/test_b.py", ROOT / "e2e/api/test_c.py"


def known(*strangers: Path) -> LayerMap:
    files = {
        UNIT: frozenset({"unit"}),
        E2E: frozenset({"e2e"}),
        DEEP: frozenset({"e2e", "component"}),
        ROOT / "test_d.py": frozenset[str](),
    }
    return LayerMap(files, frozenset({ROOT}), frozenset(strangers))


def test_files_and_folders_without_the_layers_are_others() -> None:
    assert known().others(("unit",)) == tuple(map(str, (E2E, DEEP, DEEP.parents[1], DEEP.parent)))
    assert known().others(("component",)) == (str(UNIT), str(E2E), str(UNIT.parent))
    assert known().unclear == (ROOT / "test_d.py",)


def test_folders_with_strangers_are_entered_until_a_session_saw_them() -> None:
    layer_map = known(DEEP.parent)

    before = layer_map.others(("unit",))
    layer_map.learn({})

    assert str(DEEP.parent) not in before
    assert str(DEEP.parents[1]) not in before
    assert str(DEEP.parents[1]) in layer_map.others(("unit",))


def test_a_layer_that_turns_up_in_time_is_handed_on() -> None:
    layer_map = known()
    hidden = HiddenLayers(layer_map, frozenset({"unit", "e2e"}))

    problems = hidden.after(Stage("unit", ("unit",)), {str(UNIT): {"unit": 1, "e2e": 2}})

    assert problems == ()
    assert str(UNIT) not in layer_map.others(("e2e",))


def test_a_layer_that_turns_up_late_or_nowhere_is_a_problem() -> None:
    hidden = HiddenLayers(known(), frozenset({"unit", "e2e"}))
    hidden.after(Stage("unit", ("unit",)), {})

    problems = hidden.after(Stage("e2e", ("e2e",)), {str(E2E): {"unit": 1, "performance": 2}})

    assert "1 tests in /s/e2e/test_b.py turned out to be unit, whose stage is over" in problems[0]
    assert "turned out to be performance, which no stage runs" in problems[1]


def test_tests_without_layer_are_counted_by_folder() -> None:
    said = describe_unlayered({ROOT / "a/test_x.py": 2, ROOT / "a/test_y.py": 1, E2E: 1}, ROOT)

    assert said.startswith("4 tests without a layer")
    assert "  a/: 3 tests\n  e2e/: 1 test\n" in said
    assert said.endswith('[tool.pytest_pipeline.layers]\nunit = ["a/*.py", "e2e/*.py"]')
