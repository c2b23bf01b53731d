"""A service's copy for the self-test has what relative objectives compare with."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.adapters.selftest_sessions import copied_service


def test_figures_of_other_commits_come_along_and_promote_nothing(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    for folder in ("evidence/unit", "baselines/evidence/unit"):
        (root / ".pipeline" / folder).mkdir(parents=True)
    (root / ".pipeline/evidence/unit/own.json").write_text("measured here")
    (root / ".pipeline/evidence/unit/.writing-x").write_text("by somebody else")
    (root / ".pipeline/baselines/evidence/unit/base.json").write_text("measured for this")
    (root / ".pipeline/ledger.db").write_text("")
    (root / "code.py").write_text("")

    with copied_service(root, ["code.py"]) as (copy, _):
        found = {each.relative_to(copy).as_posix() for each in copy.rglob("*") if each.is_file()}

    assert found == {
        "code.py",
        ".pipeline/baselines/evidence/unit/own.json",
        ".pipeline/baselines/evidence/unit/base.json",
    }
