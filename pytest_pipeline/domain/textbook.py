"""What the textbooks say of each strategy: what to take it for, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline


@dataclass(frozen=True)
class Characteristics:
    """A row of the table.

    Attributes:
        downtime: What clients notice while it goes well.
        best_for: Where it is the one to take.
        risk: Who meets a bad release.
        rollback: How difficult the way back is.
        speed: How fast it is, and on how many instances.
        source: Where that is said.
    """

    downtime: str
    best_for: str
    risk: str
    rollback: str
    speed: str
    source: str

    def __str__(self) -> str:
        """Return the row as one line."""
        return (
            f"downtime: {self.downtime}; risk: {self.risk}; rollback: {self.rollback}; "
            f"speed: {self.speed}; best for {self.best_for}"
        )


_WHITEPAPER = 'AWS, "Introduction to DevOps on AWS", Deployment strategies'
_BEANSTALK = 'AWS Elastic Beanstalk, "Deployment policies and settings"'

TEXTBOOK: Mapping[str, Characteristics] = {
    "in-place": Characteristics(
        downtime="yes with one instance, else less capacity",
        best_for="development and test environments, single instances",
        risk="high: what is replaced is gone",
        rollback="difficult: the old release is deployed again",
        speed="fast, no additional instance",
        source=f"{_WHITEPAPER}; {_BEANSTALK} (all at once)",
    ),
    "rolling": Characteristics(
        downtime="none",
        best_for="most services whose releases can serve side by side",
        risk="medium: each batch meets more clients",
        rollback="difficult: what was replaced is started again",
        speed="slow with many batches, one batch of additional instances",
        source=f"{_WHITEPAPER}; {_BEANSTALK} (rolling with additional batch)",
    ),
    "immutable": Characteristics(
        downtime="none",
        best_for="releases that must start from nothing and leave nothing half done",
        risk="low: the old set is never touched",
        rollback="easy: the new set is destroyed",
        speed="slow, twice the instances",
        source=f"{_BEANSTALK} (immutable)",
    ),
    "blue-green": Characteristics(
        downtime="none",
        best_for="production where going back must be instant",
        risk="low before the switch, then everybody at once",
        rollback="easy: traffic is switched back while the old set is up",
        speed="fast switch, twice the instances",
        source=_WHITEPAPER,
    ),
    "canary": Characteristics(
        downtime="none",
        best_for="production with enough traffic to judge a release by a part of it",
        risk="lowest: few clients meet a bad release",
        rollback="easy: the share goes back to 0",
        speed="slowest: every step is watched, up to twice the instances",
        source=f"{_WHITEPAPER}; {_BEANSTALK} (traffic splitting)",
    ),
}

_NAMES_OF_PRODUCTION = ("production", "prod", "live")


def production(environments: tuple[Environment, ...]) -> Environment | None:
    """Return the environment that clients depend on.

    The one that is called so; else the last of several, because promotion ends there.
    """
    for each in environments:
        if each.name in _NAMES_OF_PRODUCTION:
            return each
    return environments[-1] if len(environments) > 1 else None


def cautions(
    pipeline: Pipeline, strategies: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield environment and text of what is allowed and yet is not what the textbooks say.

    Args:
        pipeline: The pipeline.
        strategies: Environment to the strategy that takes the place of the configured one.
    """
    last = production(pipeline.environments)
    if last is None or (strategies or {}).get(last.name, last.strategy) != "in-place":
        return
    gap = "nothing serves meanwhile" if last.replicas == 1 else "capacity dips meanwhile"
    text = (
        f"in-place is not for production: {gap}, and going back means to deploy again; "
        "take rolling, immutable, blue-green or canary"
    )
    yield last.name, text
