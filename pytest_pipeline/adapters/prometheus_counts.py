"""Reads what instances counted, in Prometheus' text format: implements `ports.RequestCounter`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import requests

from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.errors import MissingExtraError, TargetError

#: More than this is no page of metrics, bytes.
_LONGEST_PAGE = 16 * 1024 * 1024
_PIECE = 65536

_FOUND = range(200, 300)
_ACCEPT = "text/plain; version=0.0.4"


class PrometheusCounter:
    """The counter on HTTP: a new connection each time, without proxies or redirects."""

    def count(self, url: str, spec: MetricsSpec, *, timeout_s: float) -> int:
        """Read once.

        Args:
            url: Base URL of the instance.
            spec: Where it counts what.
            timeout_s: Longest wait for the whole answer, seconds, > 0.

        Returns:
            Requests since the instance was started; 0 where the counter has no sample yet.

        Raises:
            TargetError: If the instance shows no such counter in time.
            MissingExtraError: If the parser is not installed.
        """
        page = f"{url}{spec.path}"
        try:
            return counted(_page(page, timeout_s), spec)
        except requests.Timeout as error:
            raise TargetError(f"{page} gave no answer within {timeout_s:g} s") from error
        except requests.RequestException as error:
            raise TargetError(f"{page} gave no HTTP answer ({type(error).__name__})") from error
        except ValueError as error:
            raise TargetError(f"{page} is not in Prometheus' text format: {error}") from error


def counted(text: str, spec: MetricsSpec) -> int:
    """Return the sum of a counter's samples but those that are left out.

    Raises:
        MissingExtraError: If the parser is not installed.
        TargetError: If the counter is not there.
        ValueError: If the text is not in the format.
    """
    try:
        from prometheus_client.parser import (  # noqa: PLC0415 - of an extra
            text_string_to_metric_families,
        )
    except ImportError as error:
        raise MissingExtraError("reading [run.metrics]", "deploy") from error
    total, is_there = 0.0, False
    for family in text_string_to_metric_families(text):
        # A counter without samples yet is there all the same, by its family's name.
        is_there |= spec.requests in (family.name, f"{family.name}_total")
        # The parser adds `_total` to the samples of a counter that was told without.
        names = {spec.requests}
        if family.type == "counter" and family.name == spec.requests:
            names.add(f"{family.name}_total")
        for sample in family.samples:
            if sample.name in names and not _left_out(sample.labels, spec):
                total += sample.value
    if not is_there:
        raise TargetError(
            f"{spec.path} shows no {spec.requests}; wanted the name of a counter there as "
            "run.metrics.requests"
        )
    return int(total)


def _left_out(labels: dict[str, str], spec: MetricsSpec) -> bool:
    return any(labels.get(label) in values for label, values in spec.exclude.items())


def _page(url: str, timeout_s: float) -> str:
    deadline = time.monotonic() + timeout_s
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update({"Connection": "close", "Accept": _ACCEPT})
        with session.get(url, timeout=timeout_s, allow_redirects=False, stream=True) as answer:
            if answer.status_code not in _FOUND:
                raise TargetError(f"{url} answered {answer.status_code}")
            return _whole(answer.iter_content(_PIECE), lambda: time.monotonic() > deadline)


def _whole(pieces: Iterable[bytes], is_late: Callable[[], bool]) -> str:
    """Return an answer's text; a read's deadline is none of the whole answer."""
    page = bytearray()
    for piece in pieces:
        page += piece
        if is_late():
            raise requests.Timeout
        if len(page) > _LONGEST_PAGE:
            raise ValueError(f"longer than {_LONGEST_PAGE} bytes")
    return page.decode()
