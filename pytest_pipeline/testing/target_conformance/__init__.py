"""What every target promises, as checks that real targets and fakes pass alike.

::

    @pytest.mark.parametrize("check", TARGET_CHECKS, ids=str)
    def test_my_target_conforms(check: TargetCheck, subject: TargetSubject) -> None:
        check(subject)
"""

from pytest_pipeline.testing.target_conformance.check import TargetCheck
from pytest_pipeline.testing.target_conformance.instance_program import INSTANCE_PROGRAM
from pytest_pipeline.testing.target_conformance.launching import LAUNCHING
from pytest_pipeline.testing.target_conformance.outliving import OUTLIVING
from pytest_pipeline.testing.target_conformance.recognising import RECOGNISING
from pytest_pipeline.testing.target_conformance.stopping import STOPPING
from pytest_pipeline.testing.target_conformance.subject import NonConformanceError, TargetSubject

#: Every check.
TARGET_CHECKS: tuple[TargetCheck, ...] = (*LAUNCHING, *RECOGNISING, *STOPPING, *OUTLIVING)

__all__ = [
    "INSTANCE_PROGRAM",
    "TARGET_CHECKS",
    "NonConformanceError",
    "TargetCheck",
    "TargetSubject",
]
