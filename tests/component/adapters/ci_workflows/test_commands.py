"""Every command of a workflow is one that this package understands, and none holds a secret."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_pipeline.cli import main as command_line
from tests.component.adapters.ci_workflows.conftest import Generate
from tests.component.adapters.ci_workflows.pipelines import KINDS
from tests.component.adapters.ci_workflows.shell_commands import commands_in

SYSTEMS = ("github", "gitlab")


def scripts(workflow: dict[str, Any]) -> Iterator[str]:
    """Yield what shells are given, whichever CI system it is."""
    for job in workflow.get("jobs", {}).values():
        yield from (step["run"] for step in job["steps"] if "run" in step)
    for job in workflow.values():
        if isinstance(job, dict):
            yield from (*job.get("before_script", ()), *job.get("script", ()))


@pytest.fixture(scope="session")
def pytest_options(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The long options that pytest knows with the plugin."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_pipeline.plugin", "--help"],
        cwd=tmp_path_factory.mktemp("empty"),
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {_one_spelling(each) for each in re.findall(r"--[a-z][a-z-]*", done.stdout)}


def _one_spelling(option: str) -> str:
    """Return an option as pytest's help does not have it: it has `--junit-xml` for `--junitxml`."""
    return option.replace("-", "")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_command_is_understood(
    generate: Generate, pytest_options: set[str], system: str, kind: str
) -> None:
    workflow = yaml.safe_load(generate(system, kind))
    commands = [each for script in scripts(workflow) for each in commands_in(script)]

    assert {each[0] for each in commands} == {"pytest", "pytest-pipeline"}
    for program, *arguments in commands:
        if program == "pytest":
            given = {_one_spelling(each.partition("=")[0]) for each in arguments}
            assert given <= pytest_options, arguments
        else:
            command_line._parser().parse_args(arguments)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_script_holds_a_secret_and_none_prints_a_variable(
    generate: Generate, system: str, kind: str
) -> None:
    for script in scripts(yaml.safe_load(generate(system, kind))):
        assert "secrets." not in script
        assert not re.search(r"\becho\b|\bprintenv\b|\bset -x\b|^\s*env\b", script)


def test_the_key_is_with_the_steps_that_sign_alone(generate: Generate) -> None:
    workflow = yaml.safe_load(generate("github", "shards"))
    signing = {
        step["name"]
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if "PYTEST_PIPELINE_KEY" in step.get("env", {})
    }

    assert "env" not in workflow
    assert not any("env" in job for job in workflow["jobs"].values())
    assert {each.partition(" ")[0] for each in signing} == {"Run", "Judge", "Deploy", "Export"}


def test_no_shell_stays_that_would_hold_the_key(generate: Generate) -> None:
    workflow = yaml.safe_load(generate("github", "shards"))

    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "PYTEST_PIPELINE_KEY" in step.get("env", {}):
                assert step["run"].startswith("exec pytest")
                assert "\n" not in step["run"].strip()


@pytest.mark.parametrize(("key", "given"), [("secret", "secret"), ("", "")])
def test_gitlabs_shell_gives_the_key_to_what_signs_and_to_nothing_else(
    generate: Generate, tmp_path: Path, key: str, given: str
) -> None:
    before = yaml.safe_load(generate("gitlab", "five stages"))["default"]["before_script"][:2]
    see = 'echo "[$PYTEST_PIPELINE_KEY]"'
    script = "\n".join([*before, f"sh -c '{see}'", f"signing sh -c '{see}'", f"sh -c '{see}'"])
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTEST_PIPELINE_KEY": key},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert done.stdout.split() == ["[]", f"[{given}]", "[]"]
