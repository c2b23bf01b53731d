"""What is written of a slow service is recognised, by the same words."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.load_problems import (
    ProblemKind,
    all_busy,
    cut_off,
    escaped,
    kind_of,
    slow_service,
)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (cut_off(3, stop_timeout_s=0.5), ProblemKind.CUT_OFF),
        (slow_service(81.2, 100, "users waited"), ProblemKind.SLOW_SERVICE),
        (all_busy(7, 1000, max_users=5), ProblemKind.ALL_BUSY),
        (escaped(3, "KeyError: 'id'"), ProblemKind.ESCAPED),
        ("81 of 100 requests/s were made: the generator could not keep up", None),
        ("81 of 100 requests/s were made: the service or the generator could not keep up", None),
        ("9 of 100 tasks began later than they were due, by up to 2 s", None),
        ("exceptions escaped tasks", None),
        ("", None),
    ],
)
def test_what_is_written_is_recognised(written: str, kind: ProblemKind | None) -> None:
    assert kind_of(written) is kind


def test_every_kind_has_its_words() -> None:
    assert slow_service(81.2, 100, "users waited; ask for less") == (
        "81 of 100 requests/s were made: the service could not keep up, users waited; ask for less"
    )
    assert all_busy(7, 1000, max_users=5).startswith(
        "7 of 1000 tasks were dropped: all of max_users = 5 were busy when they were due"
    )
