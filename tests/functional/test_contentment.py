"""What pytest is not content with, though all that failed is excused: real sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

QUARANTINE = """
    [[tests]]
    pattern = "tests/unit/test_a.py::test_known"
    owner = "payments"
    reason = "ticket 7"
    expires = %s
""" % (datetime.now(UTC).date() + timedelta(days=30))
FILES = {
    "pipeline.toml": '[quarantine]\nfile = "quarantine.toml"\n[stages.unit]\n',
    "quarantine.toml": QUARANTINE,
    "tests/unit/test_a.py": """
        def test_passes(): pass
        def test_known(): assert False
        def test_real(): assert False
    """,
}
DEMANDING = """
    import pytest

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(session):
        yield
        session.testsfailed += 1
        return True
"""


@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_stopping_at_an_excused_failure_is_never_green(run: Run, write: Write, asked: str) -> None:
    write(FILES)

    result = run(asked, "-x")

    assert result.ret == 21
    result.stdout.fnmatch_lines(["*stage unit is INCONCLUSIVE: stopping after 1 failures*"])


@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_an_excused_failure_hides_no_demand_of_a_plugin(run: Run, write: Write, asked: str) -> None:
    files = {**FILES, "tests/unit/test_a.py": "def test_a(): pass\ndef test_known(): assert 0"}
    write({**files, "conftest.py": DEMANDING})

    result = run(asked)

    assert result.ret == 26
    result.stdout.fnmatch_lines(["*pytest counts more failures than tests reported*"])


@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_an_option_that_workers_do_not_heed_is_refused(run: Run, write: Write, asked: str) -> None:
    write(FILES)

    result = run(asked, "--reruns=1", "--fail-on-flaky", beside=("rerunfailures",))

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['*--fail-on-flaky*measure = "tests.flaky"*pass = "== 0"*'])
