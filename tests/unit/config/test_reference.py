from __future__ import annotations

import pytest

from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.reference import page
from pytest_pipeline.config.strategy_options import options_table
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.strategies import OPTIONS


def _rows() -> list[list[str]]:
    lines = [line for line in page().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_key_and_measure_has_a_row_with_a_meaning() -> None:
    documented = {row[0].strip("`") for row in _rows()}
    keys = set(Configuration.model_fields) | set(MEASURES)
    keys |= {name for strategy in OPTIONS for name in options_table(strategy).model_fields}

    assert keys <= documented
    assert all(len(row[-1]) > 10 for row in _rows())


@pytest.mark.parametrize(
    "row",
    [
        '| `ready` | string | `"/"` | Path that answers 2xx',
        "| `replicas` | integer | `1` | Instances wanted, >= 1.",
        "| `command` | array of strings | required | Program",
        "| `objectives` | array of tables |  | What the gate",
        "| `layers` | table of arrays of strings |  | Layer to",
        '| `kind` | `"postgres"` | required |',
        "| `batch_size` | integer | `1` | Instances replaced a step",
        "| `max_surge` | integer |  | Instances that may run",
        '| `order` | `"start-first"` or `"stop-first"` | `"start-first"` |',
        "| `hooks` | table of arrays of strings |  | Lifecycle event",
        "| `steps` | array of tables | `[{ weight = 10, pause_s = 3.0 }, { weight = 50,",
        "| `weight` | integer | required | Share of the traffic",
        "| `minimum_healthy` | integer or string |  | Healthy instances",
    ],
)
def test_rows_say_type_default_and_meaning(row: str) -> None:
    assert f"\n{row}" in page()
