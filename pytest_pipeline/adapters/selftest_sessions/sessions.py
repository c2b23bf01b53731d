"""The port `StageSessions`: ``pytest --pipeline-stage=NAME`` on a copy of the service."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pytest_pipeline.adapters.selftest_sessions.processes import run_to_end
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.injection_orders import PLUGIN, SELFTEST_FOLDER, VARIABLE
from pytest_pipeline.domain.injections import Injection, StageFacts, needs_real_tests
from pytest_pipeline.domain.patterns_of_tests import naming
from pytest_pipeline.domain.selftests import SessionEnd
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict

#: What a session gets beside its stage's own deadline, to build and to provision; seconds.
_MARGIN_S = 900.0
_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"
_DOWN_S = 120.0
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
#: Of the run around this one; nothing of it may reach the sessions.
_FOREIGN = (
    "PYTEST_CURRENT_TEST", "PYTEST_XDIST_", "COV_CORE_", "COVERAGE_PROCESS_", _NO_BYTECODE,
)  # fmt: skip

#: Returns the newest evidence of a stage below a state folder.
EvidenceOf = Callable[[Path, str], Evidence | None]


class CopySessions:
    """Sessions of the stages of a service's copy.

    Environments go on serving from one session to the next, until `close`.

    Args:
        root: The copy's service root.
        folder: Folder for orders, logs and summaries, beside it.
        evidence_of: Reads evidence.
        jobs: Sessions at once where they do not disturb each other; count, >= 1.
    """

    def __init__(self, root: Path, folder: Path, evidence_of: EvidenceOf, *, jobs: int = 1) -> None:
        self._jobs = jobs
        self._root = root
        self._state = root / ".pipeline"
        self._folder = folder
        self._evidence_of = evidence_of
        self._numbers = itertools.count()
        self._xdist: dict[str, bool] = {}

    def baseline(self, stage: Stage) -> tuple[SessionEnd, StageFacts]:
        """Run a stage as it is; see the port."""
        self._keep_evidence(self._before(stage))
        record = self._record(stage)
        end = self._run(stage, {"injection": "", "record": str(record), "spoilt": None}, ())
        self._keep_evidence(self._after(stage))
        known = json.loads(record.read_text()) if record.is_file() else {}
        self._xdist[stage.name] = bool(known.get("xdist"))
        evidence = self._evidence_of(self._state / SELFTEST_FOLDER, stage.name)
        excused = naming(*_quarantined(stage))
        tests = [each for name, each in known.get("tests", {}).items() if not excused(name)]
        facts = StageFacts(
            measurements=evidence.measurements if evidence else {},
            tests=len(tests),
            load_tests=sum(map(_has_load, tests)),
            xdist=self._xdist[stage.name],
            coverage=bool(known.get("coverage")),
        )
        return end, facts

    def inject(self, stage: Stage, injections: Sequence[Injection]) -> Iterator[SessionEnd]:
        """Run a stage with each injection; see the port.

        Several at once, each on a copy of the copy, only where there is no environment to share
        and no test really runs whose figures the others would spoil.
        """
        jobs = min(self._jobs, len(injections))
        if jobs <= 1 or stage.environment or needs_real_tests(stage):
            for each in injections:
                yield self._inject(stage, each)
            return
        twins: SimpleQueue[CopySessions] = SimpleQueue()
        for number in range(jobs):
            twins.put(self._twin(stage, number))

        def on_a_twin(injection: Injection) -> SessionEnd:
            twin = twins.get()
            try:
                return twin._inject(stage, injection)  # noqa: SLF001 - of the same class
            finally:
                twins.put(twin)

        pool = ThreadPoolExecutor(jobs)
        try:
            for begun in [pool.submit(on_a_twin, each) for each in injections]:
                yield begun.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _twin(self, stage: Stage, number: int) -> CopySessions:
        """Copy the copy, without environments that serve: those have one owner."""
        top = self._folder.parent / "copy"
        place = self._folder / f"{stage.name}-{number}"
        ignored = shutil.ignore_patterns("environments", "owners", "venvs")
        shutil.copytree(
            top,
            place,
            symlinks=True,
            ignore=lambda folder, names: (
                ignored(folder, names) if folder == str(self._state) else set()
            ),
        )
        twin = CopySessions(place / self._root.relative_to(top), self._folder, self._evidence_of)
        twin._numbers, twin._xdist = self._numbers, self._xdist
        return twin

    def _inject(self, stage: Stage, injection: Injection) -> SessionEnd:
        self._bring_back(self._before(stage))
        order = {
            "injection": injection.name,
            "spared": _quarantined(stage),
            "replay": str(self._record(stage)),
            "real": needs_real_tests(stage),
            "spoilt": asdict(injection.spoilt) if injection.spoilt else None,
        }
        return self._run(stage, order, self._options(stage, injection))

    def finish(self, stage: Stage) -> None:
        """Bring back the evidence that `baseline` left; see the port."""
        self._bring_back(self._after(stage))

    def close(self) -> None:
        """End the environments."""
        records = self._state / "environments"
        if records.is_dir() and any(records.iterdir()):
            argv = [sys.executable, "-c", _COMMAND, "--root", str(self._root), "down"]
            log = self._folder / "down.log"
            run_to_end(argv, cwd=self._root, env=self._variables(), log=log, timeout_s=_DOWN_S)

    def _options(self, stage: Stage, injection: Injection) -> tuple[str, ...]:
        workers = ("-n", "2") if injection.name == "worker-killed" else ("-n", "0")
        without_coverage = ("--no-cov",) if injection.name == "coverage-missing" else ()
        return (*(workers if self._xdist[stage.name] else ()), *without_coverage)

    def _run(self, stage: Stage, order: dict[str, Any], options: tuple[str, ...]) -> SessionEnd:
        own = self._folder / f"session-{next(self._numbers)}"
        own.mkdir()
        path, done, summary, log = (own / name for name in ("order", "done", "summary", "log"))
        path.write_text(json.dumps({**order, "done": str(done)}))
        argv = [sys.executable, "-m", "pytest", "-p", "no:locust", "-p", PLUGIN]
        argv += [f"--pipeline-stage={stage.name}", f"--pipeline-summary={summary}", *options]
        argv += ["--pipeline-keep"] if stage.environment else []
        began_s = time.monotonic()
        code = run_to_end(
            argv,
            cwd=self._root,
            env={**self._variables(), VARIABLE: str(path)},
            log=log,
            timeout_s=stage.timeout_s + _MARGIN_S,
        )
        took_s = time.monotonic() - began_s
        verdict, reason = _verdict(summary, stage.name)
        return SessionEnd(
            code,
            verdict,
            reason if verdict else reason or _last_line(log),
            self._promotes(stage),
            done.exists(),
            took_s,
        )

    def _variables(self) -> dict[str, str]:
        """Return the environment of sessions.

        Where no bytecode is to be written, it is kept apart: it is wanted once a session.
        """
        kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
        if _NO_BYTECODE in os.environ:
            kept.setdefault("PYTHONPYCACHEPREFIX", str(self._folder / "bytecode"))
        return kept

    def _promotes(self, stage: Stage) -> bool:
        folders = (self._state / SELFTEST_FOLDER, self._state)
        found = [self._evidence_of(folder, stage.name) for folder in folders]
        return any(each is not None and each.verdict.promotes for each in found)

    def _record(self, stage: Stage) -> Path:
        return self._folder / f"tests-{stage.name}.json"

    def _before(self, stage: Stage) -> Path:
        return self._folder / f"before-{stage.name}"

    def _after(self, stage: Stage) -> Path:
        return self._folder / f"after-{stage.name}"

    def _keep_evidence(self, kept: Path) -> None:
        evidence = self._state / SELFTEST_FOLDER
        evidence.mkdir(parents=True, exist_ok=True)
        shutil.copytree(evidence, kept)

    def _bring_back(self, kept: Path) -> None:
        evidence = self._state / SELFTEST_FOLDER
        shutil.rmtree(evidence)
        shutil.copytree(kept, evidence)


def _quarantined(stage: Stage) -> tuple[str, ...]:
    """Return the patterns of tests whose failures are excused."""
    return tuple(each.pattern for each in stage.quarantine.entries) if stage.quarantine else ()


def _has_load(test: dict[str, Any]) -> bool:
    return any(each["loads"] for each in test["recorded"].values())


def _verdict(summary: Path, stage: str) -> tuple[Verdict | None, str]:
    """Return a stage's verdict and its first reason, as the summary file says."""
    try:
        said = json.loads(summary.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None, ""
    prefix = f"stage {stage} is "
    reasons = [str(each) for each in said["failures"]]
    for each in said["stages"]:
        if each["name"] == stage:
            first = next((line for line in reasons if line.startswith(prefix)), "")
            return Verdict(each["verdict"]), first.partition(": ")[2]
    return None, reasons[0] if reasons else ""


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
