"""The ``orders`` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from orders.environment import SettingsError

USAGE_ERROR = 2
DEFAULT_PORT = 8000
# Past this many seconds uvicorn gives up on requests in flight.
GRACE_S = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="orders", description="The orders service.")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="answer requests until SIGTERM")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.set_defaults(run=_serve)
    commands.add_parser("migrate", help="bring the database to the newest schema").set_defaults(
        run=_migrate
    )
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except SettingsError as error:
        sys.stderr.write(f"orders: cannot start\n{error}\n")
        return USAGE_ERROR
    return 0


# Each command imports what it needs: Alembic alone would add half a second to every start.


def _serve(options: argparse.Namespace) -> None:
    from orders.settings import read_settings  # noqa: PLC0415

    settings = read_settings(os.environ)

    import uvicorn  # noqa: PLC0415

    from orders.app import create_app  # noqa: PLC0415
    from orders.draining import Drain, DrainingServer  # noqa: PLC0415
    from orders.telemetry.logs import JsonFormatter, log_to_stdout  # noqa: PLC0415

    log_to_stdout(
        JsonFormatter(
            service="orders",
            environment=settings.environment,
            release=settings.release,
            instance=settings.instance,
        )
    )
    drain = Drain()
    config = uvicorn.Config(
        create_app(settings, drain=drain),
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        # Longer than a proxy keeps idle connections: the proxy then closes them, not we.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
    )
    drain_s = settings.drain_s + settings.faults.slow_drain_s
    # uvicorn raises the signal again when it is done; for Ctrl-C that is a traceback.
    with suppress(KeyboardInterrupt):
        DrainingServer(config, drain, drain_s).run()


def _migrate(_: argparse.Namespace) -> None:
    from orders.settings import read_database_url  # noqa: PLC0415
    from orders.storage.migrate import migrate  # noqa: PLC0415

    migrate(read_database_url(os.environ))
