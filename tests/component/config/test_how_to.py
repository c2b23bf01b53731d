from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_pipeline.config import load

_PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "configure.md"
_EXAMPLES = re.findall(r"```toml\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_its_examples() -> None:
    assert len(_EXAMPLES) == 3


@pytest.mark.parametrize("example", _EXAMPLES)
def test_every_example_is_a_right_configuration(tmp_path: Path, example: str) -> None:
    (tmp_path / "pipeline.toml").write_text(example)

    pipeline = load(tmp_path)

    assert pipeline.stages or pipeline.service
