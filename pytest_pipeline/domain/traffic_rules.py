"""Reading the rules that decide, beside the weights, which release answers a request."""

from __future__ import annotations

import re

from pytest_pipeline.domain.plans import TrafficRules
from pytest_pipeline.errors import PlanError

#: A token of RFC 9110, what names of headers and cookies are made of.
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of a grammar
_HEADER = re.compile(rf"({_TOKEN}):[ \t]*([!-~](?:[ -~]*[!-~])?)[ \t]*")
_STICKY = re.compile(rf"(?:header|cookie):{_TOKEN}")


def read_traffic_rules(*, testers_header: str, sticky_by: str) -> TrafficRules:
    """Return the rules as options have them.

    Args:
        testers_header: ``name: value``; empty for none.
        sticky_by: ``header:NAME`` or ``cookie:NAME``; empty for none.

    Raises:
        PlanError: If one is not of that form.
    """
    header = _HEADER.fullmatch(testers_header)
    if testers_header and header is None:
        raise PlanError(
            f"testers_header must be 'name: value' such as 'x-tester: yes', got {testers_header!r}"
        )
    if sticky_by and not _STICKY.fullmatch(sticky_by):
        raise PlanError(
            "sticky_by must be 'header:NAME' or 'cookie:NAME' such as 'cookie:session', "
            f"got {sticky_by!r}"
        )
    return TrafficRules(f"{header[1]}: {header[2]}" if header else "", sticky_by)
