"""The quarantine file: all that is wrong with it at once, with its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.config import default_pipeline, load
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.errors import ConfigError

_ENTRY = """
[[tests]]
pattern = "tests/unit/test_a.py::test_known"
owner = "payments"
reason = "ticket 7"
expires = 2026-12-31
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.toml").write_text("[stages.unit]\n")
    return tmp_path


def test_no_file_is_no_quarantine(root: Path) -> None:
    assert load(root).quarantine is None
    assert "tests.quarantined" not in _measures(root)


def test_the_file_beside_the_configuration_is_read(root: Path) -> None:
    (root / "quarantine.toml").write_text(_ENTRY)

    entry = QuarantineEntry(
        "tests/unit/test_a.py::test_known",
        "payments",
        "ticket 7",
        "2026-12-31",
        "quarantine.toml:2",
    )
    assert load(root).quarantine == Quarantine((entry,), 10)
    assert load(root).stage("unit").quarantine == Quarantine((entry,), 10)
    assert {"tests.quarantined", "quarantine.entries", "quarantine.expired"} <= _measures(root)


def test_its_place_and_its_most_entries_are_configured(root: Path) -> None:
    (root / "pipeline.toml").write_text(
        '[stages.unit]\n[quarantine]\nfile = "tests/known.toml"\nmax_entries = 2\n'
    )
    (root / "tests").mkdir()
    (root / "tests" / "known.toml").write_text(_ENTRY)

    quarantine = load(root).quarantine

    assert quarantine is not None
    assert (len(quarantine.entries), quarantine.max_entries) == (1, 2)


def test_everything_that_is_wrong_is_told_at_once(root: Path) -> None:
    (root / "pipeline.toml").write_text("[stages.unit]\nretries = 6\nrequired_tests = ['']\n")
    (root / "quarantine.toml").write_text(
        '[[tests]]\npattern = "a.py"\nowner = ""\nexpires = "soon"\n\n[[tests]]\nreasn = "x"\n'
    )

    with pytest.raises(ConfigError) as raised:
        load(root)

    assert str(raised.value).splitlines() == [
        "pipeline.toml:2: stages.unit.retries: got 6, wanted a number <= 5",
        (
            "pipeline.toml:3: stages.unit.required_tests[0]: got an empty pattern, wanted "
            "at least one character; '*' is any text"
        ),
        "quarantine.toml:1: tests[0].reason: got nothing, wanted this key, which is required",
        "quarantine.toml:3: tests[0].owner: got an empty text, wanted some words",
        (
            "quarantine.toml:4: tests[0].expires: got 'soon', wanted a date such as 2026-12-31, "
            "without quotes"
        ),
        "quarantine.toml:6: tests[1].pattern: got nothing, wanted this key, which is required",
        "quarantine.toml:6: tests[1].owner: got nothing, wanted this key, which is required",
        "quarantine.toml:6: tests[1].reason: got nothing, wanted this key, which is required",
        "quarantine.toml:6: tests[1].expires: got nothing, wanted this key, which is required",
        (
            "quarantine.toml:7: tests[1].reasn: got an unknown key, wanted one of pattern, owner, "
            "reason, expires; did you mean 'reason'?"
        ),
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("file = 'gone.toml'", "quarantine.file: got 'gone.toml', wanted a file that exists"),
        ("file = '../q.toml'", "quarantine.file: got '../q.toml', wanted a path inside the serv"),
        ("max_entries = -1", "quarantine.max_entries: got -1, wanted a number >= 0"),
        ("max_tests = -1", "quarantine.max_tests: got -1, wanted a number >= 0"),
    ],
)
def test_a_wrong_place_is_refused(root: Path, written: str, told: str) -> None:
    (root / "pipeline.toml").write_text(f"[quarantine]\n{written}\n")

    with pytest.raises(ConfigError) as raised:
        load(root)

    assert str(raised.value).startswith(f"pipeline.toml:2: {told}")


def test_what_is_configured_counts_while_there_is_no_file(root: Path) -> None:
    (root / "pipeline.toml").write_text(
        "[stages.unit]\n[quarantine]\nmax_entries = 3\nmax_tests = 4\n"
    )

    assert load(root).quarantine == Quarantine((), 3, 4)


@pytest.mark.parametrize("default", [False, True], ids=["stages", "no-stages"])
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("", id="emptied"),
        pytest.param(_ENTRY.replace("2026-12-31", "2026-12-30"), id="other-day"),
        pytest.param(_ENTRY.replace("test_known", "test_other"), id="other-test"),
    ],
)
def test_a_change_of_the_quarantine_changes_the_policy(
    root: Path, changed: str, *, default: bool
) -> None:
    def policy() -> str:
        pipeline = load(root)
        if default:
            pipeline = default_pipeline(["unit"], base=pipeline)
        return policy_digest(pipeline.stage("unit").gate)

    (root / "quarantine.toml").write_text(_ENTRY)
    before = policy()
    (root / "quarantine.toml").write_text(changed)

    assert policy() != before


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "tests",
        "tests/unit/",
        "tests/**",
        "*.py",
        "test_*.py",
        "*::*",
        "*::test_*",
        "::",
        ".py",
    ],
)
def test_a_pattern_that_names_no_module_and_no_test_is_refused(root: Path, pattern: str) -> None:
    (root / "quarantine.toml").write_text(
        _ENTRY.replace("tests/unit/test_a.py::test_known", pattern)
    )

    with pytest.raises(ConfigError) as raised:
        load(root)

    assert str(raised.value) == (
        f"quarantine.toml:3: tests[0].pattern: got {pattern!r}, wanted the file name of a module "
        "('.py') or, behind '::', the name of a class or test, written without '*' and '?'"
    )


@pytest.mark.parametrize(
    "pattern",
    ["test_a.py", "*/test_a.py", "test_a.py::test_*", "*::test_pay", "*::test_pay[*]", "*::TestX"],
)
def test_a_pattern_that_names_a_module_or_a_test_stands(root: Path, pattern: str) -> None:
    (root / "quarantine.toml").write_text(
        _ENTRY.replace("tests/unit/test_a.py::test_known", pattern)
    )

    quarantine = load(root).quarantine

    assert quarantine is not None
    assert [each.pattern for each in quarantine.entries] == [pattern]


@pytest.mark.parametrize("measure", ["quarantine.entries", "quarantine.expired"])
def test_a_measure_of_the_quarantine_needs_one(root: Path, measure: str) -> None:
    stage = f"[stages.unit]\nratchet = ['{measure}']\n"
    (root / "pipeline.toml").write_text(stage)

    with pytest.raises(ConfigError) as raised:
        load(root)

    assert str(raised.value) == (
        f"pipeline.toml:2: stages.unit.ratchet[0]: got {measure!r}, wanted beside it a quarantine: "
        "a file quarantine.toml, or [quarantine] with max_entries, without which it is never "
        "measured"
    )
    (root / "pipeline.toml").write_text(f"{stage}[quarantine]\nmax_entries = 3\n")
    assert measure in _measures(root)


def test_a_file_that_is_no_toml_is_told(root: Path) -> None:
    (root / "quarantine.toml").write_text("[[tests\n")

    with pytest.raises(ConfigError, match=r"^quarantine\.toml:1: not TOML"):
        load(root)


def _measures(root: Path) -> set[str]:
    return {each.measure for each in load(root).stage("unit").gate.objectives}
