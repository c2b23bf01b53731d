"""The key is taken out of the environment, to the last byte that can be found."""

import os
import sys
from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import TakenKey, new_private_key, take_key
from pytest_pipeline.errors import ConfigError
from tests.component.adapters.dsse.probing import run_with

PRIVATE, PUBLIC = new_private_key()
KEY, KEY_FILE = "PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"
_TAKES = """
import os, re, subprocess
from pathlib import Path
from pytest_pipeline.adapters.dsse import take_key
FORM = re.compile(rb"MC4CAQAwBQYDK2VwBCIE[A-Za-z0-9+/]{43}")

def in_memory():
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            bounds, rights = line.split()[:2]
            start, end = (int(each, 16) for each in bounds.split("-"))
            if rights.startswith("r") and "[v" not in line:
                try:
                    memory.seek(start)
                    found += len(FORM.findall(memory.read(end - start)))
                except OSError:
                    pass
    return found

"""


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.delenv(KEY_FILE, raising=False)


def test_without_a_key_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "")

    assert take_key() is None


def test_the_key_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, PRIVATE)

    taken = take_key()

    assert taken is not None
    assert taken.read().decode() == PRIVATE
    assert KEY not in os.environ
    assert "PRIVATE" not in repr(taken)
    taken.forget()
    assert set(taken.read()) == {0}


def test_what_is_started_afterwards_does_not_inherit_it() -> None:
    program = f"{_TAKES}take_key()\nprint(subprocess.check_output(['env']).decode())"

    assert "PIPELINE_KEY" not in run_with(program, {KEY: PRIVATE})


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_initial_environment_of_the_process_loses_its_value() -> None:
    look = "print('PRIVATE' in Path('/proc/self/environ').read_text())\n"

    assert run_with(f"{_TAKES}{look}take_key()\n{look}", {KEY: PRIVATE}) == "True\nFalse"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_one_that_was_set_anew_is_wiped_in_both_places() -> None:
    anew = f"os.environ[{KEY!r}] = os.environ[{KEY!r}]\n"
    look = "print('PRIVATE' in Path('/proc/self/environ').read_text())\n"

    assert run_with(f"{_TAKES}{anew}take_key()\n{look}", {KEY: PRIVATE}) == "False"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_memory_of_the_process_holds_it_once_it_is_forgotten() -> None:
    look = "print(in_memory())"

    assert int(run_with(f"{_TAKES}{look}", {KEY: PRIVATE})) > 0
    assert run_with(f"{_TAKES}take_key().forget()\n{look}", {KEY: PRIVATE}) == "0"


def test_whoever_kept_the_bytes_of_the_environment_sees_zeros() -> None:
    kept = f"kept = os.environb[{KEY.encode()!r}]\n"

    assert run_with(f"{_TAKES}{kept}take_key()\nprint(set(kept))", {KEY: PRIVATE}) == "{0}"


def test_a_file_is_read_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path / "key.pem", mode=0o600)
    monkeypatch.setenv(KEY_FILE, str(file))

    taken = take_key()

    assert taken is not None
    assert taken.read().decode() == PRIVATE
    assert taken.source == f"{KEY_FILE}={file}"
    assert KEY_FILE not in os.environ


def test_a_pipe_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, PRIVATE.encode())
    os.close(writing)

    text = TakenKey("a pipe", f"/dev/fd/{reading}").read().decode()
    os.close(reading)

    assert text == PRIVATE


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666])
def test_a_file_that_everybody_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path / "key.pem", mode=mode)

    with pytest.raises(ConfigError, match=f"key.pem: .*mode {mode:o}.*chmod 600"):
        TakenKey(str(file), str(file)).read()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.pem: cannot be read: No such file"):
        TakenKey(str(tmp_path / "nothing.pem"), str(tmp_path / "nothing.pem")).read()


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        TakenKey(str(tmp_path), str(tmp_path)).read()


def test_both_variables_are_refused_and_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, PRIVATE)
    monkeypatch.setenv(KEY_FILE, "key.pem")

    with pytest.raises(ConfigError, match=f"{KEY} and {KEY_FILE}: got both"):
        take_key()

    assert not {KEY, KEY_FILE} & set(os.environ)


def test_a_key_in_the_place_of_a_files_name_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_FILE, PRIVATE)

    with pytest.raises(ConfigError, match="got the text of a key") as refused:
        take_key()

    assert PRIVATE.splitlines()[1] not in str(refused.value)


def written(file: Path, *, mode: int) -> Path:
    file.write_text(PRIVATE)
    file.chmod(mode)
    return file
