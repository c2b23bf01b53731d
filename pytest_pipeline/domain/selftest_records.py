"""A self-test of gates as a record, for JSON."""

from __future__ import annotations

from pytest_pipeline.domain.selftests import Blocked, SelfTest, SelfTestRow


def selftest_record(found: SelfTest) -> dict[str, object]:
    """Return a self-test as JSON holds it."""
    return {
        "exit_code": int(found.exit_code),
        "blocked": found.count(Blocked.YES),
        "applicable": found.applicable,
        "not_applicable": found.count(Blocked.NOT_APPLICABLE),
        "not_green": [{"stage": stage, "reason": reason} for stage, reason in found.not_green],
        "injections": [_row(each) for each in found.rows],
    }


def _row(row: SelfTestRow) -> dict[str, object]:
    end = row.end
    return {
        "stage": row.stage,
        "injection": row.injection.name,
        "about": row.injection.about,
        "blocked": str(row.blocked),
        "reason": row.reason,
        "exit_code": end.exit_code if end else None,
        "verdict": str(end.verdict) if end and end.verdict else None,
        "promotes": end.promotes if end else None,
        "duration_s": round(end.duration_s, 3) if end else None,
    }
