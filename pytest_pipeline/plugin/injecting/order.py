"""What a run of the self-test is told to make go wrong."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.injection_orders import VARIABLE
from pytest_pipeline.domain.spoiling import Spoilt


@dataclass(frozen=True)
class Order:
    """One injection.

    Attributes:
        injection: Its name; empty for a run without one.
        done: File that says that it was injected, made by the process that did it.
        record: File for what tests came to; empty for none.
        replay: File that an earlier run recorded, whose tests are stood in for; empty for none.
        real: Whether nobody stands in for them.
        spoilt: Figures to replace; None for none.
        spared: Patterns of tests that nothing is done to: the quarantine excuses their failures.
    """

    injection: str
    done: str
    record: str = ""
    replay: str = ""
    real: bool = False
    spoilt: Spoilt | None = None
    spared: tuple[str, ...] = ()

    def note(self) -> None:
        """Say that it was injected."""
        Path(self.done).touch()

    @cached_property
    def recorded(self) -> dict[str, dict[str, Any]]:
        """What the tests came to in an earlier run, by node id; empty for none."""
        if not self.replay:
            return {}
        found: dict[str, dict[str, Any]] = json.loads(Path(self.replay).read_text())["tests"]
        return found


def read_order() -> Order | None:
    """Return the order of this session; None where nobody gave one."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    data = json.loads(Path(path).read_text())
    spoilt = data.pop("spoilt")
    order = Order(**data)
    return replace(order, spoilt=Spoilt(**spoilt)) if spoilt else order
