"""What the tests use of the plugin's fixtures, written down for type checkers and readers."""

from pathlib import Path
from typing import Protocol


class Environment(Protocol):
    """``pipeline_environment``: where the release under test runs."""

    name: str
    url: str
    release: str


class Resource(Protocol):
    """Something the environment provides."""

    url: str


class ResourceOf(Protocol):
    """``pipeline_resource``: a resource by its configured name."""

    def __call__(self, name: str, /) -> Resource: ...


class LoadResult(Protocol):
    """What a load test measured."""

    failures: int
    requests_per_s: float

    def assert_valid(self) -> None: ...


class LoadTest(Protocol):
    """``pipeline_load_test``: runs a locustfile against the environment."""

    def __call__(
        self,
        locustfile: Path,
        *,
        users: int,
        spawn_rate: float,
        duration_s: float,
        user_classes: tuple[str, ...] = (),
    ) -> LoadResult: ...
