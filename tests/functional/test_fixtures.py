"""What tests of a stage get, and what they measure for its gate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

OBJECTIVE = """
    [[stages.unit.objectives]]
    measure = "custom.answer"
    pass = "== 42"
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit"])
@pytest.mark.parametrize(("value", "code"), [("42", 0), ("43", 20)])
def test_the_gate_judges_what_tests_record(  # noqa: PLR0913, PLR0917 - parameters
    run: Run, write: Write, mode: str, workers: tuple[str, ...], value: str, code: int
) -> None:
    write(
        {
            "pipeline.toml": OBJECTIVE,
            "tests/unit/test_a.py": f"""
                def test_it(pipeline):
                    assert pipeline.stage == "unit" and pipeline.environment is None
                    pipeline.record("custom.answer", {value})
                def test_other(): pass
            """,
        }
    )

    assert run(mode, *workers, beside=("xdist",)).ret == code


def test_a_measure_that_nobody_recorded_is_inconclusive(run: Run, write: Write) -> None:
    write({"pipeline.toml": OBJECTIVE, "tests/unit/test_a.py": "def test_it(pipeline): pass"})

    assert run("--pipeline-stage=unit").ret == 21


def test_a_measure_of_two_tests_is_a_problem(run: Run, write: Write) -> None:
    write(
        {
            "pipeline.toml": OBJECTIVE,
            "tests/unit/test_a.py": """
                def test_a(pipeline): pipeline.record("custom.answer", 42)
                def test_b(pipeline): pipeline.record("custom.answer", 41)
            """,
        }
    )

    assert run("--pipeline-stage=unit").ret == 26


@pytest.mark.parametrize(
    "call", ['"tests.failed", 0', '"answer", 1', '"custom.answer", float("nan")']
)
def test_what_is_no_measurement_is_refused(run: Run, write: Write, call: str) -> None:
    write({"tests/unit/test_a.py": f"def test_it(pipeline): pipeline.record({call})"})

    result = run("--pipeline-stage=unit")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*ValueError: measure*"])


@pytest.mark.parametrize(
    "fixture", ["pipeline_environment", "pipeline_http", "pipeline_resource", "pipeline_load_test"]
)
def test_without_environment_fixtures_fail_and_do_not_skip(
    run: Run, write: Write, fixture: str
) -> None:
    call = '("database")' if fixture == "pipeline_resource" else ""
    write({"tests/unit/test_a.py": f"def test_it({fixture}): {fixture}{call}"})

    result = run("--pipeline-stage=unit")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*stage 'unit' runs against no environment*"])
