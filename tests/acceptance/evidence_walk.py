"""The way of acceptance point 6: a stage on its own, with and without evidence before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

COLUMNS = ("step", "exit", "verdict", "says", "time")


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: For people.
        run: What became of it.
        exit_code: What its exit code has to be.
        said: What its output has to say.
    """

    name: str
    run: PipelineRun
    exit_code: int
    said: str

    @property
    def row(self) -> tuple[object, ...]:
        """The step as a row of a table."""
        verdict = ", ".join(self.run.verdicts.values()) or "-"
        said = next((line for line in self.run.output.splitlines() if self.said in line), "")
        seconds = f"{self.run.duration_s:.0f} s"
        return (self.name, self.run.exit_code, verdict, said.strip()[:80], seconds)

    def check(self) -> None:
        """Hold it against what has to be.

        Raises:
            AssertionError: If something is not.
        """
        assert self.run.exit_code == self.exit_code, self.run
        assert self.said in self.run.output, self.run


def walk_with_evidence(drill: Drill, sample: Repository, *workers: str) -> Iterator[Step]:
    """Take the steps in turn, from the folder that holds a fresh clone."""
    outside, name = Repository(sample.root.parent), sample.root.name

    def stage(wanted: str, *more: str, path: str = name) -> PipelineRun:
        return drill.pytest(outside, f"--pipeline-stage={wanted}", path, *workers, *more)

    propose = "run pytest --pipeline-stage={} " + name
    missing = f"no evidence of stage component: {propose.format('component')}"
    yield Step("integration at once", stage("integration"), 22, missing)
    yield Step("unit", stage("unit"), 0, "PASS")
    yield Step("component", stage("component"), 0, "PASS")
    yield Step("integration", stage("integration"), 0, "PASS")
    sample.append("orders/app.py", "# changed\n")
    stale = f"stage unit was tested on another revision (changed: orders/app.py): {propose}"
    yield Step("orders/app.py changed", stage("integration"), 22, stale.format("unit"))
    sample.git("checkout", "--quiet", "orders/app.py")
    yield Step("changed back", stage("integration"), 0, "PASS")
    sample.append("inventory/inventory/app.py", "# changed\n")
    yield Step("the peer changed", stage("integration"), 22, "changed: inventory/inventory/app.py")
    for narrowing in (["-k", "price"], ["--lf"], ["--deselect", "none"]):
        run = stage("unit", *narrowing)
        yield Step(" ".join(narrowing), run, 0, f"narrowed ({narrowing[0]}): no evidence written")
    deeper = stage("unit", path=f"{name}/tests/unit")
    yield Step("a deeper path", deeper, 0, "narrowed (sample_service/tests/unit)")
    yield Step("after these", stage("component"), 22, "stage unit was tested on another revision")
