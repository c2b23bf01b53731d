"""The conformance suite, passed by the process target and the fake, and failed by broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.process_target import ProcessTarget
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.errors import TargetStartError
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.target_conformance import (
    INSTANCE_PROGRAM,
    TARGET_CHECKS,
    NonConformanceError,
    TargetCheck,
    TargetSubject,
)
from pytest_pipeline.testing.virtual_clock import VirtualClock

CLOCK = SystemClock()
OWNER = Path(__file__).with_name("orphaning_owner.py")


def orphaned(request: LaunchRequest, handed_over: bool) -> Instance:  # noqa: FBT001 - the suite's
    """Launch an instance from a process that is killed then."""
    facts = {**asdict(request), "cwd": str(request.cwd), "log": str(request.log)}
    asked = json.dumps({**facts, "handed_over": handed_over})
    with subprocess.Popen([sys.executable, str(OWNER), asked], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        told = json.loads(owner.stdout.readline())
        owner.kill()
    return Instance(**{**told, "process": ProcessIdentity(**told["process"])})


@pytest.fixture
def subject(tmp_path: Path) -> Iterator[TargetSubject]:
    with GuardedProcesses(clock=CLOCK) as processes, GuardedProcesses(clock=CLOCK) as others:
        yield TargetSubject(
            ProcessTarget(processes),
            lambda: ProcessTarget(others),
            (sys.executable, "-c", INSTANCE_PROGRAM, "{port}"),
            tmp_path,
            {"PATH": os.environ["PATH"]},
            CLOCK,
            orphaned=orphaned,
        )


@pytest.fixture
def fake_subject(tmp_path: Path) -> TargetSubject:
    target = FakeTarget()
    return TargetSubject(target, lambda: target, ("serve", "{port}"), tmp_path, {}, VirtualClock())


@pytest.mark.parametrize("check", TARGET_CHECKS, ids=str)
def test_the_process_target_conforms(check: TargetCheck, subject: TargetSubject) -> None:
    check(subject)


@pytest.mark.parametrize(
    "check", [each for each in TARGET_CHECKS if not each.runs_programs], ids=str
)
def test_the_fake_target_conforms(check: TargetCheck, fake_subject: TargetSubject) -> None:
    check(fake_subject)


class Broken(ProcessTarget):
    """A process target with one defect."""

    defect = ""

    def launch(self, request: LaunchRequest) -> Instance:
        match self.defect:
            case "owner's environment":
                request = replace(request, env={**os.environ, **request.env})
            case "any port":
                request = replace(request, port=None)
            case "port unnamed":
                try:
                    return super().launch(request)
                except TargetStartError as error:
                    raise TargetStartError("cannot start it") from error
            case "log anew":
                request.log.unlink(missing_ok=True)
            case "placeholder":
                values = {name: each.replace("{port}", "{}") for name, each in request.env.items()}
                request = replace(request, env=values)
            case _:
                pass
        return super().launch(request)

    def stop(self, instance: Instance, *, grace_s: float) -> None:
        match self.defect:
            case "no grace":
                super().stop(instance, grace_s=0.0)
            case "no force":
                os.kill(instance.process.pid, 15)
            case "leader only":
                os.kill(instance.process.pid, 9)
            case _:
                super().stop(instance, grace_s=grace_s)

    def is_running(self, instance: Instance) -> bool:
        if self.defect == "by number":
            return Path(f"/proc/{instance.process.pid}").exists()
        return super().is_running(instance)

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        if self.defect == "log of all":
            return Path(instance.log).read_text(encoding="utf-8")
        return super().log_tail(instance, lines=lines)


@pytest.mark.parametrize(
    ("defect", "promise"),
    [
        ("owner's environment", "the environment is whole"),
        ("any port", "a port can be taken over"),
        ("port unnamed", "a taken port is refused"),
        ("log anew", "the log is appended to"),
        ("placeholder", "the port is filled in"),
        ("no grace", "a deaf instance is ended after its grace"),
        ("no force", "a deaf instance is ended after its grace"),
        ("leader only", "what an instance started ends with it"),
        ("by number", "a reused number is another"),
        ("log of all", "the tail is the last lines"),
    ],
)
def test_a_target_that_breaks_a_promise_does_not_conform(
    subject: TargetSubject, defect: str, promise: str
) -> None:
    (check,) = (each for each in TARGET_CHECKS if each.name == promise)
    with GuardedProcesses(clock=CLOCK) as processes:
        target = Broken(processes)
        target.defect = defect
        broken = replace(subject, target=target, patience_s=5.0)

        with pytest.raises(NonConformanceError):
            check.find_out(broken)


def test_checks_that_kill_owners_want_to_know_how(subject: TargetSubject) -> None:
    (check, *_) = (each for each in TARGET_CHECKS if each.kills_owners)

    with pytest.raises(ValueError, match="orphaned"):
        check(replace(subject, orphaned=None))
