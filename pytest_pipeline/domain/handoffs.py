"""The hand-off: what a stage's test session is told by whoever provisioned its environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from pytest_pipeline.domain.baselines import Baseline
from pytest_pipeline.domain.load_settings import LoadSettings, settings_from_record
from pytest_pipeline.domain.resources import ProvidedResource


@dataclass(frozen=True)
class Overlap:
    """Two releases that are about to serve side by side, as the tests of one of them see it.

    Attributes:
        stable: Name of the release that serves, ``r7``.
        candidate: Name of the release that is to serve, ``r8``.
        stable_url: Base URL that clients use; stable answers there.
        candidate_url: Base URL at which the candidate answers.
        client: Name of the release whose tests these are; they are the old or the new client.
        server: Name of the other one: what they are run against.
    """

    stable: str
    candidate: str
    stable_url: str
    candidate_url: str
    client: str
    server: str


@dataclass(frozen=True)
class Beside:
    """The release that the one under test is compared with, side by side.

    Attributes:
        release: Name of the release that serves beside, ``r6``; empty where none does.
        artifact: Digest of its artifact.
        url: Base URL at which it answers, through the same router.
        missing: Why none does, and what to do, in words; empty when one does.
        first_release: Whether none does because nothing was ever promoted.
        exhaustive: Whether all runs are made, however early they decide.
        passed_over: Which later promotions were passed over for it, and why, in words; empty where
            there are none, or none serves.
    """

    release: str = ""
    artifact: str = ""
    url: str = ""
    missing: str = ""
    first_release: bool = False
    exhaustive: bool = False
    passed_over: str = ""

    @property
    def serves(self) -> bool:
        """Whether load can be compared with it."""
        return bool(self.url)

    @property
    def baseline(self) -> Baseline:
        """What objectives on load compare with where there are no runs of it, and why not."""
        origin = f"{self.release} (stable)" if self.release else "stable"
        return Baseline(origin, missing=self.missing, first_release=self.first_release)


@dataclass(frozen=True)
class EnvironmentHandoff:
    """The environment that a stage runs against.

    Attributes:
        name: Its name.
        url: Base URL of its router.
        release: Name of the release that serves, ``r7``.
        artifact: Digest of that release's artifact.
        resources: What it provides; URLs hold secrets.
        variables: Environment variables that its instances got from the configuration.
        overlap: The releases that mix, in a check of mixed versions; None elsewhere.
        beside: What load is compared with; None in stages that compare nothing side by side.
        counts_at: Address at which its router says how many requests it got; empty for none. No
            secret, but whoever reaches it on this machine may steer the router.
        target: What runs its instances; empty where that was not said.
        replicas: Instances wanted; count, 0 where that was not said.
    """

    name: str
    url: str
    release: str
    artifact: str
    resources: tuple[ProvidedResource, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    overlap: Overlap | None = None
    beside: Beside | None = None
    counts_at: str = ""
    target: str = ""
    replicas: int = 0


@dataclass(frozen=True)
class Handoff:
    """What a stage's test session needs to know.

    Attributes:
        execution: Identifier of the execution.
        stage: Name of the stage.
        folder: Folder for files of this stage's run (load records, logs); exists.
        environment: What it runs against; None for none.
        load: Where the load of its load tests comes from.
    """

    execution: str
    stage: str
    folder: str
    environment: EnvironmentHandoff | None = None
    load: LoadSettings = LoadSettings()

    def to_json(self) -> str:
        """Return the hand-off as JSON; it holds secrets."""
        return json.dumps(asdict(self))


def handoff_from_json(text: str) -> Handoff:
    """Read a hand-off that ``to_json`` wrote."""
    data = json.loads(text)
    environment = data.pop("environment")
    if environment is not None:
        resources = tuple(ProvidedResource(**each) for each in environment.pop("resources"))
        overlap = environment.pop("overlap", None)
        beside = environment.pop("beside", None)
        environment = EnvironmentHandoff(
            **environment,
            resources=resources,
            overlap=Overlap(**overlap) if overlap else None,
            beside=Beside(**beside) if beside else None,
        )
    load = settings_from_record(data.pop("load", None))
    return Handoff(**data, environment=environment, load=load)
