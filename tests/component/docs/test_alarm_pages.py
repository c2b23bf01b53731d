"""The tables about alarms are what the code decides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

from pytest_pipeline.config.alarm_keys import COMMON, COMPOSITE, KEYS
from pytest_pipeline.config.declared import declared_by
from pytest_pipeline.config.validating import validated
from pytest_pipeline.domain.alarms import (
    AlarmState,
    Moment,
    Operator,
    TreatMissing,
    combine,
    decide,
)

PageReader = Callable[[str], str]
_READ = {"0": False, "X": True, "-": None}


def section(text: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def rows(text: str) -> list[list[str]]:
    lines = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)
    return [line.split(" | ") for line in lines[1:]]


def named(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`(\w+)`", cell))


def test_every_source_is_documented_with_its_keys(page: PageReader) -> None:
    text = section(page("reference/alarms.md"), "Sources")

    assert {named(row[0])[0]: named(row[1]) for row in rows(text)} == {
        name: (*keys.required, *keys.optional) for name, keys in KEYS.items()
    }
    assert named(text[text.index("Every alarm with") : text.index("A composite")]) == COMMON
    assert set(named(text[text.index("A composite") : text.index("URLs,")])) == set(COMPOSITE)


def test_every_moment_and_state_is_documented(page: PageReader) -> None:
    text = page("reference/alarms.md")

    assert [named(row[0])[0] for row in rows(section(text, "Moments"))] == list(Moment)
    assert [named(row[0])[0] for row in rows(section(text, "States"))] == list(AlarmState)


def test_the_table_of_series_is_what_is_decided(page: PageReader) -> None:
    for series, *told in rows(section(page("reference/alarms.md"), "Series")):
        breaches = [_READ[each] for each in series.strip("`")]

        assert told == [
            str(decide(breaches, least=2, among=3, treat=each)) for each in TreatMissing
        ], series


def test_the_table_of_composites_is_what_is_decided(page: PageReader) -> None:
    told = rows(section(page("reference/alarms.md"), "Composites"))

    assert told == [
        [", ".join(pair), *(str(combine(each, pair)) for each in Operator)]
        for pair in combinations_with_replacement(AlarmState, 2)
    ]


def test_the_examples_of_the_guide_are_right(page: PageReader) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page("how-to/watch-a-deployment.md"), re.DOTALL)
    service = """
        name = "orders"
        build = {kind = "wheel"}
        run = {command = ["serve", "{port}"]}
        [environments.production]
        hold_s = 60
        """
    data = tomllib.loads(service + "\n".join(examples[:-1]))

    _, problems = validated(data, declared_by(Path("orders"), data))

    assert problems == []
    assert tomllib.loads(examples[-1]) == {"environments": {"production": {"hold_s": 60}}}
