"""The router dies while a deployment is under way."""

from __future__ import annotations

import os
import re
import signal
import socket

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import bake_for
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true


def router_of(drill: Drill, environment: str) -> int:
    [router] = drill.belongings.find(f"/{environment}/bootstrap.json")
    return router


def test_a_dead_router_is_started_again_at_its_address_and_stable_serves(
    drill: Drill, released: Repository
) -> None:
    bake_for(released, "staging", 30)
    running = drill.start_pytest(released, "--pipeline", "--pipeline-through=staging")
    begins_step(running, released, "staging", "Bake")

    os.kill(router_of(drill, "staging"), signal.SIGKILL)
    run = running.wait()
    record = run.deployments["staging"]

    assert run.exit_code == 23, str(run)
    assert record["serving"] == "r1 (100 %)"
    assert "the router died and was started again" in record["note"]
    assert record["lost_requests"] > 0
    assert record["rollback_ms"] is not None
    assert not drill.belongings.running()


def test_where_its_port_is_taken_meanwhile_the_message_says_so(
    drill: Drill, released: Repository
) -> None:
    bake_for(released, "dev", 30)
    running = drill.start_pytest(released, "--pipeline", "--pipeline-through=dev")
    begins_step(running, released, "dev", "Bake")
    router = router_of(drill, "dev")
    port = port_of_clients(drill)

    os.kill(running.process.pid, signal.SIGSTOP)  # so that nobody is faster than the thief
    os.kill(router, signal.SIGKILL)
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = becomes_true(lambda: binds(thief, port), within_s=5)
        thief.listen()
        os.kill(running.process.pid, signal.SIGCONT)
        run = running.wait()

    assert taken
    assert run.exit_code == 24, str(run)
    assert f"127.0.0.1:{port}: the port is taken" in run.output
    assert "now serving: nothing, for the router is dead" in run.output
    assert not drill.belongings.running()


def port_of_clients(drill: Drill) -> int:
    """Return the port that the traffic probe of the deployment under way sends to."""
    [command] = [each for each in drill.belongings.running().values() if "traffic_probe" in each]
    found = re.search(r'"url": "http://127\.0\.0\.1:(\d+)"', command)
    assert found, command
    return int(found[1])


def binds(thief: socket.socket, port: int) -> bool:
    try:
        thief.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def test_an_instances_port_that_somebody_took_is_named_with_its_holder(
    drill: Drill, released: Repository
) -> None:
    migrate = 'migrate = ["sleep", "1"]'  # so that there is time to look
    released.replace("pipeline.toml", "[run]\n", f"[run]\n{migrate}\n")
    running = drill.start_pytest(released, "--pipeline", "--pipeline-through=dev")
    begins_step(running, released, "dev", "Migrate")
    [server] = [each for each in drill.belongings.running().values() if "server.py" in each]
    port = int(server.rsplit(" ", 1)[1])

    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = becomes_true(lambda: binds(thief, port), within_s=10, pause_s=0)
        thief.listen()
        run = running.wait()

    assert taken
    assert run.exit_code == 23, str(run)
    assert f"port {port} of 127.0.0.1 is taken by" in run.output
    assert f"(process {os.getpid()})" in run.output
    assert run.deployments["dev"]["serving"] == "r1 (100 %)"
