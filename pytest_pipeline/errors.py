"""The errors of this package, one tree.

A refused gate is a value (a verdict), never an exception: an exception means "could not find out"
or "asked wrongly".

::

    PipelineError
    ├─ ConfigError             asked wrongly: configuration or options (UsageError in the plugin)
    ├─ PlanError (ValueError)  a strategy's options do not fit the fleet
    ├─ SourceError             the revision could not be determined
    ├─ BuildError              the artifact could not be built; carries the builder's output
    ├─ ArtifactError           the artifact on disk is not the one that was built
    ├─ EvidenceError           evidence is missing, stale or invalid (exit 22)
    ├─ SigningError            nothing can be signed: no usable key, or its process is gone
    ├─ BaselineError           nobody can say what figures are to be compared with
    ├─ ResourceError           a resource of an environment could not be provided or died
    │  └─ ResourceUnavailableError   a provider that was asked for does not exist here
    ├─ MissingExtraError       an optional dependency is not installed; names the command
    ├─ StateError              `.pipeline/` cannot be read or written
    ├─ RouterError             the router did not start, died, or refused an update
    ├─ TargetError             carries the captured output of the instance
    │  ├─ TargetStartError
    │  └─ HealthTimeoutError
    ├─ AlarmError              an alarm fired, or had no data to speak of
    ├─ SuiteError              the tests of an earlier release were not kept, or were altered
    ├─ RehearsalError          a release cannot be rehearsed; nothing was touched (exit 21)
    ├─ SmokeTestError          smoke tests failed, or none was executed; carries their output
    │  └─ TestsFailedError     one of them ran and failed
    ├─ HookError               a command of the user's at a lifecycle event failed
    ├─ ConcurrencyError        another deployment to the environment is under way
    ├─ LoadError               the load generator could not be run
    └─ RollbackFailedError     names what still serves (exit 24)
"""

from __future__ import annotations


class PipelineError(Exception):
    """Something could not be found out or done; the message says what to do next.

    Attributes:
        output: Captured output of the command or instance that failed; may be empty.
    """

    def __init__(self, message: str, *, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class ConfigError(PipelineError):
    """The configuration or an option is wrong."""


class PlanError(PipelineError, ValueError):
    """A strategy's options do not fit the fleet they were given."""


class SourceError(PipelineError):
    """The revision of the service could not be determined."""


class BuildError(PipelineError):
    """The artifact could not be built."""


class ArtifactError(PipelineError):
    """The artifact on disk is not the one that was built."""


class EvidenceError(PipelineError):
    """Evidence that a stage or an environment demands is missing, stale or invalid."""


class SigningError(PipelineError):
    """A statement cannot be signed: there is no usable key, or what holds it refuses."""


class BaselineError(PipelineError):
    """It cannot be told what figures are to be compared with."""


class ResourceError(PipelineError):
    """A resource of an environment could not be provided, or died."""


class ResourceUnavailableError(ResourceError):
    """The provider that the configuration insists on does not exist on this machine."""


class MissingExtraError(PipelineError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the extra {extra!r}: pip install 'pytest-pipeline-gates[{extra}]'"
        )


class StateError(PipelineError):
    """The state folder `.pipeline/` cannot be read or written."""


class RouterError(PipelineError):
    """The router did not start, died, or refused an update."""


class TargetError(PipelineError):
    """An instance could not be launched, stopped or observed."""


class TargetStartError(TargetError):
    """An instance exited, or could not be started at all."""


class HealthTimeoutError(TargetError):
    """An instance did not become ready within its deadline."""


class AlarmError(PipelineError):
    """An alarm fired, or data that it needs stayed missing."""


class SuiteError(PipelineError):
    """The test suite of an earlier release was not kept, or was altered since."""


class RehearsalError(PipelineError):
    """A release cannot be rehearsed, for there is no way back from it; nothing was touched."""


class SmokeTestError(PipelineError):
    """Smoke tests of a candidate failed, or none of them was executed."""


class TestsFailedError(SmokeTestError):
    """A smoke test ran and failed."""

    __test__ = False  # pytest would take the name for a test's


class HookError(PipelineError):
    """A command at a lifecycle event failed."""


class ConcurrencyError(PipelineError):
    """Another deployment to the same environment is under way."""


class LoadError(PipelineError):
    """The load generator could not be run."""


class RollbackFailedError(PipelineError):
    """A rollback failed as well; the message names what still serves."""
