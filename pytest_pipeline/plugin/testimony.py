"""What the witnesses of a stage have to say against its reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.domain.naming_some import first_of
from pytest_pipeline.domain.sightings import contradictions
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.seal import seal_of
from pytest_pipeline.plugin.witness import witnessed

_NAMED = 5


def testimony(
    config: pytest.Config, folder: Path, record: RunRecord, *, cut_short: bool
) -> list[str]:
    """Say where the witnesses contradict the reports, and what was done to the plugin.

    Args:
        config: Of the session that judges.
        folder: That of the stage's hand-off.
        record: What was reported.
        cut_short: Whether the session ended early, so that what was seen may not be reported.
    """
    sightings, complaints = witnessed(folder)
    seal = seal_of(config)
    tampering = [*complaints, *(seal.mend() if seal else ())]
    found = contradictions(sightings, record.tally().outcomes, cut_short=cut_short)
    return [*dict.fromkeys(tampering), *first_of(found, _NAMED, " tests")]
