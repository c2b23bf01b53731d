"""Who may begin with which key, and how every output says who vouches."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from pytest_pipeline.adapters.dsse import new_private_key
from tests.functional.conftest import Run, Write

PRIVATE, PUBLIC = new_private_key()
CONFIGURATION = """
name = "tiny"
[stages.unit]
{signers}
"""
SIGNER = f'[evidence.signers.ci]\nkey = "{PUBLIC}"\n'


@pytest.fixture
def project(write: Write) -> None:
    files = {"tests/unit/test_it.py": "def test_it(): pass\n"}
    write({**files, "pipeline.toml": CONFIGURATION.format(signers=SIGNER)})


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    del run  # it takes these variables away
    monkeypatch.setenv("PYTEST_PIPELINE_KEY", PRIVATE)


def said(result: pytest.RunResult) -> str:
    return f"{result.stdout.str()}\n{result.stderr.str()}"


@pytest.mark.usefixtures("project", "key")
def test_every_output_names_who_signed(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path.parent / "steps.md"))
    reports = ["--pipeline-summary=s.json", "--junitxml=j.xml", "--pipeline-report=r.html"]

    result = run("--pipeline", *reports)

    summary = json.loads((pytester.path / "s.json").read_text())
    suite = ET.parse(pytester.path / "j.xml").getroot()  # noqa: S314 - our own
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    text = f"signed by ci (key {summary['evidence']['keyid'][:12]})"
    assert result.ret == 0, said(result)
    assert result.stdout.str().count(f"evidence: {text}") == 2
    assert (summary["evidence"]["signed"], summary["evidence"]["signer"]) == (True, "ci")
    assert (properties["pipeline.signed"], properties["pipeline.signer"]) == ("true", "ci")
    assert text in (pytester.path / "r.html").read_text()
    assert "evidence signed by ci" in (pytester.path.parent / "steps.md").read_text()


@pytest.mark.usefixtures("project")
def test_what_is_unsigned_on_purpose_says_so(run: Run, pytester: pytest.Pytester) -> None:
    reports = ["--pipeline-summary=s.json", "--junitxml=j.xml", "--pipeline-report=r.html"]

    result = run("--pipeline-stage=unit", "--pipeline-unsigned", *reports)

    summary = json.loads((pytester.path / "s.json").read_text())
    assert result.ret == 0, said(result)
    assert result.stdout.str().count("evidence: unsigned") == 2
    assert summary["evidence"] == {"signed": False, "signer": None, "keyid": None}
    assert '"pipeline.signed" value="false"' in (pytester.path / "j.xml").read_text()
    assert "<dd>unsigned</dd>" in (pytester.path / "r.html").read_text()


@pytest.mark.usefixtures("project")
def test_a_project_with_signers_wants_a_key(run: Run) -> None:
    result = run("--pipeline")

    assert result.ret == 4
    assert "trusts signers (ci), and there is no key to sign with" in said(result)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit --pipeline-shard=1/2"])
def test_in_ci_unsigned_is_for_a_whole_stage_on_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(*mode.split(), "--pipeline-unsigned")

    assert result.ret == 4
    assert "--pipeline-unsigned is for one's own machine" in said(result)


@pytest.mark.usefixtures("project")
def test_a_key_that_nobody_trusts_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = new_private_key()
    monkeypatch.setenv("PYTEST_PIPELINE_KEY", private)

    result = run("--pipeline-stage=unit")

    assert result.ret == 4
    assert f"pytest-pipeline keys trust NAME {public}" in said(result)


@pytest.mark.usefixtures("key")
def test_a_key_for_other_stages_is_refused(run: Run, write: Write) -> None:
    signers = f'{SIGNER}stages = ["comp*"]\n'
    files = {"tests/unit/test_it.py": "def test_it(): pass\n"}
    write({**files, "pipeline.toml": CONFIGURATION.format(signers=signers)})

    result = run("--pipeline-stage=unit")

    assert result.ret == 4
    assert "signer 'ci', which the configuration does not trust for stage unit" in said(result)


@pytest.mark.usefixtures("project")
def test_what_is_no_key_is_refused_before_any_test_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    monkeypatch.setenv("PYTEST_PIPELINE_KEY", "a secret of another kind")
    pytester.makeconftest("raise SystemExit('imported')")

    result = run("--pipeline-stage=unit")

    assert result.ret == 4
    assert "PYTEST_PIPELINE_KEY: got 24 bytes that are no key" in said(result)
    assert "a secret of another kind" not in said(result)


def test_plain_pytest_touches_nothing(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = "import os\ndef test_it(): assert os.environ['PYTEST_PIPELINE_KEY'] == 'mine'\n"
    write({"tests/unit/test_it.py": test})
    monkeypatch.setenv("PYTEST_PIPELINE_KEY", "mine")

    assert run().ret == 0


def test_the_option_does_nothing_on_its_own(run: Run, write: Write) -> None:
    write({"tests/unit/test_it.py": "def test_it(): pass\n"})

    result = run("--pipeline-unsigned")

    assert result.ret == 4
    assert "--pipeline-unsigned does nothing on its own" in said(result)
