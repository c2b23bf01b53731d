"""Sessions of stages on a copy of the service, with one thing made to go wrong."""

from pytest_pipeline.adapters.selftest_sessions.copying import copied_service
from pytest_pipeline.adapters.selftest_sessions.sessions import CopySessions

__all__ = ["CopySessions", "copied_service"]
