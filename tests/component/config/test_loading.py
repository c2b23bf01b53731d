from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_pipeline.config import load, load_service
from pytest_pipeline.domain.resources import PeerSpec
from pytest_pipeline.domain.services import RunSpec, Service, WheelBuild
from pytest_pipeline.errors import ConfigError

_SERVICE = """\
name = "{name}"
build = {{kind = "wheel"}}
run = {{command = ["serve", "{{port}}"]}}
"""


def _service(folder: Path, more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pipeline.toml").write_text(_SERVICE.format(name=folder.name) + more)
    return folder


def _peer(path: str) -> str:
    return f'[resources.peer]\nkind = "service"\npath = "{path}"\n'


def _told(root: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(root)
    return str(caught.value).splitlines()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_both_places_of_a_configuration_come_to_the_same(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "pipeline.toml").write_text("name = 'orders'\n[stages.unit]\n")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "pyproject.toml").write_text(
        "[tool.pytest_pipeline]\nname = 'orders'\n[tool.pytest_pipeline.stages.unit]\n"
    )

    assert load(tmp_path / "own") == load(tmp_path / "shared")


def test_problems_carry_the_lines_of_the_whole_file_and_the_keys_of_our_section() -> None:
    Path("pyproject.toml").write_text(
        '[project]\nname = "x"\n\n[tool.pytest_pipeline]\nnmae = "orders"\n'
        "[tool.pytest_pipeline.stages.unit]\ntimeout_s = -1\n"
    )

    told = _told(Path())

    assert [line.partition(": got ")[0] for line in told] == [
        "pyproject.toml:5: nmae",
        "pyproject.toml:7: stages.unit.timeout_s",
    ]


def test_a_root_without_configuration_is_refused(tmp_path: Path) -> None:
    assert _told(tmp_path) == [
        (
            ".: got no configuration, wanted pipeline.toml or a pyproject.toml with "
            "[tool.pytest_pipeline]; add one of them"
        )
    ]


def test_a_root_with_two_configurations_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest_pipeline]\n")

    assert _told(tmp_path) == [
        (
            "pipeline.toml: got a second configuration beside [tool.pytest_pipeline] in "
            "pyproject.toml, wanted one; move its keys there or delete that section"
        )
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"a = 1\nb = \n", "pipeline.toml:2: not TOML: Invalid value", id="value"),
        pytest.param(
            b"a = 1\na = 2\n", "pipeline.toml:2: not TOML: Cannot overwrite a value", id="twice"
        ),
        pytest.param(
            b"a = 1\nb = [", "pipeline.toml:2: not TOML: Invalid value", id="end-of-document"
        ),
        pytest.param(
            b"a = 1\nb = '\xff'\n",
            "pipeline.toml:2: got bytes that are not UTF-8, wanted TOML",
            id="encoding",
        ),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(content: bytes, told: str) -> None:
    Path("pipeline.toml").write_bytes(content)

    assert _told(Path()) == [told]


def test_our_section_may_not_be_a_plain_value() -> None:
    Path("pyproject.toml").write_text("[tool]\npytest_pipeline = 3\n")

    assert _told(Path()) == ["pyproject.toml:2: got a value, wanted a table of settings"]


def test_inputs_have_to_exist(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    _service(tmp_path / "orders", more="").joinpath("pipeline.toml").write_text(
        'inputs = ["../shared",\n"../elsewhere"]\n'
    )

    assert _told(Path("orders")) == [
        "orders/pipeline.toml:2: inputs[1]: got '../elsewhere', wanted a file or folder that exists"
    ]


def test_a_peer_is_read_as_a_service(tmp_path: Path) -> None:
    _service(tmp_path / "inventory")
    orders = _service(tmp_path / "orders", _peer("../inventory"))

    service = load_service(orders)

    assert service.resources == (PeerSpec("peer", "../inventory"),)
    assert load_service(orders / "../inventory") == Service(
        "inventory", WheelBuild(), RunSpec(("serve", "{port}"))
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("nowhere", "got 'nowhere', wanted a folder that exists", id="missing"),
        pytest.param(
            ".", "got '.', which is this very service, wanted another one's root", id="itself"
        ),
        pytest.param(
            "sub/..",
            "got 'sub/..', which is this very service, wanted another one's root",
            id="itself-by-a-detour",
        ),
        pytest.param(
            "sub",
            "got 'sub', wanted the root of a service: a folder with pipeline.toml or a "
            "pyproject.toml with [tool.pytest_pipeline]",
            id="no-service",
        ),
        pytest.param(
            "/usr", "got '/usr', wanted a path relative to the service root", id="absolute"
        ),
    ],
)
def test_a_peer_s_path_leads_to_another_service(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "orders" / "sub").mkdir(parents=True)
    _service(tmp_path / "orders", _peer(path))

    assert _told(Path("orders")) == [f"orders/pipeline.toml:6: resources.peer.path: {told}"]


def test_what_is_wrong_with_a_peer_is_told_together_with_the_rest(tmp_path: Path) -> None:
    _service(tmp_path / "inventory", "stage.unit = {}\n")
    _service(tmp_path / "orders", _peer("../inventory") + "[stages.nnit]\n")

    told = _told(Path("orders"))

    assert [line.partition(": got ")[0] for line in told] == [
        "orders/pipeline.toml:7: stages.nnit.layers",
        "orders/pipeline.toml:6: resources.peer.path",
        "inventory/pipeline.toml:4: stage",
    ]


def test_a_peer_without_a_service_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "pipeline.toml").write_text("")
    _service(tmp_path / "orders", _peer("../inventory"))

    assert _told(Path("orders"))[1] == (
        "inventory: got a configuration without a service, wanted name, [build] and [run]"
    )


def test_services_that_need_each_other_are_refused(tmp_path: Path) -> None:
    _service(tmp_path / "inventory", _peer("../orders"))
    _service(tmp_path / "orders", _peer("../inventory"))

    assert _told(Path("orders"))[1] == (
        "inventory/pipeline.toml:6: resources.peer.path: got '../orders', which needs this service "
        "itself, wanted no circle"
    )


def test_finding_a_configuration_does_not_import_what_reading_it_needs(tmp_path: Path) -> None:
    _service(tmp_path)
    program = (
        "import sys; from pathlib import Path\n"
        "from pytest_pipeline.config import load, service_root\n"
        "root = service_root(Path())\n"
        "assert root and 'pydantic' not in sys.modules\n"
        "load(root)\n"
        "assert 'pydantic' in sys.modules\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr.decode()
