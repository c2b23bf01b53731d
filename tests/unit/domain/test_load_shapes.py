"""The shape of a load test: no request is lost in it, and it is small."""

from __future__ import annotations

import json
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.load import LoadSample
from pytest_pipeline.domain.load_shapes import MOMENTS, load_shape, shape_from_record

SAMPLES = st.lists(
    st.builds(
        LoadSample,
        started_s=st.floats(0, 3600),
        response_ms=st.floats(0, 60_000),
        failure=st.none() | st.just("500"),
    ),
    min_size=1,
    max_size=50,
)


@given(SAMPLES)
def test_every_request_is_in_one_class_and_the_course_is_bounded(samples: list[LoadSample]) -> None:
    shape = load_shape(samples)

    assert sum(each.requests for each in shape.classes) == len(samples)
    assert sum(each.failures for each in shape.moments) == sum(
        bool(each.failure) for each in samples
    )
    assert 1 <= len(shape.moments) <= MOMENTS
    longest = max(each.max_ms or 0 for each in shape.moments)
    assert longest == max(each.response_ms for each in samples)


def test_the_course_goes_by_time() -> None:
    samples = [LoadSample(5.0 + number / 10, 10.0 + number) for number in range(100)]

    moments = load_shape(samples).moments

    assert [each.at_s for each in moments] == sorted(each.at_s for each in moments)
    assert (moments[0].p50_ms or 0) < (moments[-1].p50_ms or 0)


def test_nothing_sent_has_no_shape() -> None:
    shape = load_shape([])

    assert (shape.classes, shape.moments) == ((), ())


def test_a_shape_survives_a_report() -> None:
    shape = load_shape([LoadSample(0.0, 12.0), LoadSample(1.0, 900.0, failure="x")])

    assert shape_from_record(json.loads(json.dumps(asdict(shape)))) == shape
    assert shape_from_record(None) is None
