"""Logs as one JSON object per line on stdout."""

import json
import logging
import sys
from datetime import UTC, datetime

from orders.telemetry.request_id import current_request_id

# logging attaches "extra" fields next to its own; whatever is not its own is ours.
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON, with the fields of the instance added."""

    def __init__(self, **instance: str) -> None:
        super().__init__()
        self._instance = instance

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._instance,
        }
        if request_id := current_request_id():
            fields["request_id"] = request_id
        fields |= {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def log_to_stdout(formatter: logging.Formatter) -> None:
    """Send all logs of the process to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # One line per outgoing call would double the log; failures are logged by their caller.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
