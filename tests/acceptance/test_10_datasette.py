"""Acceptance point 10: a service nobody here wrote, two versions, one over the other."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.test_datasette import CONFIGURATION

_VERSIONS = ("0.65.4", "0.65.5", "0.65.4")


@pytest.mark.timeout(1200)
def test_versions_of_datasette_follow_each_other_without_a_lost_request(
    drill: Drill, show: Show
) -> None:
    service = drill.copy(SERVICES / "datasette")
    lines = sum(len((service.root / name).read_text().splitlines()) for name in CONFIGURATION)
    rows, runs = [], []
    for before, version in zip(("0.65.4", *_VERSIONS), _VERSIONS, strict=False):
        service.replace("requirements.txt", before, version)
        run = drill.pytest(service, "--pipeline", within_s=280)
        runs.append(run)
        rows += [
            (
                version,
                run.exit_code,
                run.verdicts.get("e2e"),
                environment,
                f"{record['stable'] or 'none'} > {record['candidate']}",
                *(record[key] for key in ("requests", "lost_requests", "error_requests")),
                record["longest_gap_ms"],
                record["cutover_ms"],
                f"{run.duration_s:.0f} s",
            )
            for environment, record in run.deployments.items()
        ]
    show(
        f"Datasette, {lines} lines of configuration",
        (
            *("version", "exit", "e2e", "environment", "release", "requests", "lost", "errors"),
            *("gap ms", "cut-over ms", "run"),
        ),
        rows,
    )

    assert lines <= 25
    assert [run.exit_code for run in runs] == [0, 0, 0]
    assert len(rows) == 6
    assert all(row[6] == row[7] == 0 for row in rows)
    assert not drill.belongings.running()
