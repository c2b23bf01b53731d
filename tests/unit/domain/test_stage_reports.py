"""Reports of stages: what is written reads back, and is judged, as what it was."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.envelopes import canonical_json
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_ledger import SentRequests
from pytest_pipeline.domain.load_shapes import LatencyClass, LoadMoment, LoadShape
from pytest_pipeline.domain.measures import Measure, Worse
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.stage_reports import report_from, report_text, run_from
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

TODAY = "2026-11-23"
GATE = Gate(
    (*BASIC_OBJECTIVES, Objective("custom.rows", (parse_criterion("< 5"),))),
    Demands(("tests/*",), ("no *",), retries=1),
)
QUARANTINE = Quarantine((QuarantineEntry("*a*", "ann", "slow", "2026-12-01"),))
STAGE = Stage("unit", ("unit",), gate=GATE, quarantine=QUARANTINE)

texts = st.text(max_size=8)
tuples = st.lists(texts, max_size=3).map(tuple)
counts = st.integers(0, 9)
figures = st.one_of(st.integers(0, 9), st.floats(allow_nan=False))
outcomes = st.sampled_from(TestOutcome)
attempts = st.builds(TestAttempt, outcomes, figures, texts, texts)
records = st.builds(
    TestRecord,
    texts,
    texts,
    st.lists(attempts, max_size=3).map(tuple),
    st.sampled_from(("", "gw0")),
    st.booleans(),
)
rows = st.lists(records, max_size=4, unique_by=lambda each: each.nodeid).map(tuple)
measurements = st.dictionaries(st.one_of(st.just("custom.rows"), texts), figures, max_size=3)
maybe = st.one_of(st.none(), figures)
shapes = st.builds(
    LoadShape,
    st.lists(st.builds(LatencyClass, figures, figures, counts), max_size=2).map(tuple),
    st.lists(st.builds(LoadMoment, figures, figures, counts, maybe, maybe, maybe), max_size=2).map(
        tuple
    ),
)
loads = st.builds(
    LoadResult,
    counts,
    counts,
    figures,
    *[maybe] * 5,
    figures,
    tuples,
    st.dictionaries(texts, counts, max_size=2),
    st.one_of(st.none(), shapes),
    conditions=st.dictionaries(texts, texts, max_size=2),
    sent=st.one_of(st.none(), st.builds(SentRequests, counts, counts, counts)),
    remarks=tuples,
)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    tests = draw(rows)
    told = {each.nodeid: each.outcome for each in tests if each.outcome is not None}
    others = st.dictionaries(texts, outcomes, max_size=3)
    return Tally(
        draw(st.one_of(st.just(told), others)),
        draw(counts),
        draw(counts),
        draw(figures),
        tests,
        draw(counts),
        draw(st.dictionaries(texts, texts, max_size=2)),
    )


PARTS: dict[str, st.SearchStrategy[Any]] = {
    "tally": tallies(),
    "measurements": measurements,
    "problems": tuples,
    "narrowed": tuples,
    "left_out": tuples,
    "interrupted": st.booleans(),
    "exit_status": st.one_of(st.none(), st.integers(0, 5)),
    "stopped": texts,
    "gave_up": st.booleans(),
    "other_failures": counts,
    "duration_s": figures,
    "load_s": figures,
    "missing": tuples,
    "details": st.dictionaries(texts, tuples, max_size=2),
    "registered": st.lists(
        st.builds(Measure, texts, texts, texts, st.sampled_from(Worse)), max_size=2
    ).map(tuple),
    "loads": st.lists(st.tuples(texts, loads), max_size=2).map(tuple),
    "broken": rows,
    "spoilt": st.one_of(
        st.none(),
        st.builds(
            Spoilt,
            st.dictionaries(texts, maybe, max_size=2),
            st.one_of(st.none(), measurements),
        ),
    ),
    "beside": st.one_of(
        st.none(), st.builds(Beside, texts, texts, texts, texts, st.booleans(), st.booleans())
    ),
}

# All members of every run would make an example so large that drawing it takes longest.
thrifty = settings(max_examples=50, deadline=None)


@st.composite
def runs(draw: st.DrawFn) -> StageRun:
    drawn = draw(st.lists(st.sampled_from(tuple(PARTS)), max_size=4, unique=True))
    plain: dict[str, Any] = {"tally": Tally({}, 0), "measurements": {}}
    return StageRun(**plain | {name: draw(PARTS[name]) for name in drawn})


@thrifty
@given(runs())
def test_a_run_reads_back_as_what_it_was(run: StageRun) -> None:
    text = report_text("unit", run)

    assert report_from(text) == ("unit", run)
    assert list(run_from(text).tally.outcomes) == list(run.tally.outcomes)


@thrifty
@given(runs())
def test_a_report_is_judged_as_its_run_is(run: StageRun) -> None:
    unmarked = tuple(replace(each, quarantined=False) for each in run.tally.records)
    run = replace(run, tally=replace(run.tally, records=unmarked))  # as it is before it is judged
    again = run_from(report_text("unit", run))

    assert judge_stage(STAGE, again, today=TODAY) == judge_stage(STAGE, run, today=TODAY)


def test_every_part_of_a_run_is_drawn() -> None:
    assert set(PARTS) == {each.name for each in fields(StageRun)}


@pytest.mark.parametrize("name", [each.name for each in fields(StageRun)])
def test_every_member_of_a_run_is_in_its_report(name: str) -> None:
    attempt = TestAttempt(TestOutcome.PASSED)
    full: dict[str, Any] = {
        "tally": Tally({}, 1),
        "measurements": {"custom.rows": 1},
        "interrupted": True,
        "exit_status": 0,
        "stopped": "x",
        "gave_up": True,
        "other_failures": 1,
        "duration_s": 1.0,
        "load_s": 1.0,
        "details": {"tests.failed": ("x",)},
        "registered": (Measure("custom.rows", "", ""),),
        "loads": (("t", LoadResult(0, 0, 0, None, None, None, None, None, 0, (), {})),),
        "broken": (TestRecord("t", "", (attempt,)),),
        "spoilt": Spoilt({}),
        "beside": Beside("r6", "sha256:6", missing="it was not ready"),
    }
    plain = StageRun(Tally({}, 0), {})
    changed = replace(plain, **{name: full.get(name, ("x",))})

    assert run_from(report_text("unit", changed)) == changed


def test_figures_that_json_has_no_number_for_read_back_too() -> None:
    run = StageRun(Tally({}, 0), {"custom.more": float("-inf"), "custom.rows": float("nan")})
    text = report_text("unit", run)

    assert json.loads(text)["measurements"] == {"custom.rows": "nan", "custom.more": "-inf"}
    assert repr(run_from(text)) == repr(run)


def _changed(path: tuple[str, ...], value: object) -> str:
    run = StageRun(
        Tally({}, 1, records=(TestRecord("t", "unit", (TestAttempt(TestOutcome.PASSED),)),)), {}
    )
    data = json.loads(report_text("unit", run))
    inner = data
    for each in path[:-1]:
        inner = inner[each]
    inner[path[-1]] = value
    return canonical_json(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "another"),
        (("interrupted",), 0),
        (("exit_status",), "0"),
        (("problems",), "none"),
        (("more",), 1),
        (("measurements",), {"custom.rows": True}),
        (("measurements",), []),
        (("tally", "collected"), 1.5),
        (("tally", "tests"), [["t", "unit", "", False, ["well", 0.0]]]),
        (("tally", "tests"), [["t", "unit", "", 0, ["passed", 0.0]]]),
        (("tally", "tests"), [["t"]]),
        (("tally", "outcomes"), [["t", "well"]]),
        (("loads",), [["t", {}]]),
        (("spoilt",), []),
    ],
)
def test_what_is_not_written_as_reports_are_is_refused(
    path: tuple[str, ...], value: object
) -> None:
    with pytest.raises(ValueError, match=r"not a report|not written as|not a valid"):
        run_from(_changed(path, value))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null\n", "[" * 100_000, '{"format": 1}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a report of a stage"):
        run_from(text)


def test_a_report_is_read_as_it_was_written_to_the_byte() -> None:
    text = report_text("unit", StageRun(Tally({}, 0), {}))

    with pytest.raises(ValueError, match="changed after it was made"):
        run_from(text.replace(",", ", ", 1))
