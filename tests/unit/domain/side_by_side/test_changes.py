"""Which settings of a comparison are weaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.gate_comparison import gate_changes
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.policy_changes import ChangeKind
from pytest_pipeline.domain.side_by_side import SideBySide
from tests.unit.domain.side_by_side.releases import gate_of

GATE = gate_of("<= +10%")


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (SideBySide(power_percent=80), ChangeKind.WEAKER),
        (SideBySide(power_percent=95), ChangeKind.STRONGER),
        (SideBySide(detect_percent=30), ChangeKind.WEAKER),
        (SideBySide(detect_percent=15), ChangeKind.STRONGER),
        (SideBySide(duration_s=5), ChangeKind.WEAKER),
        (SideBySide(duration_s=20), ChangeKind.STRONGER),
        (SideBySide(runs=12), ChangeKind.OTHER),
        (SideBySide(runs=6), ChangeKind.OTHER),
        (SideBySide(warm_up_s=0), ChangeKind.OTHER),
        (SideBySide(false_alarm_percent=1), ChangeKind.OTHER),
        (SideBySide(false_alarm_percent=10), ChangeKind.OTHER),
        (None, ChangeKind.WEAKER),
    ],
)
def test_what_lets_more_pass_is_weaker(settings: SideBySide | None, kind: ChangeKind) -> None:
    found = gate_changes(gate_document(GATE), gate_document(replace(GATE, side_by_side=settings)))

    assert [each.kind for each in found] == [kind]


def test_to_compare_side_by_side_is_stronger() -> None:
    alone = replace(GATE, side_by_side=None)

    assert [each.text for each in gate_changes(gate_document(alone), gate_document(GATE))] == [
        "side_by_side: - → up to 8 runs of each release (stronger)"
    ]


def test_a_setting_that_nobody_knows_is_weaker() -> None:
    old, new = gate_document(GATE), gate_document(GATE)
    new["side_by_side"]["luck"] = 1

    assert [each.kind for each in gate_changes(old, new)] == [ChangeKind.WEAKER]


def test_the_same_settings_change_nothing() -> None:
    assert gate_changes(gate_document(GATE), gate_document(GATE)) == ()
