"""The service under load. How fast is fast enough stands in pyproject.toml, as objectives."""

from pathlib import Path

from pipeline_types import LoadTest

LOCUSTFILE = Path(__file__).parent / "locustfile_orders.py"


def test_reading_keeps_up_with_its_rate(pipeline_load_test: LoadTest) -> None:
    result = pipeline_load_test(
        LOCUSTFILE, users=8, spawn_rate=8, duration_s=3, user_classes=("Reader",)
    )

    result.assert_valid()
    assert result.failures == 0
    # Eight readers ask 80 times a second; anything less was waiting for the service.
    assert result.requests_per_s > 60


def test_reading_and_buying_at_once_lose_no_request(
    pipeline_load_test: LoadTest,
) -> None:
    result = pipeline_load_test(LOCUSTFILE, users=8, spawn_rate=8, duration_s=4)

    result.assert_valid()
    assert result.failures == 0
    assert result.requests_per_s > 45
