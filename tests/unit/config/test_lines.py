from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.config.lines import KeyPath, key_lines, line_of

_DOCUMENT = '''\
title = "x" # [not.a.table]
[a.b]
"quoted.key" = """
[not.a.table]
k = 1 \\"""
"""""
dotted.key = [1, [2,
  3], {z = 1, y = "]"}]
[[entries]]
when = 1979-05-27 07:32:00
[entries.sub]
ratio = 1.5e3
[[entries]]
[[entries.inner]]
text = \'\'\'
k = 2\'\'\'
[a]
"\\u0061b" = true
'''


def test_every_kind_of_key_has_its_line() -> None:
    assert key_lines(_DOCUMENT) == {
        (): 1,
        ("title",): 1,
        ("a",): 17,
        ("a", "b"): 2,
        ("a", "b", "quoted.key"): 3,
        ("a", "b", "dotted"): 7,
        ("a", "b", "dotted", "key"): 7,
        ("a", "b", "dotted", "key", 0): 7,
        ("a", "b", "dotted", "key", 1): 7,
        ("a", "b", "dotted", "key", 1, 0): 7,
        ("a", "b", "dotted", "key", 1, 1): 8,
        ("a", "b", "dotted", "key", 2): 8,
        ("a", "b", "dotted", "key", 2, "z"): 8,
        ("a", "b", "dotted", "key", 2, "y"): 8,
        ("entries",): 9,
        ("entries", 0): 9,
        ("entries", 0, "when"): 10,
        ("entries", 0, "sub"): 11,
        ("entries", 0, "sub", "ratio"): 12,
        ("entries", 1): 13,
        ("entries", 1, "inner"): 14,
        ("entries", 1, "inner", 0): 14,
        ("entries", 1, "inner", 0, "text"): 15,
        ("a", "ab"): 18,
    }


def test_lines_ending_in_carriage_returns_count_once() -> None:
    lines = key_lines('a = 1\r\nb = """\r\n"""\r\nc = 2\r\n')

    assert lines["a",] == 1
    assert lines["c",] == 4


def test_quotes_before_the_end_of_a_long_string_are_part_of_it() -> None:
    lines = key_lines('a = """x""""\nb = "y"\n' + "c = '''x''''\nd = 'y'\n")

    assert lines == {(): 1, ("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


def test_a_path_that_is_not_there_has_the_line_of_its_nearest_parent() -> None:
    lines = key_lines("[a]\nb = 1\n")

    assert line_of(lines, ("a", "missing", 3)) == 1
    assert line_of(lines, ("elsewhere",)) == 1


def _paths(value: object, at: KeyPath = ()) -> Iterator[KeyPath]:
    yield at
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _paths(each, (*at, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*at, index))


_TEXTS = st.text(st.sampled_from("ab[]{}#=.,'\n\\é "), max_size=8)
_KEYS = st.one_of(st.sampled_from(["a", "b-c", "1_2"]), _TEXTS.map(json.dumps))
_SCALARS = st.one_of(
    st.sampled_from(["1.5", "true", "-inf", "1979-05-27T07:32:00.5Z", "07:32:00", "0xff"]),
    _TEXTS.map(json.dumps),
    _TEXTS.map(lambda text: '"""' + json.dumps(text)[1:-1].replace("\\n", "\n") + '"""'),
    st.text(st.sampled_from('ab[]{}#=.,\\\n"'), max_size=8).map(lambda text: f"'''{text}'''"),
)


def _unique(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(
        {tomllib.loads(f"{key} = 1").popitem()[0]: (key, each) for key, each in pairs}.values()
    )


def _inline(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arrays = st.tuples(st.lists(values, max_size=3), st.sampled_from([", ", ",\n # ] c\n "]))
    tables = st.lists(st.tuples(_KEYS, values), max_size=3).map(_unique)
    return st.one_of(
        arrays.map(lambda drawn: f"[{drawn[1].join(drawn[0])}\n]"),
        tables.map(lambda pairs: "{" + ", ".join(f"{key} = {each}" for key, each in pairs) + "}"),
    )


_VALUES = st.recursive(_SCALARS, _inline, max_leaves=6)
_BODIES = st.lists(st.tuples(_KEYS, _VALUES), max_size=3).map(_unique)
_TABLES = st.lists(
    st.tuples(st.sampled_from(["[t.{n}]", "[[e]]", "[[e]]\n[e.s]", "[[e]]\n[[e.i]]"]), _BODIES),
    max_size=4,
)


@given(_BODIES, _TABLES)
def test_the_paths_are_exactly_those_of_the_parsed_document(
    top: list[tuple[str, str]], tables: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    parts = [f"'top level'.{key} = {value}\n" for key, value in top]
    for number, (header, body) in enumerate(tables):
        parts.append(header.format(n=number) + " # c\n")
        parts += [f"{key} = {value}\n" for key, value in body]
    text = "".join(parts)

    lines = key_lines(text)

    assert set(lines) == set(_paths(tomllib.loads(text)))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
