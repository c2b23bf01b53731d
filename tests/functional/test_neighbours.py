"""Beside other people's plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

CODE = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
COVERED = {
    "shop.py": CODE,
    "tests/unit/test_a.py": "import shop\ndef test_it(): assert shop.a() == 1",
    "tests/e2e/test_b.py": "import shop\ndef test_it(): assert shop.b() == 2",
}
INI = "pythonpath = ."


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_coverage_of_stages_combines(run: Run, write: Write, workers: tuple[str, ...]) -> None:
    write(COVERED, ini=INI)

    result = run(
        "--pipeline", "--cov=shop", "--cov-fail-under=100", *workers, beside=("cov", "xdist")
    )

    assert result.ret == 0
    result.stdout.fnmatch_lines(["shop.py*4*0*100%"])
    assert result.stdout.str().count("tests coverage") == 1


def test_too_little_coverage_of_the_whole_fails_it(run: Run, write: Write) -> None:
    write({**COVERED, "tests/e2e/test_b.py": "def test_it(): pass"}, ini=INI)

    result = run("--pipeline", "--cov=shop", "--cov-fail-under=100", beside=("cov",))

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*total of 75 is less than fail-under=100*"])


@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit"])
@pytest.mark.parametrize(("bound", "code"), [(75, 0), (76, 20)])
def test_coverage_is_a_measurement_of_the_stage(
    run: Run, write: Write, mode: str, bound: int, code: int
) -> None:
    write(
        {
            "pipeline.toml": f"""
                [[stages.unit.objectives]]
                measure = "coverage.percent"
                pass = ">= {bound}"
            """,
            "shop.py": CODE,
            "tests/unit/test_a.py": COVERED["tests/unit/test_a.py"],
        },
        ini=INI,
    )

    assert run(mode, "--cov=shop", beside=("cov",)).ret == code


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_rerun_that_passes_passes(run: Run, write: Write, workers: tuple[str, ...]) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                import pathlib
                def test_flaky():
                    seen = pathlib.Path(".pipeline", "seen")
                    if not seen.exists():
                        seen.touch()
                        assert 0
            """
        }
    )

    result = run("--pipeline", "--reruns=1", *workers, beside=("rerunfailures", "xdist"))

    assert result.ret == 0
    assert result.parseoutcomes()["rerun"] == 1


def test_a_failed_subtest_fails_its_stage(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                def test_parts(subtests):
                    for number in range(3):
                        with subtests.test(number=number):
                            assert number != 1
            """
        }
    )

    result = run("--pipeline")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*test_parts (number=*", "*assert 1 != 1*"])
