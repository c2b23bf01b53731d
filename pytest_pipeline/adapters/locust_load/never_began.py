"""Why the generator began no load, from what it said. Pure functions."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.engine.ports import Completed

_PREFIX = re.compile(r"\[\d{4}-[^\]]*\] \S+/[A-Z]+/\S+: ")
_PLACE = re.compile(r'File "([^"]+)", line (\d+)')
_TAKEN = re.compile(r"RPCError: .*Address already in use")
_TRACEBACK = "Traceback (most recent call last)"


def never_began(done: Completed, spec: LoadSpec) -> str:
    """Say why no load was begun, naming the locustfile.

    Args:
        done: What became of the generator, and what it said.
        spec: What was asked.
    """
    if _TAKEN.search(done.output):
        return (
            f"`listen` {spec.source.listen} is taken: another load test, or another program, "
            "listens there; wait for it, or give another port in [stages.NAME.load]"
        )
    name = Path(spec.locustfile).name
    if spec.shape and done.exit_code == 0 and _TRACEBACK not in done.output:
        return f"{name}: the shape {spec.shape} ended before anything began"
    ended = "did not end" if done.exit_code is None else f"ended with exit code {done.exit_code}"
    return f"Locust began no load of {name} and {ended}; it said: {_said(done.output)}"


def _said(output: str) -> str:
    """Return its last line that has words, with the place of an exception."""
    lines = [_PREFIX.sub("", line).strip() for line in output.splitlines()]
    telling = [line for line in lines if any(map(str.isalnum, line))]
    if not telling:
        return "nothing"
    places = _PLACE.findall(output.rpartition(_TRACEBACK)[2]) if _TRACEBACK in output else []
    place = f" ({places[-1][0]}, line {places[-1][1]})" if places else ""
    return telling[-1] + place
