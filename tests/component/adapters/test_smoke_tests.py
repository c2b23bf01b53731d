"""Smoke tests: a real pytest, a small service's tests, and somebody who answers."""

import os
import stat
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.smoke_tests import PytestSmokeTests
from pytest_pipeline.adapters.smoke_tests.asked import Asked, sessions
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Overlap
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.engine.ports import Command, Completed
from pytest_pipeline.errors import SmokeTestError
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

PASSWORD = "5e5ame!0pen"  # noqa: S105 - nobody's
DATABASE = "postgresql://orders:5e5ame%210pen@127.0.0.1:5432/orders"
CLOCK = SystemClock()
ROOT_ANSWERS = "def test_root(pipeline_http): assert pipeline_http.get('/').text == 'r8-0'"


@dataclass
class WatchedProcesses:
    """The real ones, asked what there is to see while a command runs."""

    real: GuardedProcesses
    commands: list[Command] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        self.commands.append(command)
        self.modes.append(stat.S_IMODE(errand_of(command).stat().st_mode))
        return self.real.run(command, timeout_s=timeout_s)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


def errand_of(command: Command) -> Path:
    [option] = [each for each in command.argv if each.startswith("--pipeline-smoke=")]
    return Path(option.partition("=")[2])


@pytest.fixture(scope="module")
def processes() -> Iterator[WatchedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield WatchedProcesses(processes)


@pytest.fixture
def preview() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r8-0") as instance:
        yield instance


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "service"
    root.mkdir()
    (root / "pipeline.toml").write_text('name = "orders"\n')
    return root


Smoke = Callable[..., None]


@pytest.fixture
def smoke(
    processes: WatchedProcesses, preview: LoopbackInstance, root: Path, tmp_path: Path
) -> Smoke:
    def run(
        *tests: str,
        timeout_s: float = 60,
        variables: dict[str, str] | None = None,
        suite: Path | None = None,
        overlap: Overlap | None = None,
    ) -> None:
        handoff = EnvironmentHandoff(
            name="production",
            url=f"http://127.0.0.1:{preview.port}",
            release="r8",
            artifact="sha256:8",
            resources=(ProvidedResource("database", "postgres", "embedded", "18", DATABASE),),
            overlap=overlap,
        )
        runner = PytestSmokeTests(
            processes,
            CLOCK,
            root=root,
            timeout_s=timeout_s,
            environ=os.environ if variables is None else variables,
        )
        runner.run(tests, handoff, folder=tmp_path, suite=suite)

    return run


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text) + "\n")


def files(folder: Path) -> set[str]:
    found = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc")
    return {str(each.relative_to(folder)) for each in found}


def test_a_layers_tests_see_the_preview(
    smoke: Smoke, root: Path, preview: LoopbackInstance
) -> None:
    write(root, "tests/unit/test_not_me.py", "def test_not_me(): assert False")
    write(
        root,
        "tests/e2e/test_preview.py",
        """
        def test_root(pipeline_http, pipeline_environment, pipeline):
            assert pipeline_http.get("/").text == "r8-0"
            assert pipeline_environment.name == pipeline.environment == "production"
            assert pipeline_environment.release == "r8"
        """,
    )

    smoke("e2e")

    assert preview.requests == 1


def test_a_node_id_names_a_test_of_whatever_layer(
    smoke: Smoke, root: Path, preview: LoopbackInstance
) -> None:
    write(root, "tests/unit/test_u.py", f"{ROOT_ANSWERS}\ndef test_not_me(): assert False")
    write(root, "tests/e2e/test_not_me.py", "def test_not_me(): assert False")

    smoke("tests/unit/test_u.py::test_root")

    assert preview.requests == 1


def test_layers_and_node_ids_are_both_run(
    smoke: Smoke, root: Path, preview: LoopbackInstance
) -> None:
    write(root, "tests/unit/test_u.py", ROOT_ANSWERS)
    write(root, "tests/e2e/test_preview.py", ROOT_ANSWERS)

    smoke("tests/unit/test_u.py", "e2e")

    assert preview.requests == 2


def test_one_that_fails_fails_them_all(smoke: Smoke, root: Path) -> None:
    write(
        root,
        "tests/e2e/test_preview.py",
        f"{ROOT_ANSWERS}\ndef test_wrong(pipeline_http): assert pipeline_http.get('/').text == ''",
    )

    with pytest.raises(SmokeTestError, match=r"failed: 1 of 2 \(\S+::test_wrong\);") as caught:
        smoke("e2e")

    assert "r8 in production" in str(caught.value)
    assert "assert 'r8-0' == ''" in caught.value.output


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "import pytest\ndef test_it(): pytest.skip('not today')",
            "not executed: 1 collected, 1 skipped",
            id="all-skipped",
        ),
        pytest.param(
            "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
            "not executed: 1 collected, 0 skipped, 1 expected to fail",
            id="expected-to-fail",
        ),
        pytest.param("", "not executed: 0 collected", id="no-tests"),
        pytest.param(
            "import nothing_like_that",
            "failed: 1 modules or folders could not be",
            id="broken-module",
        ),
        pytest.param(
            "import pytest\n@pytest.fixture\ndef bad(): 1 / 0\ndef test_it(bad): pass",
            r"failed: 1 of 1 \(tests/e2e/test_preview.py::test_it\)",
            id="error",
        ),
        pytest.param(
            "import os\ndef test_it(): os._exit(0)", "ended with exit code 0 before", id="exit"
        ),
        pytest.param(
            "import pytest\ndef test_a(): pass\ndef test_it(): pytest.exit('enough', 0)",
            r"cannot be trusted: Exit \(enough\) while running tests/e2e/test_preview.py::test_it",
            id="pytest-exit",
        ),
    ],
)
def test_nothing_that_is_not_a_success_looks_like_one(
    smoke: Smoke, root: Path, text: str, wanted: str
) -> None:
    write(root, "tests/e2e/test_preview.py", text)

    with pytest.raises(SmokeTestError, match=wanted):
        smoke("e2e")


def test_tests_that_a_conftest_leaves_out_are_missed(smoke: Smoke, root: Path) -> None:
    write(root, "tests/e2e/test_preview.py", "def test_a(): pass\ndef test_b(): pass")
    write(root, "conftest.py", "def pytest_collection_modifyitems(items): del items[0]")

    with pytest.raises(SmokeTestError, match=r"cannot be trusted: .*test_a of the collected"):
        smoke("e2e")


def test_an_unknown_layer_is_named_beside_those_there_are(smoke: Smoke) -> None:
    with pytest.raises(SmokeTestError, match="no layer 'smoke' to smoke test; known: unit, "):
        smoke("smoke")


@pytest.mark.parametrize("nodeid", ["tests/e2e/test_preview.py::test_no", "tests/no.py"])
def test_a_node_id_that_does_not_exist_is_named(smoke: Smoke, root: Path, nodeid: str) -> None:
    write(root, "tests/e2e/test_preview.py", ROOT_ANSWERS)

    with pytest.raises(SmokeTestError, match=rf"could not be run: .*not found: .*{nodeid}"):
        smoke("tests/e2e/test_preview.py::test_root", nodeid)


def test_no_test_at_all_is_asked_wrongly(smoke: Smoke) -> None:
    with pytest.raises(SmokeTestError, match="no smoke tests are named"):
        smoke()


def test_one_that_hangs_is_ended_at_the_deadline_and_named(smoke: Smoke, root: Path) -> None:
    write(
        root,
        "tests/e2e/test_preview.py",
        "import time\ndef test_it(): time.sleep(60)",
    )
    before_s = CLOCK.now()

    wanted = r"did not end within 2\.5 s: .* while running tests/e2e/test_preview.py::test_it;"
    with pytest.raises(SmokeTestError, match=wanted):
        smoke("e2e", timeout_s=2.5)

    assert CLOCK.now() - before_s < 20


def test_workers_of_xdist_see_the_preview_too(
    smoke: Smoke, root: Path, preview: LoopbackInstance
) -> None:
    pytest.importorskip("xdist")
    write(root, "pytest.ini", "[pytest]\naddopts = -n 2")
    for number in range(4):
        write(root, f"tests/e2e/test_{number}.py", ROOT_ANSWERS)

    smoke("e2e")

    assert preview.requests == 4


def test_secrets_are_in_a_file_of_the_owners_that_is_gone_afterwards(
    smoke: Smoke, root: Path, processes: WatchedProcesses
) -> None:
    write(root, "tests/e2e/test_preview.py", ROOT_ANSWERS)
    processes.commands.clear()
    processes.modes.clear()

    smoke("e2e")

    [command], [mode] = processes.commands, processes.modes
    assert mode == 0o600
    assert not errand_of(command).exists()
    assert not any(PASSWORD in each or DATABASE in each for each in command.argv)
    assert DATABASE not in command.env.values()


def test_a_password_that_a_test_prints_is_not_repeated(
    smoke: Smoke, root: Path, tmp_path: Path
) -> None:
    write(
        root,
        "tests/e2e/test_preview.py",
        f"""
        def test_it(pipeline_resource):
            print("{PASSWORD}")
            assert pipeline_resource("database").url == ""
        """,
    )

    with pytest.raises(SmokeTestError) as caught:
        smoke("e2e")

    [log] = tmp_path.glob("run-*/output.log")
    assert "postgresql://orders:***@" in caught.value.output
    for secret in (PASSWORD, "5e5ame%210pen"):
        assert secret not in caught.value.output
        assert secret not in log.read_text()


def test_nothing_of_the_users_is_touched(smoke: Smoke, root: Path) -> None:
    write(root, "tests/e2e/test_preview.py", ROOT_ANSWERS)
    write(
        root, "pytest.ini", "[pytest]\naddopts = --junitxml=report.xml --cov --cov-fail-under=100"
    )
    before = files(root)
    # Who measures all processes has them write where that is configured.
    usual = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}

    smoke("e2e", variables=usual)

    assert files(root) == before


def test_selections_that_are_not_the_services_do_not_apply(
    smoke: Smoke, root: Path, preview: LoopbackInstance
) -> None:
    write(root, "tests/e2e/test_preview.py", ROOT_ANSWERS)
    write(root, "pytest.ini", "[pytest]\naddopts = -m unit")

    smoke("e2e", variables={**os.environ, "PYTEST_ADDOPTS": "-k nobody"})

    assert preview.requests == 1


def test_a_session_that_was_sent_by_nobody_says_what_the_option_is_for(root: Path) -> None:
    runner = GuardedProcesses(clock=CLOCK)
    command = Command(
        argv=(sys.executable, "-m", "pytest", "--pipeline-smoke=nothing.json"),
        cwd=root,
        env=dict(os.environ),
        log=root / "output.log",
        name="pytest",
    )

    with runner:
        done = runner.run(command, timeout_s=60)

    assert done.exit_code == 4
    assert "is no errand of smoke tests" in done.output
    assert "--pipeline-stage=NAME" in done.output


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        pytest.param(("e2e", "unit"), (Asked(layers=("e2e", "unit")),), id="layers"),
        pytest.param(("a.py", "b::c", "d/e"), (Asked(nodes=("a.py", "b::c", "d/e")),), id="paths"),
        pytest.param(("-p/x.py",), (Asked(layers=("-p/x.py",)),), id="no-option"),
        pytest.param(("a.py", "e2e"), (Asked(("e2e",)), Asked((), ("a.py",))), id="both"),
    ],
)
def test_what_looks_like_a_path_is_a_node_id(
    tests: tuple[str, ...], wanted: tuple[Asked, ...]
) -> None:
    assert sessions(tests) == wanted


SUITE = "tests/e2e/test_mixed.py"
OVERLAP = Overlap("r7", "r8", "http://127.0.0.1:1", "http://127.0.0.1:2", "r7", "r8")


@pytest.fixture
def kept(root: Path) -> Path:
    """A kept suite inside of the service root, whose own files have changed since."""
    suite = root / ".pipeline" / "suites" / "production" / "abc" / "files"
    for place, word in ((suite, "old"), (root, "new")):
        write(place, "pipeline.toml", 'name = "orders"')
        write(place, "clients/words.py", f"WORD = '{word}'")
        write(place, "words_of_tests.py", f"WORD = '{word}'")
    write(
        suite,
        SUITE,
        """
        def test_it_is_the_old_one(pipeline_overlap, pipeline_environment, pytestconfig):
            import words, words_of_tests
            assert words.WORD == words_of_tests.WORD == "old"
            assert pipeline_overlap == pipeline_environment.overlap
            assert (pipeline_overlap.client, pipeline_overlap.server) == ("r7", "r8")
            assert pytestconfig.rootpath.name == "files"
        """,
    )
    write(root, "conftest.py", "raise AssertionError('the conftest of the service root')")
    write(root, "pytest.ini", "[pytest]\naddopts = --strict-markers")
    return suite


def test_a_kept_suite_finds_its_own_modules_and_not_those_of_today(
    smoke: Smoke, root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(root / "clients")
    monkeypatch.syspath_prepend(root)
    variables = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'clients'}"}

    smoke(SUITE, suite=kept, overlap=OVERLAP, variables=variables)


def test_the_overlap_is_refused_where_nothing_overlaps(smoke: Smoke, root: Path) -> None:
    write(root, SUITE, "def test_it(pipeline_overlap): pass")

    with pytest.raises(SmokeTestError) as caught:
        smoke(SUITE)

    assert "[environments.NAME.mixed_versions]" in caught.value.output
