"""What targets promise of launching."""

from __future__ import annotations

import os
from dataclasses import replace

from pytest_pipeline.errors import TargetStartError
from pytest_pipeline.testing.target_conformance.check import TargetCheck
from pytest_pipeline.testing.target_conformance.subject import TargetSubject

_SLOW_S = 10.0
_OWNERS_OWN = "CONFORMANCE_OF_THE_OWNER"


def _is_as_requested(subject: TargetSubject) -> None:
    request = subject.request()
    instance = subject.launch(request)
    subject.demand(
        (instance.id, instance.release, instance.log)
        == (request.id, request.release, str(request.log)),
        f"{instance} is what {request} asks for",
    )
    subject.demand(1 <= instance.port <= 65535, f"port {instance.port} is one")  # noqa: PLR2004
    subject.demand(subject.target.is_running(instance), f"{instance.id} runs")


def _answers_at_its_address(subject: TargetSubject) -> None:
    subject.serving()


def _does_not_wait_for_readiness(subject: TargetSubject) -> None:
    began_s = subject.clock.now()
    instance = subject.launch(subject.request(CONFORMANCE_SLOW_S=str(_SLOW_S)))
    took_s = subject.clock.now() - began_s
    subject.demand(took_s < _SLOW_S, f"launch returns before {_SLOW_S:g} s, took {took_s:.1f} s")
    subject.demand(subject.answer(instance) is None, "it does not answer yet")


def _instances_differ(subject: TargetSubject) -> None:
    instances = [subject.launch() for _ in range(3)]
    ports = {(each.host, each.port) for each in instances}
    subject.demand(len(ports) == len(instances), f"{len(instances)} addresses in {ports}")
    numbers = {each.process for each in instances}
    subject.demand(len(numbers) == len(instances), f"{len(instances)} processes in {numbers}")


def _port_is_filled_in(subject: TargetSubject) -> None:
    instance = subject.serving(subject.request(CONFORMANCE_ADDRESS="http://me:{port}/{other}"))
    seen = (subject.answer(instance, "/environment") or {}).get("CONFORMANCE_ADDRESS", "nothing")
    port = seen.removeprefix("http://me:").removesuffix("/{other}")
    subject.demand(port.isdigit(), f"{{port}} is replaced in variables, nothing else is: {seen}")


def _environment_is_whole(subject: TargetSubject) -> None:
    os.environ[_OWNERS_OWN] = "1"
    try:
        instance = subject.serving(subject.request(CONFORMANCE_TEXT="a=b 'c' ü $HOME"))
    finally:
        del os.environ[_OWNERS_OWN]
    seen = subject.answer(instance, "/environment") or {}
    told = seen.get("CONFORMANCE_TEXT")
    subject.demand(told == "a=b 'c' ü $HOME", f"variables arrive as they are: {told}")
    subject.demand(_OWNERS_OWN not in seen, "variables of the owner do not arrive")


def _refuses_a_taken_port(subject: TargetSubject) -> None:
    taken = subject.launch().port
    try:
        subject.launch(subject.request(port=taken))
    except TargetStartError as error:
        subject.demand(str(taken) in str(error), f"port {taken} is named in {error}")
        return
    subject.demand(condition=False, what=f"a second instance at port {taken} is refused")


def _takes_a_port_over(subject: TargetSubject) -> None:
    first = subject.launch()
    subject.target.stop(first, grace_s=5.0)
    second = subject.launch(subject.request(port=first.port))
    subject.demand(second.port == first.port, f"port {first.port} is taken, got {second.port}")


def _serves_at_a_port_taken_over(subject: TargetSubject) -> None:
    first = subject.serving()
    subject.target.stop(first, grace_s=5.0)
    subject.serving(subject.request(port=first.port))


def _says_what_cannot_be_started(subject: TargetSubject) -> None:
    request = replace(subject.request(), argv=("/there/is/no-such-program", "{port}"))
    try:
        instance = subject.launch(request)
    except TargetStartError:
        return
    subject.await_true(
        lambda: not subject.target.is_running(instance), "a program that is missing does not run"
    )


LAUNCHING = (
    TargetCheck("an instance is as requested", _is_as_requested, runs_programs=False),
    TargetCheck("an instance answers at its address", _answers_at_its_address),
    TargetCheck("launch does not wait for readiness", _does_not_wait_for_readiness),
    TargetCheck("instances differ", _instances_differ, runs_programs=False),
    TargetCheck("the port is filled in", _port_is_filled_in),
    TargetCheck("the environment is whole", _environment_is_whole),
    TargetCheck("a taken port is refused", _refuses_a_taken_port, runs_programs=False),
    TargetCheck("a port can be taken over", _takes_a_port_over, runs_programs=False),
    TargetCheck("a port taken over serves", _serves_at_a_port_taken_over),
    TargetCheck("what cannot be started is said", _says_what_cannot_be_started),
)
