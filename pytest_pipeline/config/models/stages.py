"""The tables ``[stages.NAME]``: layers, environment and gate of a stage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.floors import loosened
from pytest_pipeline.config.models.fields import (
    Anything,
    Array,
    NotEmpty,
    Seconds,
    Table,
    one_of,
    refuse,
)
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.demands import MOST_RETRIES
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError

_CUSTOM = re.compile(r"custom(\.[a-z][a-z0-9_]*)+")


def _in_an_array(value: Anything) -> Anything:
    return [value] if isinstance(value, str) else value


def _criterion(value: str) -> str:
    try:
        parse_criterion(value)
    except ConfigError:
        raise refuse(
            f"got {value!r}, wanted a comparison and a number such as '< 250', or a signed change "
            "relative to stable such as '<= +10%'"
        ) from None
    return value


def _measure(value: str) -> str:
    if value not in MEASURES and not _CUSTOM.fullmatch(value):
        raise refuse(
            f"got the unknown measure {value!r}, wanted one of {', '.join(MEASURES)} or a name "
            f"of your own that begins with 'custom.'{did_you_mean(value, MEASURES)}"
        )
    return value


def _layer(value: str, info: ValidationInfo) -> str:
    return one_of(value, declared_in(info).layers, "layer")


def _environment(value: str, info: ValidationInfo) -> str:
    return one_of(
        value,
        declared_in(info).environments,
        "environment",
        otherwise="one that [environments.NAME] describes",
    )


#: ``"< 250"`` or ``["< 250", "<= +10%"]``.
Criteria = Annotated[
    tuple[Annotated[str, AfterValidator(_criterion)], ...],
    Array,
    NotEmpty,
    BeforeValidator(_in_an_array),
]


class ObjectiveTable(Table):
    """What one measurement of a stage has to be."""

    measure: Annotated[str, AfterValidator(_measure)] = Field(
        description="What is judged: a [measure](#measures), or a name that begins with `custom.` "
        "and that the tests record."
    )
    pass_: Criteria = Field(
        alias="pass",
        description="A criterion, or an array of criteria that all must hold: a comparison "
        '(`<`, `<=`, `>`, `>=`, `==`) and a number in the measure\'s unit, such as `"< 250"`, or a '
        'signed change relative to stable, such as `"<= +10%"`.',
    )
    warn: Criteria | None = Field(
        default=None,
        description="Likewise; when `pass` is missed and these hold, the stage warns and goes on.",
    )

    @field_validator("pass_", "warn")
    @classmethod
    def _only_stricter(
        cls, written: tuple[str, ...] | None, info: ValidationInfo
    ) -> tuple[str, ...] | None:
        what = loosened(
            info.data.get("measure", ""), [parse_criterion(each) for each in written or ()]
        )
        if written and what:
            raise refuse(
                f"got {', '.join(map(repr, written))}, which admits {what}, wanted something at "
                "least as strict as every gate's: tests.executed >= 1 and tests.failed == 0"
            )
        return written


def _each_once(objectives: Sequence[ObjectiveTable]) -> Sequence[ObjectiveTable]:
    measures = [objective.measure for objective in objectives]
    for measure in measures:
        if measures.count(measure) > 1:
            raise refuse(
                f"got two objectives on {measure!r}, wanted one; give it several criteria: "
                "pass = ['> 1', '< 5']"
            )
    return objectives


def _some_text(value: str) -> str:
    if not value.strip():
        raise refuse("got an empty pattern, wanted at least one character; '*' is any text")
    return value


#: Patterns of node ids, or of reasons.
Patterns = Annotated[tuple[Annotated[str, AfterValidator(_some_text)], ...], Array]


class StageTable(Table):
    """A test stage; stages run in the order in which the file has them."""

    layers: (
        Annotated[tuple[Annotated[str, AfterValidator(_layer)], ...], Array, NotEmpty] | None
    ) = Field(
        default=None,
        description="Layers whose tests it runs. The layer of the stage's own name by default; a "
        "layer belongs to one stage.",
    )
    environment: Annotated[str, AfterValidator(_environment)] | None = Field(
        default=None, description="Environment it runs against; without one it runs against none."
    )
    timeout_s: Seconds = Field(
        default=Stage.timeout_s, description="Longest duration of the whole stage, seconds, > 0."
    )
    required_tests: Patterns = Field(
        default=(),
        description="Node ids, or their beginnings up to a folder, file, class or test, also with "
        "`*` and `?`: each must name a test of the stage, and all that they name must have run and "
        "passed.",
    )
    skip_reasons: Patterns | None = Field(
        default=None,
        description="Reasons for which a test or a module may be skipped, whole texts with `*` and "
        "`?`. Any reason by default; `[]` allows no skip at all.",
    )
    retries: Annotated[int, Field(ge=0, le=MOST_RETRIES)] = Field(
        default=0,
        description="How often a test that failed in its set-up or body is tried again, 0-5. The "
        "last attempt decides, all are kept, and a test whose attempts differ is flaky.",
    )
    objectives: Annotated[tuple[ObjectiveTable, ...], Array, AfterValidator(_each_once)] = Field(
        default=(),
        description="What the gate demands besides `tests.executed >= 1` and `tests.failed == 0`, "
        "which an objective on the same measure may replace by something stricter; "
        "`tests.flaky == 0` warns, unless an objective says otherwise.",
    )
