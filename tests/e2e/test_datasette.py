"""A service nobody here wrote: Datasette from PyPI, with the files that the how-to page shows."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.drills.drill import SERVICES, Drill

SERVICE = SERVICES / "datasette"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "command-built-services.md"
CONFIGURATION = ("pipeline.toml", "build.sh", "requirements.txt")


def test_two_versions_go_to_production_one_over_the_other_without_a_lost_request(
    drill: Drill,
) -> None:
    service = drill.copy(SERVICE)
    first = drill.pytest(service, "--pipeline", within_s=280)
    service.replace("requirements.txt", "datasette==0.65.4", "datasette==0.65.5")
    second = drill.pytest(service, "--pipeline", within_s=280)

    assert (first.exit_code, second.exit_code) == (0, 0), f"{first}\n{second}"
    assert first.verdicts == second.verdicts == {"e2e": "PASS"}
    assert first.deployments["production"]["stable"] is None
    assert first.summary["artifact"] != second.summary["artifact"]
    for environment in ("staging", "production"):
        record = second.deployments[environment]

        assert (record["stable"], record["candidate"]) == ("r1", "r2")
        assert record["artifact"] == second.summary["artifact"]
        assert record["requests"] > 50
        assert (record["lost_requests"], record["error_requests"]) == (0, 0)
    assert second.summary["released"]["environment"] == "production"
    assert not drill.belongings.running()


def test_its_configuration_is_short() -> None:
    lines = [line for name in CONFIGURATION for line in (SERVICE / name).read_text().splitlines()]

    assert len(lines) <= 25


def test_the_page_shows_the_very_files() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for name in (*CONFIGURATION, "books.sql", "tests/e2e/test_reading.py"):
        assert f"{{literalinclude}} ../../tests/e2e/services/datasette/{name}\n" in page
