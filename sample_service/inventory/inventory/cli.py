"""The ``inventory`` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from inventory.settings import Settings, SettingsError, read_settings

USAGE_ERROR = 2
DEFAULT_PORT = 8001
# Seconds in which readiness is 503 but requests are still served.
DRAIN_S = 0.25
# Past this many seconds uvicorn gives up on requests in flight.
GRACE_S = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="inventory", description="The inventory service.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer requests until SIGTERM")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    options = parser.parse_args(arguments)
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"inventory: cannot start\n{error}\n")
        return USAGE_ERROR
    if options.command == "serve":
        _serve(settings, options.host, options.port)
    else:
        _migrate(settings)
    return 0


# Each command imports what it needs: Alembic alone would add half a second to every start.


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn  # noqa: PLC0415

    from inventory.app import create_app  # noqa: PLC0415
    from inventory.draining import Drain, DrainingServer  # noqa: PLC0415
    from inventory.telemetry import JsonFormatter, log_to_stdout  # noqa: PLC0415

    log_to_stdout(
        JsonFormatter(
            service="inventory",
            environment=settings.environment,
            release=settings.release,
            instance=settings.instance,
        )
    )
    drain = Drain()
    config = uvicorn.Config(
        create_app(settings, drain),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
    )
    # uvicorn raises the signal again when it is done; for Ctrl-C that is a traceback.
    with suppress(KeyboardInterrupt):
        DrainingServer(config, drain, DRAIN_S).run()


def _migrate(settings: Settings) -> None:
    from inventory.migrate import migrate  # noqa: PLC0415

    migrate(settings.database_url)
