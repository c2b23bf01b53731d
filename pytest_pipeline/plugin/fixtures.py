"""The fixtures: what a test of a stage may ask for. Their classes are imported on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Overlap
    from pytest_pipeline.domain.resources import ProvidedResource
    from pytest_pipeline.plugin.http_session import PipelineHttp
    from pytest_pipeline.plugin.load_test import LoadTest
    from pytest_pipeline.plugin.stage_context import MeasureRecord, StageContext


@pytest.fixture(scope="session")
def pipeline(pytestconfig: pytest.Config) -> StageContext:
    """The running stage: its ``stage``, ``execution``, ``environment`` (name or None).

    ``pipeline.record("custom.measure", value)`` records a measurement for the stage's gate.
    """
    from pytest_pipeline.plugin.stage_context import stage_context  # noqa: PLC0415

    return stage_context(pytestconfig)


@pytest.fixture(scope="session")
def pipeline_environment(pytestconfig: pytest.Config) -> EnvironmentHandoff:
    """The environment that the stage runs against: ``name``, ``url``, ``release``, ``artifact``."""
    from pytest_pipeline.plugin.stage_context import stage_environment  # noqa: PLC0415

    return stage_environment(pytestconfig)


@pytest.fixture(scope="session")
def pipeline_resource(pytestconfig: pytest.Config) -> Callable[[str], ProvidedResource]:
    """Resources of the environment by name: ``pipeline_resource("database").url``."""
    from pytest_pipeline.plugin.stage_context import stage_resource  # noqa: PLC0415

    def by_name(name: str) -> ProvidedResource:
        return stage_resource(pytestconfig, name)

    return by_name


@pytest.fixture(scope="session")
def pipeline_overlap(pytestconfig: pytest.Config) -> Overlap:
    """The two releases of a check of mixed versions: ``stable_url``, ``candidate_url``.

    ``client`` is the release whose tests these are, ``server`` the other one; all other fixtures
    lead to ``server``.
    """
    from pytest_pipeline.plugin.stage_context import stage_overlap  # noqa: PLC0415

    return stage_overlap(pytestconfig)


@pytest.fixture
def pipeline_record(pytestconfig: pytest.Config) -> MeasureRecord:
    """Records a measurement for the stage's gate: ``pipeline_record("custom.rows", 12, "count")``.

    Outside of a stage nothing is kept, so that the test can be run by plain pytest as well.
    """
    from pytest_pipeline.plugin.stage_context import measure_record  # noqa: PLC0415

    return measure_record(pytestconfig)


@pytest.fixture
def pipeline_http(request: pytest.FixtureRequest) -> Iterator[PipelineHttp]:
    """A `requests` session against the environment: paths are enough as URLs.

    Requests that name no timeout end after 10 s; each carries ``X-Request-Id`` and ``traceparent``
    headers that are the same throughout a test, to find it in the service's logs.
    """
    from pytest_pipeline.plugin.http_session import PipelineHttp  # noqa: PLC0415
    from pytest_pipeline.plugin.stage_context import stage_environment  # noqa: PLC0415

    with PipelineHttp(stage_environment(request.config).url) as session:
        yield session


@pytest.fixture
def pipeline_load_test(request: pytest.FixtureRequest) -> LoadTest:
    """Puts load on the environment with Locust and returns what was measured.

    ``pipeline_load_test("locustfile.py", users=20, spawn_rate=10, duration_s=15)``; the path is
    relative to the test's folder, else to the root folder. Its figures are the stage's ``load.…``
    measures; a result that cannot be trusted keeps the gate from being green.
    """
    from pytest_pipeline.plugin.load_test import load_test  # noqa: PLC0415

    return load_test(request)
