"""Watches one call of a test: whether its own code was entered, and how it ended."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from unittest import TestCase

import pytest

from pytest_pipeline.domain.injection_orders import PLUGIN

_MISSING = object()


class WatchedCall:
    """One call that is watched until `end`.

    Attributes:
        entered: Whether the test's function began; None where nobody can tell.
        error: What the function ended with; None when it returned.
        lenient: Whether the test may end otherwise than its function does.
    """

    __slots__ = ("_before", "_holder", "_name", "_profiled", "entered", "error", "lenient")

    def __init__(self, *, lenient: bool = False) -> None:
        self.entered: bool | None = None
        self.error: BaseException | None = None
        self.lenient = lenient
        self._holder: Any = None
        self._name = ""
        self._before: object = _MISSING
        self._profiled = False

    def put(self, holder: object, name: str, function: Callable[..., Any]) -> None:
        """Put a watched function in the place of a function until the end."""
        self.entered = False
        self._holder, self._name = holder, name
        self._before = vars(holder).get(name, _MISSING)
        setattr(holder, name, self._watching(function))

    def put_object(self, item: pytest.Function, function: Callable[..., Any]) -> None:
        """Put a watched function in the place of the item's until the end."""
        self.entered = False
        self._holder, self._name, self._before = item, "obj", function
        item.obj = self._watching(function)

    def demand(self, code: object) -> None:
        """Believe only in that very code: what was given calls it or does not."""
        if sys.getprofile() is not None:
            return
        self._profiled, self.entered = True, False

        def profile(frame: FrameType, event: str, argument: object) -> None:
            del argument
            if event == "call" and frame.f_code is code:
                self.entered = True
                sys.setprofile(None)

        sys.setprofile(profile)

    def end(self) -> None:
        """Put back what was there."""
        if self._profiled:
            sys.setprofile(None)
        if self._holder is None:
            return
        if self._before is _MISSING:
            vars(self._holder).pop(self._name, None)
        else:
            setattr(self._holder, self._name, self._before)

    def _enter(self) -> None:
        self.error = None
        if not self._profiled:
            self.entered = True

    def _watching(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if _is_coroutine(function):
            return self._watching_coroutine(function)

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the test's own
            __tracebackhide__ = True
            self._enter()
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                self.error = error
                raise

        return watched

    def _watching_coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the test's own
            __tracebackhide__ = True
            self._enter()
            try:
                return await function(*args, **kwargs)
            except BaseException as error:
                self.error = error
                raise

        return watched


def watch(item: pytest.Item) -> WatchedCall:
    """Begin to watch the call of an item."""
    if isinstance(item, pytest.Function):
        return _watch_function(item)
    watched = WatchedCall()
    if "runtest" in vars(item):  # put there by somebody
        watched.demand(getattr(type(item).runtest, "__code__", None))
    watched.put(item, "runtest", item.runtest)
    return watched


def _watch_function(item: pytest.Function) -> WatchedCall:
    unittest = item.cls is not None and issubclass(item.cls, TestCase)
    watched = WatchedCall(lenient=unittest)
    function = item.obj
    genuine = getattr(getattr(item.parent, "obj", None), item.originalname, None)
    code = getattr(_plain(genuine), "__code__", None)
    stands_in = item.config.pluginmanager.hasplugin(PLUGIN)  # whose evidence counts for nothing
    if code is not None and _plain(function) is not _plain(genuine) and not stands_in:
        watched.demand(code)
    if unittest and _is_coroutine(function):
        watched.put(item.instance, item.originalname, function)
    else:
        watched.put_object(item, function)
    if not unittest and type(item).runtest is not pytest.Function.runtest:
        watched.entered = None  # the item's class may run something else altogether
    return watched


def _plain(function: object) -> object:
    """Return the function of a bound method."""
    return getattr(function, "__func__", function)


def _is_coroutine(function: object) -> bool:
    code = getattr(_plain(function), "__code__", None)
    if code is None:
        return inspect.iscoroutinefunction(function)
    return bool(code.co_flags & inspect.CO_COROUTINE)  # the same, at a tenth of the time
