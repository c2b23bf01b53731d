"""Data of a load test is readable by the generator and its children, and on no disk."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from pytest_pipeline.adapters.locust_load.contents import data_file
from pytest_pipeline.load_data import FILE_VARIABLE

HOLDER = """
import sys
from pathlib import Path
from pytest_pipeline.adapters.locust_load.contents import data_file
with data_file('{"rows": ["s3cret"]}', Path(sys.argv[1])) as variables:
    print(*variables.values(), flush=True)
    sys.stdin.read()
"""
READER = "from pytest_pipeline.load_data import load_data; print(load_data('rows'))"


def test_other_processes_read_it_as_often_as_they_like(tmp_path: Path) -> None:
    with data_file('{"rows": [1, 2]}', tmp_path) as variables:
        read = [
            subprocess.check_output([sys.executable, "-c", READER], env=dict(variables))
            for _ in range(2)
        ]

    assert [each.decode().strip() for each in read] == ["[1, 2]", "[1, 2]"]
    assert FILE_VARIABLE in variables


def test_nothing_of_it_is_left_when_its_holder_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        path = Path(holder.stdout.readline().strip())
        assert "s3cret" in path.read_text()

        holder.send_signal(signal.SIGKILL)
        holder.wait()

    assert not path.exists()
    assert list(tmp_path.rglob("*")) == []
