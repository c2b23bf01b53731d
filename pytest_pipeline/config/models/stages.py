"""The tables ``[stages.NAME]``: layers, environment and gate of a stage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.floors import floor_of, loosened
from pytest_pipeline.config.models.fields import (
    Anything,
    Array,
    NotEmpty,
    Seconds,
    Table,
    not_empty,
    one_of,
    refuse,
)
from pytest_pipeline.config.models.load import LoadTable
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.criteria import FORMS, parse_criterion
from pytest_pipeline.domain.demands import MOST_RETRIES
from pytest_pipeline.domain.measures import (
    LAYER_DURATIONS,
    MEASURES,
    PACKAGE_COVERAGE,
    all_measures,
    find_measure,
)
from pytest_pipeline.domain.ratchets import MORE_IS_WORSE, can_ratchet
from pytest_pipeline.domain.side_by_side.settings import LEAST_RUNS, MOST_RUNS, SideBySide
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError

#: Criteria as they are written: all of one set, or sets.
Written = tuple[str | tuple[str, ...], ...]

_SIGNED = re.compile(r"\s*([<>=]+)\s*\+\s*([\d.]+)\s*")


def _in_an_array(value: Anything) -> Anything:
    return [value] if isinstance(value, str) else value


def _entry(value: Anything) -> Anything:
    """Return a criterion, or a set of criteria."""
    if isinstance(value, str):
        return _criterion(value)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise refuse(f"got {value!r}, wanted a criterion such as '< 250', or an array of criteria")
    return not_empty(tuple(_criterion(each) for each in value))


def _one_kind(written: Written) -> Written:
    if len({isinstance(each, str) for each in written}) > 1:
        raise refuse(
            "got criteria and sets of criteria in one array, wanted either: ['> 1', '< 5'] all "
            "hold, [['< 250'], ['<= +10%']] one of the sets does"
        )
    return written


def sets_of(written: Written) -> tuple[tuple[str, ...], ...]:
    """Return criteria as sets: one set may be written without the outer array."""
    plain = tuple(each for each in written if isinstance(each, str))
    return (plain,) if plain else tuple(each for each in written if not isinstance(each, str))


def _criterion(value: str) -> str:
    try:
        parse_criterion(value)
    except ConfigError:
        raise refuse(f"got {value!r}, wanted {FORMS}{_meant(value)}") from None
    return value


def _meant(value: str) -> str:
    """Return what a signed number may have meant; empty where there is none."""
    found = _SIGNED.fullmatch(value)
    if found is None:
        return ""
    comparison, number = found.groups()
    return f"; did you mean '{comparison} {number}' or '{comparison} base + {number}'?"


def _measure(value: str, info: ValidationInfo) -> str:
    layers = declared_in(info).layers
    if find_measure(value, layers) is not None:
        return value
    known = all_measures(layers)
    layer = LAYER_DURATIONS.value_in(value)
    if layer is not None:
        raise refuse(
            f"got the unknown layer {layer!r} in {value!r}, wanted one of {', '.join(layers)}"
            f"{did_you_mean(layer, layers)}"
        )
    raise refuse(
        f"got the unknown measure {value!r}, wanted one of {', '.join(known)}, "
        f"{PACKAGE_COVERAGE.pattern} or a name of your own that begins with 'custom.'"
        f"{did_you_mean(value, known)}"
    )


def _layer(value: str, info: ValidationInfo) -> str:
    return one_of(value, declared_in(info).layers, "layer")


def _environment(value: str, info: ValidationInfo) -> str:
    return one_of(
        value,
        declared_in(info).environments,
        "environment",
        otherwise="one that [environments.NAME] describes",
    )


def _ratchet(value: str, info: ValidationInfo) -> str:
    if not can_ratchet(_measure(value, info)):
        raise refuse(
            f"got {value!r}, wanted a count or a time of which more is worse, one of "
            f"{', '.join(sorted(MORE_IS_WORSE & {*MEASURES}))}; for another measure write an "
            "objective: pass = '>= base', baseline = 'merge-base'"
        )
    return value


#: ``"< 250"``, ``["> 1", "< 5"]`` or ``[["< 250"], ["<= +10%"]]``.
Criteria = Annotated[
    tuple[Annotated[str | tuple[str, ...], BeforeValidator(_entry)], ...],
    Array,
    NotEmpty,
    BeforeValidator(_in_an_array),
    AfterValidator(_one_kind),
]


class ObjectiveTable(Table):
    """What one measurement of a stage has to be."""

    measure: Annotated[str, AfterValidator(_measure)] = Field(
        description="What is judged: a [measure](#measures), or a name that begins with `custom.` "
        "and that the tests record."
    )
    pass_: Criteria = Field(
        alias="pass",
        description='A [criterion](measures.md#criteria) such as `"< 250"`; an array that all must '
        'hold, such as `["> 1", "< 5"]`; or an array of such sets of which one must hold, such as '
        '`[["< 250"], ["<= +10%"]]`.',
    )
    warn: Criteria | None = Field(
        default=None,
        description="Likewise; when `pass` is missed and these hold, the stage warns and goes on.",
    )
    baseline: Literal["stable", "merge-base"] | None = Field(
        default=None,
        description="What relative criteria compare with: the release that was promoted in the "
        "stage's environment before, or the commit where the branch left `source.base`. Stable by "
        "default where the stage has an environment, else the merge base.",
    )

    @field_validator("pass_", "warn")
    @classmethod
    def _only_stricter(cls, written: Written | None, info: ValidationInfo) -> Written | None:
        for criteria in sets_of(written or ()):
            measure = info.data.get("measure", "")
            what = loosened(measure, [parse_criterion(each) for each in criteria])
            if what:
                raise refuse(
                    f"got {', '.join(map(repr, criteria))}, which admits {what}, wanted something "
                    f"at least as strict as what it replaces: {floor_of(measure)}"
                )
        return written


def _even(runs: int) -> int:
    if runs % 2:
        raise refuse(
            f"got {runs}, wanted an even number: runs come in blocks of two of each release"
        )
    return runs


class SideBySideTable(Table):
    """Compares load figures with those of stable side by side, run by run."""

    runs: Annotated[int, Field(ge=LEAST_RUNS, le=MOST_RUNS), AfterValidator(_even)] = Field(
        default=SideBySide.runs,
        description="Most runs of each release, an even number, 4-24. Fewer are made when the "
        "verdict stands before.",
    )
    duration_s: Seconds = Field(
        default=SideBySide.duration_s,
        description="Duration of each run, seconds, > 0; it takes the place of that of the test. A "
        "ramp has to end within it.",
    )
    warm_up_s: Annotated[float, Field(ge=0)] = Field(
        default=SideBySide.warm_up_s,
        description="Load on each release before the first run, which is not counted; seconds, "
        ">= 0. Stable is launched for the comparison: cold, it would let slower releases pass.",
    )
    false_alarm_percent: Annotated[float, Field(gt=0, le=20)] = Field(
        default=SideBySide.false_alarm_percent,
        description="How many releases that are no worse than stable may be failed, all relative "
        "load objectives of the stage together; percent, > 0, <= 20.",
    )
    power_percent: Annotated[float, Field(ge=50, lt=100)] = Field(
        default=SideBySide.power_percent,
        description="How many releases that are worse by `detect_percent` must not pass; percent, "
        ">= 50, < 100.",
    )
    detect_percent: Annotated[float, Field(gt=0, le=1000)] = Field(
        default=SideBySide.detect_percent,
        description="The change for the worse that has to be found; percent, > 0. It has to be "
        "more than what the objectives tolerate.",
    )


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
    ratchet: Annotated[tuple[Annotated[str, AfterValidator(_ratchet)], ...], Array] = Field(
        default=(),
        description="Measures that must not exceed those of the merge base, such as "
        '`["tests.skipped", "tests.xfailed"]`.',
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
    side_by_side: SideBySideTable | None = Field(
        default=None,
        description="Compares load figures with those of stable side by side: relative objectives "
        "on `load.…` measures are judged on several runs of both releases. Without it they compare "
        "one figure with what the execution measured that promoted stable.",
    )
    load: LoadTable | None = Field(
        default=None,
        description="Where the load of its load tests comes from: several processes, several "
        "machines. One process of this machine by default.",
    )
