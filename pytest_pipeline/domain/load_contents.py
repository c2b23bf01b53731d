"""What a load test gives to its locustfile: environment variables, and data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: Variables that would change what the generator does: of the test run around it, of its coverage,
#: and Locust's own options. They are kept from it, and cannot be given to it.
FOREIGN_VARIABLES = ("PYTEST_", "COV_", "COVERAGE_", "LOCUST_")
#: Those of the interpreter and of its loader, which are left to it, cannot be given either.
REFUSED_VARIABLES = (*FOREIGN_VARIABLES, "PYTHON", "LD_")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Unshown(dict[str, Any]):
    """A dict that may hold secrets: no traceback shows what is in it."""

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "<not shown>"


def wrong_variables(variables: Mapping[Any, Any]) -> Iterator[str]:
    """Say what is wrong with environment variables; never their values."""
    for name, value in variables.items():
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            yield f"variables: got {name!r}, wanted names such as 'API_TOKEN'"
        elif name.startswith(REFUSED_VARIABLES):
            yield (
                f"variables: {name} would change the generator itself; take a name that begins "
                f"with none of {', '.join(REFUSED_VARIABLES)}"
            )
        elif not isinstance(value, str) or "\0" in value:
            yield f"variables: {name} must be a text without NUL, got a {type(value).__name__}"


def wrong_data(data: Mapping[Any, Any]) -> Iterator[str]:
    """Say what is wrong with data; never its values."""
    for name, value in data.items():
        if not isinstance(name, str) or not name:
            yield f"data: got the name {name!r}, wanted a text"
            continue
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            said = str(error) if isinstance(error, TypeError) else "no JSON value"
            yield f"data: {name!r} cannot be sent as JSON: {said}"
