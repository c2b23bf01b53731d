"""Which layers a test file marks, read from its text without importing it."""

from __future__ import annotations

import ast
import re
from functools import lru_cache


def marked_layers(text: str, names: tuple[str, ...]) -> frozenset[str]:
    """Return the layers that marks in a Python file name.

    Marks that are made at run time are not seen; the session that collects the file finds those.

    Args:
        text: The file's content.
        names: All layers.
    """
    if not _hint(names).search(text):
        return frozenset()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset()
    found = {_named(node) for node in ast.walk(tree)}
    return frozenset(name for name in names if name in found)


@lru_cache
def _hint(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match what every text with a layer's mark contains: parsing is 50 times the cost."""
    return re.compile(rf"\bmark\s*\.\s*(?:layer|{'|'.join(map(re.escape, names))})\b")


def _named(node: ast.AST) -> str | None:
    """Return what ``mark.NAME`` or ``mark.layer("NAME")`` names."""
    if isinstance(node, ast.Attribute) and _is_mark(node.value):
        return node.attr
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr != "layer" or not _is_mark(node.func.value):
        return None
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    texts = [each.value for each in given if isinstance(each, ast.Constant)]
    return next((text for text in texts if isinstance(text, str)), None)


def _is_mark(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "mark") or (
        isinstance(node, ast.Name) and node.id == "mark"
    )
