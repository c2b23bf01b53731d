"""A suite as people have them, in which this plugin must change nothing."""

from __future__ import annotations

PLAIN_SUITE = {
    "pytest.ini": """
        [pytest]
        markers =
          unit: of the owner's own
          slow: takes its time
        doctest_optionflags = ELLIPSIS
    """,
    "shop.py": '''
        def price(cents):
            """Return a price.

            >>> price(100)
            1.0
            """
            return cents / 100


        def never():
            return None
    ''',
    "conftest.py": """
        import pytest


        def pytest_addoption(parser):
            parser.addoption("--stage", default="none")


        @pytest.fixture
        def pipeline(request):
            return "mine, " + request.config.getoption("--stage")


        @pytest.fixture
        def broken():
            raise RuntimeError("no database")


        @pytest.fixture
        def untidy():
            yield
            raise RuntimeError("cannot clean")
    """,
    "tests/unit/test_outcomes.py": """
        import sys
        import unittest
        import warnings

        import pytest
        import shop


        @pytest.mark.unit
        def test_passes(pipeline):
            assert pipeline == "mine, none"


        def test_fails():
            print("some output")
            assert shop.price(100) == 2


        def test_skips():
            pytest.skip("later")


        @pytest.mark.skipif(True, reason="never")
        def test_is_skipped():
            raise AssertionError


        @pytest.mark.xfail(reason="known")
        def test_is_expected_to_fail():
            assert 0


        @pytest.mark.xfail(reason="mended", strict=False)
        def test_passes_unexpectedly():
            pass


        def test_has_no_database(broken):
            pass


        def test_leaves_a_mess(untidy):
            pass


        def test_warns():
            warnings.warn("old", DeprecationWarning)


        @pytest.mark.parametrize("number", [1, 2, 3])
        def test_is_small(number):
            assert number < 3


        def test_writes(capsys):
            print("seen")
            assert capsys.readouterr().out == "seen\\n"


        class TestClass:
            def test_in_a_class(self, tmp_path):
                (tmp_path / "file").write_text("content")


        class TestOld(unittest.TestCase):
            def test_old(self):
                self.assertEqual(shop.price(1), 0.01)

            @unittest.skip("old and skipped")
            def test_old_skip(self):
                pass
    """,
    "tests/e2e/test_journey.py": """
        import pytest


        @pytest.mark.slow
        def test_journey(record_property):
            record_property("answer", 42)


        def test_exits():
            raise SystemExit(3)
    """,
    "tests/test_without_layer.py": """
        def test_somewhere():
            pass
    """,
    "tests/performance/locustfile.py": "raise RuntimeError('imported')\n",
}

PLAIN_RUNS = (
    [],
    ["-v", "-rA", "--durations=1", "--durations-min=9"],
    ["-q", "-x"],
    ["-m", "unit and not slow"],
    ["-k", "journey or price", "--doctest-modules"],
    ["--collect-only", "-q"],
    ["-n", "2", "-v"],
    ["--cov=shop", "--cov-report=term-missing", "--cov-fail-under=10"],
    ["-n", "2", "--cov=shop", "--cov-fail-under=100", "-q"],
    ["-W", "error", "tests/unit"],
    ["tests/e2e/test_journey.py::test_journey", "--setup-show"],
    ["no/such/path"],
    ["--reruns", "1", "-q"],
    ["--strict-markers", "--strict-config", "--tb=line"],
)
