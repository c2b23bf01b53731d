"""A stage in shards that are joined comes to what it comes to in one job; a missing one is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.equality.sharded import differences, ends_of, project_of
from tests.equality.suites import Suite
from tests.statements import MemorySigner

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

UNIT = {"tests/unit/test_a.py": "def test_it(): pass\ndef test_other(): pass"}
PASSING = {
    "pipeline.toml": "[stages.unit]\n",
    "tests/unit/test_a.py": "def test_1(): pass\ndef test_2(): pass\n",
    "tests/unit/test_b.py": "def test_3(): pass\n",
}
EVERY_END = Suite(
    (
        "passes",
        "fails",
        "errs-in-set-up",
        "errs-in-tear-down",
        "skips",
        "xfails",
        "xpasses",
        "flaky",
        "parametrised",
    ),
    option="random order",
    retries=1,
)


def test_shards_that_are_joined_come_to_what_one_job_comes_to(tmp_path: Path) -> None:
    whole, joined = ends_of(tmp_path, EVERY_END, 2, ("-n", "1"))

    assert not differences(whole, joined), f"{whole.output}\n{joined.output}"
    assert joined.evidence is not None
    assert len(joined.evidence["parts"]) == 2


def test_a_module_that_cannot_be_collected_is_seen_by_all_shards_and_counts_once(
    tmp_path: Path,
) -> None:
    parts = project_of(tmp_path / "project", {**PASSING, "tests/unit/test_bad.py": "def test_("})
    codes = [parts.shard(each).returncode for each in ("1/2", "2/2")]
    joined = parts.join()

    assert codes == [1, 1]
    assert (joined.exit_code, joined.verdict) == (1, "FAIL")
    assert (joined.counts["tests.collected"], joined.counts["tests.errors"]) == (3, 1)
    assert joined.tests["failedTests"] == ["tests/unit/test_bad.py"]


def test_a_shard_that_crashed_is_missing_and_one_that_was_cut_differently_is_seen(
    tmp_path: Path,
) -> None:
    crashes = "import os\ndef test_3():\n    if 'CRASH' in os.environ: os._exit(0)\n"
    parts = project_of(tmp_path / "project", {**PASSING, "tests/unit/test_b.py": crashes})
    first = parts.shard("1/2")
    crashed = replace(parts, variables={"CRASH": "1"}).shard("2/2")
    alone = parts.join()
    durations = tmp_path / "project/.pipeline/durations/unit.json"
    durations.parent.mkdir()
    durations.write_text(json.dumps({"tests/unit/test_b.py::test_3": 60.0}))
    parts.shard("2/2")
    differing = parts.join()
    durations.unlink()
    second = parts.shard("2/2")
    joined = parts.join("--shards", "2")

    assert (first.returncode, second.returncode, joined.exit_code) == (0, 0, 0), joined.output
    assert crashed.returncode != 0
    assert "shard 1/2 of unit: judged by `pytest-pipeline join unit`" in first.stdout
    said = (
        "shard 2/2 of unit is missing: run pytest --pipeline-stage=unit --pipeline-shard=2/2, or "
        "hand over its .pipeline/shards and reports"
    )
    assert [each.exit_code for each in (alone, differing)] == [22, 22]
    assert said in alone.output
    assert "the shards were cut differently: fingerprints" in differing.output
    assert alone.evidence is None
    assert set(json.loads(durations.read_text())) == {
        "tests/unit/test_a.py::test_1",
        "tests/unit/test_a.py::test_2",
        "tests/unit/test_b.py::test_3",
    }


def test_a_shard_is_signed_by_its_job_and_the_stage_by_the_job_that_joins(tmp_path: Path) -> None:
    signer = MemorySigner()
    pem = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    trust = f'[stages.unit]\n[evidence.signers.ci]\nkey = "{signer.key}"\nstages = ["unit"]\n'
    one_test = {"tests/unit/test_a.py": "def test_1(): pass\n", "pipeline.toml": trust}
    parts = project_of(tmp_path / "project", one_test)
    in_ci = replace(parts, variables={"CI": "true", "PYTEST_PIPELINE_KEY": pem.decode()})
    shards = [in_ci.shard("1/2"), in_ci.shard("2/2")]  # one of them has no test
    without = parts.join()
    joined = in_ci.join()

    assert [each.returncode for each in shards] == [0, 0], shards
    assert joined.counts["tests.collected"] == 1
    assert (without.exit_code, joined.exit_code) == (4, 0), joined.output
    assert "there is no key to sign with" in without.output
    assert f"evidence: signed by ci (key {signer.key.keyid[:12]})" in joined.output


@pytest.mark.parametrize("shard", ["3/2", ""])
def test_what_is_no_shard_is_refused_with_what_is_wanted(
    run: Run, write: Write, shard: str
) -> None:
    write(UNIT)

    result = run("--pipeline-stage=unit", f"--pipeline-shard={shard}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--pipeline-shard={shard}: got *wanted K/N with 1 <= K <= N*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param((), "does nothing on its own: use it with --pipeline-stage=NAME", id="alone"),
        pytest.param(("--pipeline",), "use it with --pipeline-stage=NAME", id="pipeline"),
    ],
)
def test_a_shard_is_one_of_a_stage(
    run: Run, write: Write, options: tuple[str, ...], said: str
) -> None:
    write(UNIT)

    result = run("--pipeline-shard=1/2", *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_gitlab_says_which_shard_it_is(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(UNIT)
    unknown = run("--pipeline-stage=unit", "--pipeline-shard=auto")
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "2")
    listed = run("--pipeline-stage=unit", "--pipeline-shard=auto", "--collect-only", "-q")

    assert unknown.ret == pytest.ExitCode.USAGE_ERROR
    assert "wanted the variables CI_NODE_INDEX and CI_NODE_TOTAL" in unknown.stderr.str()
    assert listed.ret == 0
    assert "test_a.py::test_other" in listed.stdout.str()
    assert "test_a.py::test_it" not in listed.stdout.str()
