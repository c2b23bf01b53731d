"""What `gates list` shows, before anything was run and after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.verdicts import Verdict
from tests.statements import envelope_of

CONFIGURED = """
layers.db = []
[[stages.unit.objectives]]
measure = "coverage.percent[orders]"
pass = ">= 90"
warn = ">= 80"
[stages.db]
"""


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.toml").write_text(CONFIGURED, encoding="utf-8")
    return tmp_path


def _measured(root: Path) -> None:
    with wiring.toolbox(root, wiring.standard_progress()) as tools:
        revision = tools.revise(root)
        tools.evidence.add(
            envelope_of(Evidence(
                "unit", Verdict.WARN, revision.tree, None, None, "p", (),
                {"coverage.percent[orders]": 83.25, "custom.rows": 12.0}, {}, "3.11", {}, "e1",
                "2026-11-23T12:00:00Z", registered={"custom.rows": ("rows", "rows read")},
            )),
            revision,
        )  # fmt: skip


def test_without_configuration_the_catalogue_is_listed_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--root", str(tmp_path), "gates", "list"])
    shown = capsys.readouterr().out

    assert ended == ExitCode.OK
    assert all(f"\n{name} " in shown for name in MEASURES)
    assert "nothing was measured yet: no evidence of any stage" in shown
    assert list(tmp_path.iterdir()) == []


def test_values_and_gates_stand_beside_each_measure(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _measured(configured)

    main(["--root", str(configured), "gates", "list"])
    lines = capsys.readouterr().out.splitlines()

    (covered,) = (line for line in lines if line.startswith("coverage.percent[orders]"))
    (rows,) = (line for line in lines if line.startswith("custom.rows"))
    assert covered.endswith(">= 90, else warns >= 80")
    assert covered.split()[-9:-6] == ["unit", "83.25", "unit"]
    assert rows.split() == ["custom.rows", "rows", "rows", "read", "unit", "12"]
    assert any(line.startswith("duration.db_s") for line in lines)
    assert lines[-1] == "no evidence of: db"


def test_programs_get_the_same_as_json(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _measured(configured)

    main(["--root", str(configured), "gates", "list", "--format", "json", "--stage", "unit"])
    document = json.loads(capsys.readouterr().out)

    (covered,) = (
        each for each in document["measures"] if each["name"] == "coverage.percent[orders]"
    )
    assert covered == {
        "name": "coverage.percent[orders]",
        "unit": "percent",
        "meaning": "what is covered of the modules in package orders",
        "worse": "less",
        "values": {"unit": 83.25},
        "objectives": {"unit": {"pass": [[">= 90"]], "warn": [[">= 80"]]}},
    }
    assert document["evidence"] == {
        "unit": {"verdict": "WARN", "created": "2026-11-23T12:00:00Z", "commit": None}
    }


def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--root", str(configured), "gates", "list", "--stage", "dbs"])

    assert ended == ExitCode.USAGE_ERROR
    assert "unit, db" in capsys.readouterr().err
