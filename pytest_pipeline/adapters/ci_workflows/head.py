"""What stands at the top of every workflow: what it is, and what its exit codes mean."""

from __future__ import annotations

from pytest_pipeline.adapters.ci_workflows.yaml_text import comment
from pytest_pipeline.domain.ci_plans import CiPlan

#: How the first line of a generated file begins.
MARK = "# Generated: pytest-pipeline ci"

_WHAT = """
One job for each stage, in order. A job imports the folders of the jobs before it, demands their
evidence, adds its own, signed, and exports all for the jobs after it. Nothing is built twice.

Do not change this file: change the pipeline or the options above, and generate it again.
`--output FILE --check` says whether FILE is what would be generated now.
"""
_CODES = """
Exit codes:
   0  passed, or promoted
   1  tests failed
   4  asked wrongly, or there is no key to sign with
  20  a gate failed without a failing test
  21  inconclusive: something that a gate judges was not measured
  22  evidence is missing, stale, or not to be trusted
  23  the deployment failed and went back: what served before serves
  24  the way back failed as well: the log says what serves
  25  somebody has to approve first
  26  it could not be found out: the machine, not the code; the only one to try again
"""


def head(system: str, plan: CiPlan, keys: str) -> str:
    """Return the comments at the top.

    Args:
        system: ``github`` or ``gitlab``.
        plan: The workflow.
        keys: Where the system keeps the private key, and who gets it.
    """
    typed = f" {plan.options.typed}" if plan.options.typed else ""
    parts = (_WHAT, keys, _CODES)
    return f"{MARK} {system}{typed}\n#\n" + "\n#\n".join(map(comment, parts)) + "\n"
