"""YAML written by hand is read as what was meant."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.adapters.ci_workflows.yaml_text import command, comment, scalar

_WORDS = ("on", "No", "null", "~", "1.5", ".5", ".inf", "1e3", "a: b", "a #b", "- x", "", "x:")


@given(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(_WORDS)
    | st.text(alphabet=" :#-'\"{}[],&*!|>%@`$a0.\n\t\\")
)
def test_a_text_is_read_as_itself(text: str) -> None:
    assert yaml.safe_load(f"key: {scalar(text)}") == {"key": text}
    assert yaml.safe_load(f"- {scalar(text)}") == [text]


def test_what_needs_no_quotes_has_none() -> None:
    plain = "pip install -e '.[test]' 'pytest-pipeline-gates[all]'"

    assert scalar(plain) == plain
    assert scalar("3.13") == '"3.13"'


@pytest.mark.parametrize(
    "text",
    [
        "pytest --pipeline-stage=unit",
        "exec pytest --pipeline-stage=unit " + " ".join(f"--option-{n}='a b'" for n in range(9)),
        "echo " + "x" * 200,
        'if [ -d "$HOME" ]; then\n  ls\nfi',
    ],
    ids=["short", "with many options", "long without options", "script"],
)
def test_a_command_is_the_same_to_a_shell(text: str) -> None:
    lines = "\n".join(f"  {each}" for each in command("run:", text))

    assert yaml.safe_load(f"step:\n{lines}")["step"]["run"].split() == text.split()
    assert yaml.safe_load(f"step:\n{lines}")["step"]["run"].count("\n") == text.count("\n")


def test_a_comment_is_no_content() -> None:
    assert yaml.safe_load(comment("a: b\n\n  c: d")) is None
    assert comment("\na\n\nb\n") == "# a\n#\n# b"
