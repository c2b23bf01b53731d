"""Writes YAML without a library: every text is one that cannot be read as anything else."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

#: Texts that need no quotes begin with a letter or a sign of a path, …
_PLAIN = re.compile(r"[A-Za-z./$][ -~]*(?<! )")
#: … hold nothing that ends them or begins a comment, …
_BREAKS = re.compile(r": | #|:$")
#: … and are no word or number to any reader, such as `.5`, `.inf` and `no`.
_VALUES = re.compile(r"\.(\d.*|inf|nan)|false|n|no|null|off|on|true|y|yes", re.IGNORECASE)

#: Longest command that is not folded, characters.
_LONG = 84


def scalar(text: str) -> str:
    """Return a text as a scalar of YAML, with quotes only where it needs them."""
    plain = _PLAIN.fullmatch(text) and not _BREAKS.search(text) and not _VALUES.fullmatch(text)
    return text if plain else f'"{"".join(map(_escaped, text))}"'


def _escaped(sign: str) -> str:
    """Return a character as it stands between quotes; JSON's surrogates mean nothing to YAML."""
    if sign in '"\\':
        return f"\\{sign}"
    return sign if " " <= sign <= "~" else f"\\U{ord(sign):08x}"


def command(before: str, text: str) -> list[str]:
    """Return a command of a shell with what stands before it, such as ``run:``.

    A script of several lines stays one; a long command is folded before its options.
    """
    if "\n" in text:
        return [f"{before} |", *(f"  {each}" for each in text.splitlines())]
    if len(text) <= _LONG:
        return [f"{before} {scalar(text)}"]
    folded = text.replace(" --", "\n--").replace("\n--", " --", 1)
    return [f"{before} >-", *(f"  {each}" for each in folded.splitlines())]


def comment(text: str) -> str:
    """Return lines as comments; an empty one stays short."""
    return "\n".join(f"# {line}".rstrip() for line in text.strip("\n").splitlines())


def block(lines: Iterable[str], *, indent: int) -> str:
    """Return lines at a depth; empty lines stay empty."""
    return textwrap.indent("\n".join(lines), " " * indent)
