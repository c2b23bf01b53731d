"""The reference names what the code has: no more, no less."""

import re
from collections.abc import Callable

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.layers import DIRECTORY_ALIASES, STANDARD_LAYERS
from pytest_pipeline.domain.measures import FAMILIES, MEASURES
from pytest_pipeline.domain.verdicts import Verdict

PageReader = Callable[[str], str]
FirstColumn = Callable[[str, str], list[str]]


def long_options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def command_help(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main([*command, "--help"]) == 0
    return capsys.readouterr().out


def commands_of(text: str) -> list[str]:
    return re.findall(r"^    (\w+)(?: |$)", text, re.MULTILINE)


def options_of(capsys: pytest.CaptureFixture[str], *command: str) -> set[str]:
    """Return the options of a command and of those below it."""
    text = command_help(capsys, *command)
    _, found, below = text.partition("\ncommands:\n")
    parts = commands_of(below.split("\n\n")[0]) if found else []
    return long_options(text).union(*(options_of(capsys, *command, each) for each in parts))


def our_options(help_text: str) -> set[str]:
    return set(re.findall(r"^ +(--pipeline[a-z-]*)", help_text, re.MULTILINE))


def test_every_option_is_documented_and_no_other(page: PageReader, help_text: str) -> None:
    documented = set(
        re.findall(r"^`(--pipeline[a-z-]*)", page("reference/options.md"), re.MULTILINE)
    )

    assert documented == our_options(help_text)


def test_no_page_names_an_option_of_ours_that_does_not_exist(
    pages: dict[str, str], help_text: str
) -> None:
    known = our_options(help_text)
    named = {
        (name, option)
        for name, text in pages.items()
        for option in long_options(text)
        if option.startswith("--pipeline") and option != "--pipeline-"
    }

    assert {each for each in named if each[1] not in known} == set()


def test_every_command_is_documented_with_its_options(
    page: PageReader, capsys: pytest.CaptureFixture[str]
) -> None:
    sections = re.findall(
        r"^## `pytest-pipeline (\w+)`\n(.*?)(?=^## |\Z)",
        page("reference/cli.md"),
        re.MULTILINE | re.DOTALL,
    )
    commands = commands_of(command_help(capsys))

    documented = {name: long_options(text) for name, text in sections}

    assert documented == {name: options_of(capsys, name) - {"--help"} for name in commands}


def test_every_exit_code_is_documented(page: PageReader) -> None:
    documented = dict(
        re.findall(r"^\| (\d+) \| `(\w+)` \|", page("reference/exit-codes.md"), re.MULTILINE)
    )

    assert documented == {str(int(code)): code.name for code in ExitCode}


def test_the_documented_precedence_of_exit_codes_holds(page: PageReader) -> None:
    found = re.search(r"first of these wins: ([\d, ]+)\.", page("reference/exit-codes.md"))

    assert found
    order = [ExitCode(int(code)) for code in found[1].split(", ")]
    assert set(order) == set(ExitCode) - {ExitCode.OK, ExitCode.USAGE_ERROR}
    assert [decide(order[first:]) for first in range(len(order))] == order


def test_the_readme_names_every_exit_code(readme: str) -> None:
    cells = re.findall(r"^\| ([\d, ]+) \|", readme, re.MULTILINE)

    assert {int(code) for cell in cells for code in cell.split(", ")} == {*ExitCode, 3, 5}


def test_every_measure_is_documented_as_the_catalogue_has_it(page: PageReader) -> None:
    documented = re.findall(
        r"^\| `([^`]+)` \| (\S+) \| (.+) \| (more|less|) ?\|$",
        page("reference/measures.md"),
        re.MULTILINE,
    )
    families = [(each.pattern, each.unit, each.meaning, each.worse) for each in FAMILIES]

    assert documented == [
        *((each.name, each.unit, each.meaning, each.worse) for each in MEASURES.values()),
        *families,
    ]


def test_every_folder_alias_is_documented(page: PageReader) -> None:
    rows = re.findall(r"^   \| (`.+) \| `(\w+)` \|", page("reference/markers.md"), re.MULTILINE)
    documented = {alias: layer for cell, layer in rows for alias in re.findall(r"`(\w+)`", cell)}

    assert documented == dict(DIRECTORY_ALIASES)


def test_every_standard_layer_is_documented(page: PageReader) -> None:
    text = page("reference/markers.md")

    assert all(f"`@pytest.mark.{layer}`" in text for layer in STANDARD_LAYERS)


def test_every_fixture_is_documented_and_no_other(page: PageReader) -> None:
    from pytest_pipeline.plugin import fixtures  # noqa: PLC0415 - loaded by pytest at its start

    known = {name for name in vars(fixtures) if name == "pipeline" or name.startswith("pipeline_")}
    documented = set(
        re.findall(r"^`(pipeline\w*)`\n: ", page("reference/fixtures.md"), re.MULTILINE)
    )

    assert documented == known


def test_verdicts_are_explained_and_whether_they_promote(page: PageReader) -> None:
    rows = re.findall(
        r"^\| ([A-Z]+) \| .* \| (yes|no) \|$",
        page("explanation/gates-that-cannot-be-fooled.md"),
        re.MULTILINE,
    )

    assert dict(rows) == {str(verdict): "yes" if verdict.promotes else "no" for verdict in Verdict}
