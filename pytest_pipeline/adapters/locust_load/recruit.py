"""A worker of another machine: asks the master what to do, and takes part in one load.

Started as a file, like `generator`, by `LoadWorker`. Arguments: what it is to do, as JSON. What
became of it stands in ``outcome.json`` in its folder.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

_PACKAGE = "pytest_pipeline.adapters.locust_load"
#: How often the master is asked, seconds.
_ASK_S = 0.5
#: Answers that may stay out before a new connection is made.
_UNANSWERED = 6
#: Longest wait for an answer, seconds.
_ANSWER_S = 1.0
#: Most of an error that is told, characters.
_REASON = 500


def main(arguments: Sequence[str]) -> None:
    """Wait for the master, and take part in its load; does not return."""
    import_module("locust")  # first: it patches what others import
    told = json.loads(arguments[0])
    folder = Path(told["folder"])
    answer = _ask(told)
    if "refused" in answer:
        _outcome(folder, refused=answer["refused"])
        sys.exit(1)
    briefing = answer["briefing"]
    _outcome(folder, briefed=True)
    os.environ.update(briefing["variables"])
    contents = import_module(f"{_PACKAGE}.contents")
    with contents.data_file(briefing["data"], folder) as variables:
        os.environ.update(variables)
        try:
            generator = import_module(f"{_PACKAGE}.generator")
            generator.main(_arguments(briefing, told, folder), told["name"])
        except BaseException as error:
            if not isinstance(error, SystemExit) or error.code:
                _tell_failure(told, error)
            raise


def _ask(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the master, as soon as there is one, until it says something."""
    question = {"name": told["name"], "version": told["version"]}
    while True:
        _await_listener(told["host"], told["port"])
        client, message = _client(told)
        for _ in range(_UNANSWERED):
            client.send(message(_orders().ASK, question, told["id"]))
            answer = _received(client)
            if answer is not None and answer.data.get("wait") is None:
                client.close(linger=0)
                return dict(answer.data)
            _sleep(_ASK_S if answer is not None else 0.0)
        client.close(linger=0)


def _arguments(briefing: Mapping[str, Any], told: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the arguments of the generator, as the master has them, for this machine."""
    text, *own = briefing["arguments"]
    plan = import_module(f"{_PACKAGE}.plan").GeneratorPlan.from_json(text)
    place = own.index("-f") + 1
    locustfile = folder / Path(own[place]).name
    locustfile.write_text(briefing["locustfile"], encoding="utf-8")
    own[place] = str(locustfile)
    if told["url"]:
        own[own.index("--host") + 1] = told["url"]
    worker = ["--worker", "--master-host", told["host"], "--master-port", str(told["port"])]
    if briefing["processes"] > 1:
        worker += ["--processes", str(briefing["processes"])]
    return [replace(plan, folder=str(folder)).to_json(), *worker, *own]


def _await_listener(host: str, port: int) -> None:
    """Wait until somebody listens; a message to nobody would stay queued."""
    while True:
        try:
            socket.create_connection((host, port), timeout=_ASK_S).close()
        except OSError:
            _sleep(_ASK_S)
        else:
            return


def _tell_failure(told: Mapping[str, Any], error: BaseException) -> None:
    """Spare the master the waiting."""
    reason = f"{type(error).__name__}: {error}"[:_REASON]
    _outcome(Path(told["folder"]), failed=reason)
    client, message = _client({**told, "id": f"{told['id']}-failed"})
    client.send(message(_orders().FAILED, {"name": told["name"], "reason": reason}, told["id"]))
    client.close(linger=1000)


def _client(told: Mapping[str, Any]) -> tuple[Any, Any]:
    client = import_module("locust.rpc.zmqrpc").Client(told["host"], told["port"], told["id"])
    return client, import_module("locust.rpc").Message


def _received(client: Any) -> Any:  # noqa: ANN401 - Locust gives it no type
    with_timeout: Any = import_module("gevent").with_timeout
    return with_timeout(_ANSWER_S, client.recv, timeout_value=None)


def _sleep(seconds: float) -> None:
    import_module("gevent").sleep(seconds)


def _outcome(folder: Path, **found: object) -> None:
    (folder / "outcome.json").write_text(json.dumps(found), encoding="utf-8")


def _orders() -> Any:  # noqa: ANN401 - a module
    return import_module(f"{_PACKAGE}.orders")


if __name__ == "__main__":
    main(sys.argv[1:])
