"""The commands in scripts of workflows, taken apart as a shell does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_OURS = ("pytest", "pytest-pipeline")
_SEPARATORS = {";", "&&", "||", "|", "\n"}
_WORDS_BEFORE = {"exec", "signing", "then", "do", "if"}
_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$\w+")


def commands_in(script: str) -> Iterator[list[str]]:
    """Yield the commands of `pytest` and `pytest-pipeline` in a script, with their arguments.

    In the place of each variable and expression stands a number.
    """
    for line in _VARIABLE.sub("1", script).splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words: list[str] = []
        for word in [*lexer, "\n"]:
            if word not in _SEPARATORS:
                words.append(word)
                continue
            while words and words[0] in _WORDS_BEFORE:
                words.pop(0)
            if words and words[0] in _OURS:
                yield words
            words = []
