"""The committed page and the sample services, read with the loader at hand."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.config import load, load_service
from pytest_pipeline.config.reference import page

_ROOT = Path(__file__).parents[3]


def test_the_committed_reference_page_is_up_to_date() -> None:
    committed = (_ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")

    assert committed == page(), (
        "python -m pytest_pipeline.config.reference > docs/reference/configuration.md"
    )


def test_the_sample_service_is_a_whole_pipeline() -> None:
    pipeline = load(_ROOT / "sample_service")

    assert [stage.name for stage in pipeline.stages] == [
        "unit",
        "component",
        "integration",
        "e2e",
        "performance",
    ]
    assert [(each.name, each.strategy) for each in pipeline.environments] == [
        ("dev", "in-place"),
        ("staging", "rolling"),
        ("production", "blue-green"),
    ]


def test_the_sample_service_s_peer_is_a_service() -> None:
    assert load_service(_ROOT / "sample_service" / "inventory").name == "inventory"
