from __future__ import annotations

from pathlib import Path


def test_it_greets() -> None:
    server = Path(__file__).parents[2] / "server.py"

    assert 'GREETING = "hello"' in server.read_text(encoding="utf-8")


def test_one_and_one() -> None:
    assert 1 + 1 == 2
