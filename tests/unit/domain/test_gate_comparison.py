"""A gate that admits more than another is always said to be weaker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import Comparison, Criterion, parse_criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.gate_comparison import gate_changes
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective, judge
from pytest_pipeline.domain.policy_changes import ChangeKind
from pytest_pipeline.domain.ratchets import ratcheted

MEASURES = ("a", "b")

numbers = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.1, 0.5, 1.0, 2.0, 3.0, 1e300])
criteria = st.builds(
    lambda comparison, bound, kind: Criterion(
        comparison, bound, relative=kind > 0, in_units=kind == 2
    ),
    st.sampled_from(Comparison),
    numbers,
    st.integers(0, 2),
)
criteria_sets = st.lists(criteria, min_size=1, max_size=2).map(tuple)
objectives = st.builds(
    Objective,
    st.sampled_from(MEASURES),
    criteria_sets,
    st.just(()) | criteria_sets,
    st.lists(criteria_sets, max_size=1).map(tuple),
    baseline=st.sampled_from([None, BaselineKind.MERGE_BASE]),
)
gates = st.lists(objectives, min_size=1, max_size=3).map(lambda each: Gate(tuple(each)))
baselines = st.dictionaries(
    st.sampled_from(BaselineKind),
    st.builds(
        lambda figures, first: Baseline("r1", figures, first_release=first),
        st.dictionaries(st.sampled_from(MEASURES), numbers),
        st.booleans(),
    ),
)


@st.composite
def loosened(draw: st.DrawFn) -> tuple[Gate, Gate]:
    """Return a gate, and one that differs from it in a little."""
    old = draw(gates)
    number = draw(st.integers(0, len(old.objectives) - 1))
    changed = list(old.objectives)
    if draw(st.booleans()):
        changed[number] = draw(objectives)
    else:
        one = changed[number]
        looser = replace(one.pass_criteria[0], bound=draw(numbers))
        changed[number] = replace(one, pass_criteria=(looser, *one.pass_criteria[1:]))
    if draw(st.booleans()):
        changed.pop(number)
    return old, Gate(tuple(changed))


def changes(old: Gate, new: Gate) -> list[ChangeKind]:
    return [each.kind for each in gate_changes(gate_document(old), gate_document(new))]


def gate(*written: tuple[str, str] | tuple[str, str, str], **further: Any) -> Gate:  # noqa: ANN401
    """Return a gate of objectives, each with its measure, what passes, and what warns."""
    made = []
    for measure, passes, *warns in written:
        sets = [
            tuple(parse_criterion(each) for each in text.split(" and "))
            for text in (passes, *warns)
        ]
        made.append(Objective(measure, sets[0], sets[1] if warns else ()))
    return Gate(tuple(made), **further)


@given(gates)
def test_a_gate_does_not_differ_from_itself(one: Gate) -> None:
    assert changes(one, one) == []


@given(
    st.tuples(gates, gates) | loosened(),
    st.dictionaries(st.sampled_from(MEASURES), numbers),
    baselines,
)
@example((gate(("a", "<= +1%")), gate(("a", "< +2%"))), {"a": 1e300}, {})
def test_what_promotes_under_a_new_gate_and_not_under_the_old_one_is_said_to_be_weaker(
    both: tuple[Gate, Gate],
    measured: dict[str, float],
    found: dict[BaselineKind, Baseline],
) -> None:
    old, new = both

    before, after = (judge(each, measured, baselines=found).verdict for each in both)

    if after.promotes and not before.promotes:
        assert ChangeKind.WEAKER in changes(old, new)


@given(st.tuples(gates, gates) | loosened())
def test_what_is_stronger_alone_is_weaker_the_other_way_round(both: tuple[Gate, Gate]) -> None:
    old, new = both
    there, back = changes(old, new), changes(new, old)

    if ChangeKind.STRONGER in there and ChangeKind.WEAKER not in there:
        assert ChangeKind.WEAKER in back


PLAIN = gate(("a", "< 250"))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param(PLAIN, gate(("a", "< 300")), "weaker", id="bound"),
        pytest.param(PLAIN, gate(("a", "< 200")), "stronger", id="bound-down"),
        pytest.param(PLAIN, gate(("a", "<= 250")), "weaker", id="touches"),
        pytest.param(gate(("a", ">= 80")), gate(("a", ">= 70")), "weaker", id="at-least"),
        pytest.param(PLAIN, gate(("a", "< 250", "< 400")), "weaker", id="warn-set-added"),
        pytest.param(gate(("a", "< 250", "< 400")), PLAIN, "stronger", id="warn-set-removed"),
        pytest.param(PLAIN, gate(("a", "< 200", "< 250")), "stronger", id="passes-less-often"),
        pytest.param(gate(("a", "< 200", "< 250")), PLAIN, "weaker", id="warns-less-often"),
        pytest.param(PLAIN, gate(("a", "<= +10%")), "weaker", id="of-another-kind"),
        pytest.param(PLAIN, gate(), "weaker", id="objective-removed"),
        pytest.param(gate(), PLAIN, "stronger", id="objective-added"),
        pytest.param(PLAIN, gate(("a", "< 250 and > 1")), "stronger", id="one-more-criterion"),
        pytest.param(
            Gate((Objective("a", (parse_criterion("<= +1%"),)),)),
            Gate((Objective("a", (parse_criterion("<= +1%"),), baseline=BaselineKind.MERGE_BASE),)),
            "weaker",
            id="other-baseline",
        ),
        pytest.param(
            Gate((*PLAIN.objectives, *ratcheted(["b"]))), PLAIN, "weaker", id="ratchet-removed"
        ),
        pytest.param(
            gate(demands=Demands(("t.py",))), gate(), "weaker", id="required-test-removed"
        ),
        pytest.param(gate(), gate(demands=Demands(("t.py",))), "stronger", id="test-required"),
        pytest.param(gate(), gate(demands=Demands(retries=1)), "weaker", id="retries"),
        pytest.param(gate(demands=Demands(retries=2)), gate(), "stronger", id="no-retries"),
        pytest.param(gate(demands=Demands((), ("a",))), gate(), "weaker", id="any-skip-reason"),
        pytest.param(
            gate(demands=Demands((), ("a",))),
            gate(demands=Demands((), ("a", "b"))),
            "weaker",
            id="skip-reason",
        ),
        pytest.param(gate(), gate(excused=(("t", "2026-01-01"),)), "weaker", id="excuse"),
        pytest.param(
            gate(excused=(("t", "2026-01-01"),)),
            gate(excused=(("t", "2026-01-02"),)),
            "weaker",
            id="longer-excuse",
        ),
        pytest.param(gate(excused=(("t", "2026-01-01"),)), gate(), "stronger", id="excuse-gone"),
        pytest.param(gate(), gate(base="next"), "weaker", id="other-branch"),
    ],
)
def test_a_change_is_told_in_its_sense(old: Gate, new: Gate, kind: str) -> None:
    assert changes(old, new) == [kind]


def test_what_cannot_be_compared_is_said_so() -> None:
    (change,) = gate_changes(gate_document(PLAIN), gate_document(gate(("a", "<= +10%"))))

    assert change.text == "a: < 250 → <= +10% (of stable) (weaker: cannot be compared)"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            {"mercy": 1}, {"mercy": 2}, "mercy: 1 → 2 (weaker: cannot be compared)", id="changed"
        ),
        pytest.param({"mercy": 1}, {}, "mercy: 1 → - (weaker: cannot be compared)", id="gone"),
        pytest.param({}, {"mercy": 1}, "mercy: - → 1 (other: not compared before)", id="added"),
    ],
)
def test_a_key_that_nobody_knows_is_compared_as_weaker_unless_it_is_new(
    old: dict[str, Any], new: dict[str, Any], told: str
) -> None:
    document = gate_document(PLAIN)

    (change,) = gate_changes({**document, **old}, {**document, **new})

    assert change.text == told


@pytest.mark.parametrize("broken", [{}, {"objectives": 3}, {"objectives": [{}]}])
def test_what_is_no_gate_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not what a gate demands"):
        gate_changes(broken, gate_document(Gate(BASIC_OBJECTIVES)))
