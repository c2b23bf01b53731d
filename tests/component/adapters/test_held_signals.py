"""Ctrl-C waits until what must not be broken in half is whole."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from pytest_pipeline.adapters.held_signals import held_signals


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_takes_effect_at_the_end_of_the_block() -> None:
    done = []

    with pytest.raises(KeyboardInterrupt), held_signals():  # noqa: PT012 - the block is the point
        os.kill(os.getpid(), signal.SIGINT)
        done.append("whole")

    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_after_an_error_of_the_block_ctrl_c_is_heard_again() -> None:
    with pytest.raises(ValueError, match="broken"), held_signals():
        raise ValueError("broken")

    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_in_another_thread_it_does_nothing() -> None:
    entered = []

    def hold() -> None:
        with held_signals():
            entered.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join(10)

    assert entered == [signal.default_int_handler]
