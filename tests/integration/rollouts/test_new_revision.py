"""A new revision while a deployment is open whose controller died."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from tests.integration.rollouts.place import Place


class ControllerDied(BaseException):
    """Nothing of the controller runs any more; nobody may catch this."""


def die() -> None:
    raise ControllerDied


@pytest.mark.parametrize("strategy", ["rolling", "immutable", "blue-green", "canary"])
def test_the_open_deployment_is_taken_back_before_the_new_revision_is_deployed(
    place: Place, strategy: str
) -> None:
    place.configure(strategy, bake_s=60)
    place.clock.after(30, die)
    with pytest.raises(ControllerDied):
        place.deploy()
    place.records.yield_up("production")
    routed = len(place.router.applied)

    ended = place.deploy()
    shares = [{p.name: p.weight_percent for p in t.pools} for t in place.router.applied[routed:]]

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert (ended.record.stable, ended.record.candidate) == ("r1", "r3")
    assert {"r1": 100} in shares
    assert all(not {"r2", "r3"} <= set(each) for each in shares)
    assert place.running() == ["r3-0", "r3-1"]
    first, second = place.ledger.deployments()[1], place.ledger.deployments()[0]
    assert (first.candidate, first.phase) == ("r2", "rolled back")
    assert (second.candidate, second.phase) == ("r3", "succeeded")
