"""Asks a Prometheus server an instant query."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pytest_pipeline.adapters.alarm_sources.fetching import Fetch, Fetched, fetch
from pytest_pipeline.adapters.alarm_sources.secrets import headers_from
from pytest_pipeline.domain.alarms.sources import PrometheusSource
from pytest_pipeline.domain.templates import expand
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.engine.ports import Clock

_LONGEST_SHOWN = 200


def ask_prometheus(
    source: PrometheusSource, question: Question, clock: Clock, environ: Mapping[str, str]
) -> Answer:
    """Ask an instant query.

    Raises:
        AlarmError: If nothing came.

    Source:
        Prometheus, HTTP API: ``GET /api/v1/query``.
    """
    headers = headers_from(source.header_variables, environ)
    base = expand(source.url, question.values).rstrip("/")
    query = urlencode(
        {
            "query": expand(source.query, question.values),
            "timeout": f"{max(1, math.floor(question.timeout_s * 1000))}ms",
        }
    )
    return read_answer(
        fetch(Fetch(f"{base}/api/v1/query?{query}", question.timeout_s, headers), clock)
    )


def read_answer(fetched: Fetched) -> Answer:
    """Return what an answer of the query API holds."""
    try:
        document = json.loads(fetched.body)
        if document["status"] != "success":
            said = f"{document.get('errorType', 'error')}: {document.get('error', '')}"
            return Answer(reason=f"Prometheus refused the query: {said[:_LONGEST_SHOWN]}")
        if document.get("warnings"):
            said = "; ".join(map(str, document["warnings"]))
            return Answer(reason=f"Prometheus warns of the answer: {said[:_LONGEST_SHOWN]}")
        return _result(document["data"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return Answer(reason=f"it answered {fetched.status}, but not as Prometheus does")


def _result(data: Mapping[str, Any]) -> Answer:
    kind, result = data["resultType"], data["result"]
    if kind == "scalar":
        return _number(result[1])
    if kind != "vector":
        return Answer(reason=f"the query comes to a {kind}, wanted a scalar or a vector of one")
    if not result:
        return Answer(reason="the query comes to an empty vector")
    if len(result) > 1:
        return Answer(reason=f"the query comes to {len(result)} elements, wanted one")
    if "value" not in result[0]:
        return Answer(reason="the query comes to a histogram, wanted a number")
    return _number(result[0]["value"][1])


def _number(text: str) -> Answer:
    value = float(text)
    if not math.isfinite(value):
        return Answer(reason=f"the query comes to {text[:_LONGEST_SHOWN]}")
    return Answer(value)
