import json
import logging
import sys

import pytest

from orders.telemetry.logs import JsonFormatter
from orders.telemetry.request_id import accept_request_id


def record(**fields: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "orders", "levelname": "INFO", "msg": "hello", **fields})


def test_a_log_line_is_one_json_object_that_says_who_speaks() -> None:
    line = JsonFormatter(service="orders", release="7").format(record(order_id="a\nb"))
    fields = json.loads(line)

    assert "\n" not in line
    assert fields["message"] == "hello"
    assert fields["level"] == "info"
    assert (fields["service"], fields["release"], fields["order_id"]) == ("orders", "7", "a\nb")


def test_an_exception_stays_on_the_same_line() -> None:
    try:
        json.loads("broken")
    except ValueError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))

    assert "\n" not in line
    assert "JSONDecodeError: Expecting value" in json.loads(line)["exception"]


def test_what_json_cannot_hold_is_logged_as_text() -> None:
    line = JsonFormatter().format(record(cause=ValueError("broken")))

    assert json.loads(line)["cause"] == "broken"


@pytest.mark.parametrize("received", ["abc", "a-b_c.1", "x" * 128])
def test_a_well_formed_request_id_is_kept(received: str) -> None:
    assert accept_request_id(received) == received


@pytest.mark.parametrize("received", ["", "a b", 'a"b', "a\n", "x" * 129, "ä"])
def test_any_other_request_id_is_replaced(received: str) -> None:
    made = accept_request_id(received)

    assert made != received
    assert accept_request_id(made) == made


def test_made_request_ids_differ() -> None:
    assert accept_request_id("") != accept_request_id("")
