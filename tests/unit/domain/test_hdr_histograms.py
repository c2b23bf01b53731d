"""HDR histograms can be added up, and agree with the library of the format."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_pipeline.domain.hdr_histograms import LONGEST_US, added, counted, histogram
from pytest_pipeline.domain.load import LoadSample

TIMES_MS = st.lists(st.floats(0, LONGEST_US / 1000), max_size=60)


def _of(times_ms: Sequence[float]) -> str:
    return histogram(LoadSample(0.0, each) for each in times_ms)


@given(TIMES_MS)
def test_every_time_is_counted_and_known_to_three_digits(times_ms: list[float]) -> None:
    read = [each for each, number in counted(_of(times_ms)) for _ in range(number)]

    assert len(read) == len(times_ms)
    for known, measured in zip(read, sorted(times_ms), strict=True):
        assert known == pytest.approx(measured, rel=1e-3, abs=1e-3)


@given(TIMES_MS, TIMES_MS)
def test_added_up_it_is_the_histogram_of_all(first: list[float], second: list[float]) -> None:
    assert added([_of(first), _of(second)]) == _of([*first, *second])


@settings(max_examples=10)  # it goes through all values that there could be
@given(TIMES_MS.filter(bool))
def test_the_library_of_the_format_reads_what_we_write(times_ms: list[float]) -> None:
    hdrh = import_module("hdrh.histogram")

    theirs = hdrh.HdrHistogram.decode(_of(times_ms))

    assert theirs.get_total_count() == len(times_ms)
    ours = dict(counted(_of(times_ms)))
    assert {
        each.value_iterated_to / 1000: each.count_added_in_this_iter_step
        for each in theirs.get_recorded_iterator()
    } == pytest.approx(ours)


@given(TIMES_MS.filter(bool))
def test_we_read_what_the_library_of_the_format_writes(times_ms: list[float]) -> None:
    hdrh = import_module("hdrh.histogram")
    theirs = hdrh.HdrHistogram(1, LONGEST_US, 3)
    for each in times_ms:
        theirs.record_value(round(each * 1000))

    assert counted(theirs.encode().decode()) == counted(_of(times_ms))


def test_times_beyond_the_longest_count_as_the_longest() -> None:
    ((longest_ms, number),) = counted(_of([LONGEST_US]))

    assert number == 1
    assert longest_ms == pytest.approx(LONGEST_US / 1000, rel=1e-3)


def test_nothing_is_an_empty_text() -> None:
    assert _of([]) == ""
    assert counted("") == ()
    assert added(["", ""]) == ""


@pytest.mark.parametrize("text", ["?", "AAAA", "HISTFAAAAAB4nA=="])
def test_what_is_no_histogram_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HDR histogram"):
        counted(text)
