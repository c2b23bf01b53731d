"""Which processes belong together."""

from __future__ import annotations

import pytest

from pytest_pipeline.adapters.processes.family import family, owned
from pytest_pipeline.adapters.processes.marks import marked
from pytest_pipeline.adapters.processes.table import Seen
from pytest_pipeline.domain.fleets import ProcessIdentity

TOKEN = "t"  # noqa: S105 - of an owner, not a secret
LEADER = ProcessIdentity(10, 100.0)


def seen(pid: int, parent: int = 1, **about: object) -> Seen:
    fields: dict[str, object] = {"group": pid, "session": pid, **about}
    return Seen(ProcessIdentity(pid, 100.0), parent, **fields)  # type: ignore[arg-type]


HEAD = seen(10, owners=("o",), marks=("o-1",))


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(seen(11, group=10), id="same-group"),
        pytest.param(seen(11, session=10), id="same-session"),
        pytest.param(seen(11, parent=10), id="child"),
        pytest.param(seen(11, owners=("o",), marks=("o-1",)), id="marked-daemon"),
        pytest.param(seen(11, owners=("o", "i"), marks=("o-1", "i-4")), id="of-an-inner-owner"),
    ],
)
def test_a_family_is_group_session_descendants_and_marked_processes(member: Seen) -> None:
    assert family([HEAD, member], LEADER) == (HEAD, member)


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(seen(11), id="unrelated"),
        pytest.param(seen(11, owners=("o",), marks=("o-2",)), id="another-process-of-the-owner"),
        pytest.param(seen(11, parent=10, marks=("i-4",)), id="kept-by-an-inner-owner"),
        pytest.param(seen(11, parent=10, guardian=True), id="guardian-of-an-inner-owner"),
    ],
)
def test_others_are_not_of_the_family(stranger: Seen) -> None:
    assert family([HEAD, stranger], LEADER) == (HEAD,)


def test_descendants_are_found_at_any_depth() -> None:
    table = [HEAD, seen(11, parent=10), seen(12, parent=11), seen(13, parent=12)]

    assert len(family(table, LEADER)) == 4


def test_after_the_leader_is_gone_its_group_counts_only_with_a_mark_of_ours() -> None:
    marked_member = seen(11, group=10, owners=("o",), marks=("o-1",))
    stranger = seen(12, group=10)

    assert family([marked_member, stranger], LEADER) == (marked_member,)


def test_a_reused_number_is_a_stranger_even_when_it_is_another_process_of_ours() -> None:
    reused = Seen(ProcessIdentity(10, 500.0), 1, 10, 10, owners=("o",), marks=("o-7",))
    below = seen(11, group=10, owners=("o",), marks=("o-7",))

    assert family([reused, below], LEADER) == ()


def test_an_owner_has_what_is_marked_and_the_families_of_its_leaders_but_nothing_kept() -> None:
    daemon = seen(20, owners=("o",), marks=("o-3",))
    unmarked = seen(21, parent=10)
    kept = seen(22, marks=("o-4",))
    foreign = seen(23, owners=("x",), marks=("x-1",))

    found = owned([HEAD, daemon, unmarked, kept, foreign], "o", leaders=[LEADER])

    assert {one.identity.pid for one in found} == {10, 20, 21}


def test_an_owner_has_what_was_to_be_kept_until_it_is_handed_over() -> None:
    promised = seen(22, marks=("o-4",))
    child = seen(23, parent=1, marks=("o-4",))
    handed_over = seen(24, marks=("o-5",))

    found = owned([promised, child, handed_over], "o", pending=["o-4", "container"])

    assert {one.identity.pid for one in found} == {22, 23}


def test_marks_of_others_are_replaced_by_the_own_chain() -> None:
    env = {"A": "1", "PYTEST_PIPELINE_OWNER": "x", "PYTEST_PIPELINE_GUARDIAN": "x"}
    own = {"PYTEST_PIPELINE_OWNER": "outer", "PYTEST_PIPELINE_PROCESS": "outer-1"}

    guarded = marked(env, token=TOKEN, mark="t-1", keep=False, own=own)
    kept = marked(env, token=TOKEN, mark="t-1", keep=True, own=own)

    assert guarded == {
        "A": "1",
        "PYTEST_PIPELINE_OWNER": "outer t",
        "PYTEST_PIPELINE_PROCESS": "outer-1 t-1",
    }
    assert kept == {"A": "1", "PYTEST_PIPELINE_PROCESS": "t-1"}
