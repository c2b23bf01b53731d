"""What goes between sessions comes out as it went in."""

from __future__ import annotations

import json
import warnings

from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Handoff
from pytest_pipeline.domain.layers import LayerRules, layer_from_path
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.plugin.errand import Errand, errand_from_json, errand_to_json
from pytest_pipeline.plugin.report_wire import warning_from_data, warning_to_data

ERRAND = Errand(
    "unit",
    ("unit", "smoke"),
    LayerRules(("unit", "smoke"), {"smoke": ("a/*.py",)}),
    "/s",
    ("/s/b.py",),
    Handoff(
        "x1",
        "unit",
        "/f",
        EnvironmentHandoff(
            "dev",
            "http://h",
            "r1",
            "sha256:a",
            (ProvidedResource("db", "postgres", "e", "1", "u"),),
        ),
    ),
    report_fd=5,
    lifeline_fd=6,
)


def test_an_errand_survives() -> None:
    assert errand_from_json(errand_to_json(ERRAND)) == ERRAND


def test_a_warning_survives() -> None:
    given = warnings.WarningMessage("old", DeprecationWarning, "f.py", 3)

    read = warning_from_data(json.loads(json.dumps(warning_to_data(given))))

    assert (str(read.message), read.category, read.filename, read.lineno) == (
        "old", DeprecationWarning, "f.py", 3,
    )  # fmt: skip


def test_a_warning_of_an_unknown_category_keeps_its_name() -> None:
    data = {"module": "no.where", "category": "Odd", "text": "t", "filename": "f", "lineno": 1}

    assert warning_from_data(data).category.__name__ == "Odd"


def test_globs_of_layers_know_folders() -> None:
    rules = LayerRules(("smoke",), {"smoke": ("checks/**/test_*.py", "x/[ab]?.py")})

    found = {
        path: layer_from_path(path, rules)
        for path in (
            "checks/test_a.py",
            "checks/a/b/test_c.py",
            "checks/a.py",
            "x/a1.py",
            "x/c1.py",
        )
    }

    assert [path for path, layer in found.items() if layer] == [
        "checks/test_a.py", "checks/a/b/test_c.py", "x/a1.py",
    ]  # fmt: skip
