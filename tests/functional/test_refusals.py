"""Options that make no sense together are refused, with what to do instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

UNIT = {"tests/unit/test_a.py": "def test_it(): pass\ndef test_other(): pass"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--pipeline-stage=unit"], "keep one of the two", id="stage"),
        pytest.param(["--pdb"], "pytest --pipeline-stage=NAME --pdb", id="pdb"),
        pytest.param(["--trace"], "pytest --pipeline-stage=NAME --trace", id="trace"),
        pytest.param(["-k", "it"], "-k would leave out tests", id="keyword"),
        pytest.param(["-qm", "unit"], "-m would leave out tests", id="mark"),
        pytest.param(["--lf"], "--lf would leave out tests", id="last-failed"),
        pytest.param(["--sw"], "--sw would leave out tests", id="stepwise"),
        pytest.param(["--deselect=x"], "--deselect would leave out", id="deselect"),
        pytest.param(["--ignore=x"], "--ignore would leave out", id="ignore"),
        pytest.param(["--ignore-glob", "x"], "--ignore-glob would leave out", id="ignore-glob"),
        pytest.param(["tests/unit"], "tests/unit is less than the service root", id="path"),
        pytest.param(["tests/unit/test_a.py::test_it"], "less than the service root", id="node"),
    ],
)
def test_a_whole_run_refuses(run: Run, write: Write, options: list[str], said: str) -> None:
    write(UNIT)

    result = run("--pipeline", *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_an_unknown_stage_names_the_known_ones(run: Run, write: Write) -> None:
    write(UNIT)

    result = run("--pipeline-stage=units")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--pipeline-stage=units: there is no such stage; known: unit" in result.stderr.str()


def test_failed_first_is_no_narrowing(run: Run, write: Write) -> None:
    write(UNIT)

    assert run("--pipeline", "--ff").ret == 0


@pytest.mark.parametrize(
    "narrowing", [("-k", "it"), ("--deselect", "x"), ("tests/unit",)], ids=" ".join
)
def test_a_narrowed_stage_says_so(run: Run, write: Write, narrowing: tuple[str, ...]) -> None:
    write(UNIT)

    result = run("--pipeline-stage=unit", *narrowing)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*narrowed (*): no evidence written*"])


def test_the_namesake_is_refused(
    run: Run, write: Write, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(UNIT)
    dist = pytester.path / "site" / "pytest_pipeline-0.3.0.dist-info"
    dist.mkdir(parents=True)
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-pipeline\nVersion: 0.3.0\n")
    monkeypatch.setenv("PYTHONPATH", str(dist.parent))

    result = run("--pipeline")
    plain = run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "pip uninstall pytest-pipeline" in result.stderr.str()
    assert plain.ret == 0
