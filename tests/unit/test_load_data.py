"""What locustfiles read of the data that their load test gave."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pytest_pipeline.load_data as module
from pytest_pipeline.load_data import FILE_VARIABLE, assign_share, load_data, take

Give = Callable[[object], None]


@pytest.fixture
def give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    def write(data: object) -> None:
        path = tmp_path / "data.json"
        path.write_text(json.dumps(data))
        monkeypatch.setenv(FILE_VARIABLE, str(path))
        monkeypatch.setattr(module, "_data", None)
        assign_share(0, 1)

    return write


def test_data_is_read_by_its_name(give: Give) -> None:
    give({"products": [{"sku": "book"}]})

    assert load_data("products") == [{"sku": "book"}]


def test_data_that_was_not_given_is_named_with_what_was(give: Give) -> None:
    give({"products": []})

    with pytest.raises(LookupError, match="no load data 'customers'; the load test gave 'product"):
        load_data("customers")


@pytest.mark.parametrize("value", [[], "abc", {"a": 1}])
def test_items_are_taken_of_lists_alone(give: Give, value: object) -> None:
    give({"customers": value})

    with pytest.raises(LookupError, match="no list with items"):
        take("customers")


@pytest.mark.parametrize("of", [1, 2, 3])
def test_no_item_is_taken_twice_before_all_were_and_then_they_begin_again(
    give: Give, of: int
) -> None:
    give({"customers": [*range(6)]})
    taken = []
    for index in range(of):
        assign_share(index, of)
        taken += [take("customers") for _ in range(6 // of)]

    assert sorted(taken) == [*range(6)]
    assert take("customers") == of - 1


def test_reading_it_imports_neither_pytest_nor_anything_heavy() -> None:
    code = "import sys, pytest_pipeline.load_data; print(*sys.modules)"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in out.stdout.split()}
    assert loaded.isdisjoint({"pytest", "pydantic", "rich", "sqlalchemy", "requests", "locust"})
    assert "pytest_pipeline.plugin" not in out.stdout
