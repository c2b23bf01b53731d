from __future__ import annotations

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.measure_listing import ListedMeasure, list_measures
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict

LAYERS = ("unit", "db")


def evidence(
    stage: str,
    measurements: dict[str, float],
    registered: dict[str, tuple[str, str]],
    created: str = "2026-01-02",
) -> Evidence:
    return Evidence(
        stage, Verdict.PASS, "t", None, None, "p", (), measurements, {}, "3.11", {}, "e", created,
        registered=registered,
    )  # fmt: skip


def stage(name: str, measure: str, *criteria: str, warn: tuple[str, ...] = ()) -> Stage:
    objective = Objective(
        measure, tuple(map(parse_criterion, criteria)), tuple(map(parse_criterion, warn))
    )
    return Stage(name, (name,), gate=Gate((objective,)))


def listed(*stages: Stage, **found: Evidence) -> dict[str, ListedMeasure]:
    return {each.measure.name: each for each in list_measures(stages, LAYERS, found)}


def test_without_evidence_and_stages_the_catalogue_is_listed() -> None:
    assert listed().keys() == MEASURES.keys() | {
        "coverage.percent[PACKAGE]",
        "duration.unit_s",
        "duration.db_s",
    }


def test_a_measure_has_its_last_values_and_its_judges() -> None:
    found = listed(
        stage("unit", "tests.skipped", "> 1", "< 5", warn=("< 9",)),
        unit=evidence("unit", {"tests.skipped": 2.0}, {}),
        db=evidence("db", {"tests.skipped": 0.0}, {}),
    )["tests.skipped"]

    assert found.values == {"unit": 2.0, "db": 0.0}
    assert {name: str(each) for name, each in found.demands.items()} == {
        "unit": "> 1 and < 5, else warns < 9"
    }


def test_what_tests_and_plugins_brought_is_described_by_the_latest_who_did() -> None:
    found = listed(
        unit=evidence("unit", {"custom.a": 1.0}, {"custom.a": ("new", "of now")}, "2026-02"),
        db=evidence("db", {"custom.a": 1.0, "custom.b": 1.0}, {"custom.a": ("old", "")}, "2026-01"),
    )

    assert (found["custom.a"].measure.unit, found["custom.a"].measure.meaning) == ("new", "of now")
    assert found["custom.b"].measure.meaning == "recorded by tests or by a plugin"


def test_what_a_plugin_described_is_listed_without_a_value() -> None:
    found = listed(unit=evidence("unit", {}, {"custom.a": ("s", "time lost")}))

    assert found["custom.a"].measure.meaning == "time lost"
    assert found["custom.a"].values == {}


def test_members_of_families_are_listed_where_a_gate_names_them() -> None:
    found = listed(stage("unit", "coverage.percent[orders.domain]", ">= 90"))

    assert found["coverage.percent[orders.domain]"].measure.unit == "percent"


def test_a_measure_that_no_longer_exists_is_listed_as_such() -> None:
    found = listed(unit=evidence("unit", {"tests.gone": 1.0}, {}))

    assert found["tests.gone"].measure.meaning == "of an earlier version"
