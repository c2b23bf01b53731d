"""Starting, running and stopping real processes."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pytest_pipeline.adapters.processes import GuardedProcesses, sweep
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Command
from pytest_pipeline.errors import TargetStartError

CLOCK = SystemClock()
CommandOf = Callable[..., Command]


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as made:
        yield made


@pytest.fixture
def command(tmp_path: Path) -> CommandOf:
    def build(*argv: str, **env: str) -> Command:
        return Command(
            argv=argv,
            cwd=tmp_path,
            env={**os.environ, **env},
            log=tmp_path / "logs" / "command.log",
            name="orders r7-0",
        )

    return build


def eventually(condition: Callable[[], bool], *, within_s: float = 5.0) -> bool:
    deadline = CLOCK.now() + within_s
    while not condition() and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    return condition()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def read_pids(file: Path, count: int) -> list[int]:
    eventually(lambda: file.exists() and file.read_text().count("\n") >= count)
    return [int(line) for line in file.read_text().split()]


def test_a_started_process_leads_its_own_group_and_session(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    process = processes.start(command("sleep", "60"))

    assert os.getpgid(process.pid) == process.pid
    assert os.getsid(process.pid) == process.pid
    assert processes.is_running(process)
    assert process.created == psutil.Process(process.pid).create_time()


def test_output_is_appended_to_a_log_that_only_the_owner_may_read(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    first = processes.run(command("sh", "-c", "echo one; echo two >&2"), timeout_s=10)
    second = processes.run(command("echo", "three"), timeout_s=10)
    log = command("true").log

    assert first.output == "one\ntwo\n"
    assert second.output == "three\n"
    assert log.read_text() == "one\ntwo\nthree\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_process_gets_an_empty_input(processes: GuardedProcesses, command: CommandOf) -> None:
    completed = processes.run(command("cat"), timeout_s=10)

    assert completed.exit_code == 0


def test_running_to_the_end_tells_the_exit_code(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    completed = processes.run(command("sh", "-c", "exit 7"), timeout_s=10)

    assert completed.exit_code == 7


def test_a_command_past_its_deadline_has_no_exit_code_and_its_group_is_gone(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    script = "sleep 60 & echo $! > pids; echo begun; wait"

    began_s = CLOCK.now()
    completed = processes.run(command("sh", "-c", script), timeout_s=0.5)
    took_s = CLOCK.now() - began_s

    assert completed.exit_code is None
    assert completed.output == "begun\n"
    assert 0.5 <= took_s < 3
    assert all(gone(pid) for pid in read_pids(tmp_path / "pids", 1))


def test_stopping_lets_a_process_finish_within_its_grace_period(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    script = (
        "trap 'sleep 0.3; echo clean > how; exit 0' TERM; echo > ready;"
        " while :; do sleep 0.05; done"
    )
    process = processes.start(command("sh", "-c", script))
    eventually((tmp_path / "ready").exists)

    processes.stop(process, grace_s=10)

    assert (tmp_path / "how").read_text() == "clean\n"
    assert processes.exit_code(process) == 0


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace_period(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    script = "trap '' TERM; echo > ready; while :; do sleep 0.05; done"
    process = processes.start(command("sh", "-c", script))
    eventually((tmp_path / "ready").exists)

    began_s = CLOCK.now()
    processes.stop(process, grace_s=0.4)
    took_s = CLOCK.now() - began_s

    assert 0.4 <= took_s < 2
    assert not processes.is_running(process)
    assert processes.exit_code(process) == -9


def test_a_server_under_a_shell_that_ends_at_once_still_has_its_grace_period(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    server = (
        "trap 'sleep 0.4; echo finished > how; exit 0' TERM; echo > ready;"
        " while :; do sleep 0.05; done"
    )
    process = processes.start(command("sh", "-c", f'sh -c "{server}" & wait'))
    eventually((tmp_path / "ready").exists)

    processes.stop(process, grace_s=10)

    assert (tmp_path / "how").read_text() == "finished\n"


DAEMON = """
import os, sys, time
if os.fork(): time.sleep(60)
os.setsid()
if os.fork(): os._exit(0)
with open("pids", "a") as file: file.write(f"{os.getpid()}\\n")
time.sleep(60)
"""


def test_stopping_ends_a_daemon_that_left_group_session_and_parent(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    process = processes.start(command(sys.executable, "-S", "-c", DAEMON))
    (daemon,) = read_pids(tmp_path / "pids", 1)

    processes.stop(process, grace_s=2)

    assert gone(daemon)


def test_stopping_one_process_leaves_the_others_alone(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    one = processes.start(command("sleep", "60"))
    other = processes.start(command("sleep", "60"))

    processes.stop(one, grace_s=2)

    assert not processes.is_running(one)
    assert processes.is_running(other)


def test_what_a_crashed_process_started_is_ended_by_stopping_it(
    processes: GuardedProcesses, command: CommandOf, tmp_path: Path
) -> None:
    process = processes.start(command("sh", "-c", "sleep 60 & echo $! > pids; exit 1"))
    (orphan,) = read_pids(tmp_path / "pids", 1)
    crashed = eventually(lambda: not processes.is_running(process))

    processes.stop(process, grace_s=2)

    assert crashed
    assert gone(orphan)


def test_a_number_that_belongs_to_another_process_by_now_is_never_signalled(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    process = processes.start(command("sleep", "60"))
    stale = replace(process, created=process.created - 3600)

    runs = processes.is_running(stale)
    processes.stop(stale, grace_s=0)

    assert not runs
    assert processes.is_running(process)


def test_stopping_what_is_gone_does_nothing(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    process = processes.start(command("true"))
    eventually(lambda: not processes.is_running(process))

    processes.stop(process, grace_s=10)

    assert processes.exit_code(process) == 0


def test_an_ended_child_that_nobody_reaped_does_not_run(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    with GuardedProcesses(clock=CLOCK) as other:
        process = other.start(command("true"))
        zombie = eventually(lambda: gone(process.pid))
        seen_by_a_stranger = processes.is_running(process)

    assert zombie
    assert not seen_by_a_stranger


def test_ended_children_are_reaped_when_the_next_one_starts(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    ended = [processes.start(command("true")) for _ in range(5)]
    eventually(lambda: all(gone(process.pid) for process in ended))

    processes.start(command("sleep", "60"))

    assert not any(psutil.pid_exists(process.pid) for process in ended)


def test_a_kept_process_survives_closing_and_is_stopped_by_its_identity(
    command: CommandOf, tmp_path: Path
) -> None:
    script = "sleep 60 & echo $! > pids; wait"
    with GuardedProcesses(clock=CLOCK, records=tmp_path / "records") as first:
        kept = first.start(command("sh", "-c", script), keep=True)
        (child,) = read_pids(tmp_path / "pids", 1)
        first.hand_over()

    with GuardedProcesses(clock=CLOCK) as second:
        survived = second.is_running(kept)
        second.stop(ProcessIdentity(kept.pid, kept.created), grace_s=2)
        runs = second.is_running(kept)

    assert survived
    assert not runs
    assert gone(child)


def test_what_was_to_be_kept_but_not_handed_over_ends_with_the_rest(
    command: CommandOf, tmp_path: Path
) -> None:
    handed, folder = tmp_path / "handed over", tmp_path / "data"
    script = "sleep 60 & echo $! > pids; wait"
    with GuardedProcesses(clock=CLOCK) as processes:
        processes.guard_folder(handed, keep=True)
        processes.hand_over()
        kept = processes.start(command("sh", "-c", script), keep=True)
        (child,) = read_pids(tmp_path / "pids", 1)
        processes.guard_folder(folder, keep=True)
        handed.mkdir()
        folder.mkdir()

    assert gone(kept.pid)
    assert gone(child)
    assert not folder.exists()
    assert handed.is_dir()


def test_closing_ends_all_that_is_not_kept_and_the_guardian_leaves(
    command: CommandOf, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    processes = GuardedProcesses(clock=CLOCK, records=tmp_path / "records")
    process = processes.start(command("sh", "-c", "sleep 60 & echo $! > pids; wait"))
    processes.guard_folder(folder)
    (child,) = read_pids(tmp_path / "pids", 1)
    guardian = processes.guardian_pid

    processes.close()
    processes.close()

    assert guardian is not None
    assert not any(map(psutil.pid_exists, (process.pid, guardian)))
    assert gone(child)
    assert not folder.exists()
    assert list((tmp_path / "records").iterdir()) == []
    with pytest.raises(TargetStartError, match="everything was closed"):
        processes.start(command("true"))


def test_a_forgotten_folder_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with GuardedProcesses(clock=CLOCK) as processes:
        processes.guard_folder(folder)
        processes.forget_folder(folder)

    assert folder.is_dir()


def test_a_killed_guardian_is_replaced_and_the_new_one_knows_everything(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    before = processes.start(command("sleep", "60"))
    first = processes.guardian_pid
    assert first is not None
    psutil.Process(first).kill()
    eventually(lambda: gone(first))

    after = processes.start(command("sleep", "60"))

    assert processes.guardian_pid != first
    assert processes.is_running(before)
    assert processes.is_running(after)


def test_closing_works_without_a_guardian(command: CommandOf) -> None:
    processes = GuardedProcesses(clock=CLOCK)
    process = processes.start(command("sleep", "60"))
    guardian = processes.guardian_pid
    assert guardian is not None
    psutil.Process(guardian).kill()

    processes.close()

    assert not psutil.pid_exists(process.pid)


def test_sweeping_a_token_ends_all_that_carries_it(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    one = processes.start(command("sleep", "60"))
    kept = processes.start(command("sleep", "60"), keep=True)

    swept = sweep(processes.token, clock=CLOCK)
    kept_runs = processes.is_running(kept)
    processes.stop(kept, grace_s=1)

    assert swept == (one.pid,)
    assert kept_runs


def test_an_owner_inside_a_process_of_another_names_both(
    processes: GuardedProcesses, command: CommandOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_PIPELINE_OWNER", "outer")

    started = processes.start(command("sleep", "60"))
    kept = processes.start(command("sleep", "60"), keep=True)
    owners = [
        psutil.Process(process.pid).environ().get("PYTEST_PIPELINE_OWNER")
        for process in (started, kept)
    ]
    processes.stop(kept, grace_s=1)

    assert owners == [f"outer {processes.token}", None]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"argv": ("no-such-program",)}, "'no-such-program' was not found", id="path"),
        pytest.param({"argv": ("/no/such",)}, "/no/such does not exist", id="absolute"),
        pytest.param({"argv": ()}, "its command is empty", id="empty"),
        pytest.param({"cwd": Path("/no/folder")}, "directory /no/folder does not", id="cwd"),
        pytest.param({"user": "no-such-user"}, "no user 'no-such-user'", id="user"),
        pytest.param({"log": Path("/proc/no/log")}, "cannot be written", id="log"),
        pytest.param({"argv": ("/etc/passwd",)}, "may not be executed", id="not-executable"),
    ],
)
def test_a_process_that_cannot_be_started_says_why_and_keeps_its_secrets(
    processes: GuardedProcesses, command: CommandOf, change: dict[str, object], says: str
) -> None:
    wrong = replace(command("true", ACCESS="hunter2"), **change)

    with pytest.raises(TargetStartError, match=says) as caught:
        processes.start(wrong)

    assert "orders r7-0" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes of other users")
def test_root_starts_a_process_as_another_user_without_its_own_groups(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    own = os.getgroups()
    os.setgroups([0, *own])

    completed = processes.run(
        replace(command("sh", "-c", "id -un; id -G"), user="nobody", cwd=Path("/")), timeout_s=10
    )
    os.setgroups(own)
    name, groups = completed.output.split("\n")[:2]

    assert name == "nobody"
    assert "0" not in groups.split()


def test_starting_from_many_threads_loses_nothing(
    processes: GuardedProcesses, command: CommandOf
) -> None:
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: processes.start(command("sleep", "60")), range(40)))
    all_run = all(map(processes.is_running, started))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda process: processes.stop(process, grace_s=2), started))

    assert len({process.pid for process in started}) == 40
    assert all_run
    assert not any(psutil.pid_exists(process.pid) for process in started)
