"""Counts of instances that come and go within a deployment."""

from __future__ import annotations

from pytest_pipeline.domain.instance_counts import InstanceCount
from pytest_pipeline.engine.instance_counts import InstanceCounts
from pytest_pipeline.engine.steps.launching import start
from tests.unit.engine.conftest import Stage
from tests.unit.engine.test_measured import count_instances


def test_without_a_counter_nobody_is_asked_and_nothing_is_known(stage: Stage) -> None:
    counts = InstanceCounts(stage.site)

    counts.begin(["r1-0", "r1-1"])

    assert counts.all() is None


def test_an_instance_is_read_once_before_it_gets_traffic_and_at_its_end(stage: Stage) -> None:
    counter, counts = count_instances(stage), InstanceCounts(stage.site)

    counts.begin(["r1-0"])
    counts.begin(["r1-0", "r1-1"])
    counts.end(["r1-0"])

    assert counter.asked[:2] == ["r1-0", "r1-1"]
    assert counts.all() == (InstanceCount("r1-0", 25), InstanceCount("r1-1", 25))


def test_what_one_counted_that_was_started_anew_is_not_known(stage: Stage) -> None:
    count_instances(stage, r1_0=[7, 0, 4])
    counts = InstanceCounts(stage.site)
    counts.begin(["r1-0"])

    stage.target.die(stage.instance("r1-0"))
    start(stage.site, "r1-0", 1)
    counts.begin(["r1-0"])

    assert counts.all() == (
        InstanceCount("r1-0", None, "it was started anew meanwhile"),
        InstanceCount("r1-0", 4),
    )


def test_one_that_ended_before_it_was_read_is_said(stage: Stage) -> None:
    count_instances(stage)
    counts = InstanceCounts(stage.site)
    counts.begin(["r1-0"])

    stage.target.die(stage.instance("r1-0"))
    stage.site.bury()

    assert counts.all() == (InstanceCount("r1-0", None, "it ended before it was read"),)
