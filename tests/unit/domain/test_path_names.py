from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.path_names import read_path, write_path

names = st.binary(min_size=1).map(os.fsdecode)


@given(names)
def test_what_was_written_is_read_back(name: str) -> None:
    assert read_path(write_path(name)) == name


@given(names)
def test_any_name_becomes_one_line_of_utf8(name: str) -> None:
    text = write_path(name)

    assert "\n" not in text
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("orders/app.py", "orders/app.py", id="ordinary"),
        pytest.param("café.txt", "café.txt", id="utf-8"),
        pytest.param(os.fsdecode(b"caf\xe9.txt"), r"caf\xe9.txt", id="latin-1"),
        pytest.param("a\nb", r"a\nb", id="line's end"),
        pytest.param(r"a\nb", r"a\\nb", id="backslash"),
    ],
)
def test_names_are_written_for_people(name: str, text: str) -> None:
    assert write_path(name) == text
