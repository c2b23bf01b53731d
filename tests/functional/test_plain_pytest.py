"""Plain pytest with the plugin installed is plain pytest."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

MIXED = {
    "tests/unit/test_mixed.py": """
        import pytest

        @pytest.mark.unit
        def test_passes(): pass
        def test_fails(): assert 0
        def test_skips(): pytest.skip("later")
        @pytest.mark.layer("e2e")
        def test_named(): pass
    """,
    "tests/test_nowhere.py": "def test_without_layer(): pass",
}


def test_outcomes_and_exit_code_stay(run: Run, write: Write) -> None:
    write(MIXED)

    result = run("--strict-markers")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    assert "pipeline" not in result.stdout.str().partition("plugins:")[2].partition("\n")[2]


def test_markers_of_the_users_layers_are_registered(run: Run, write: Write) -> None:
    write(
        {
            "pipeline.toml": '[layers]\nsmoke = ["smoke/*.py"]\n',
            "test_smoke.py": "import pytest\n@pytest.mark.smoke\ndef test_it(): pass\n",
        }
    )

    result = run("--strict-markers")

    result.assert_outcomes(passed=1)


def test_fixtures_fail_outside_of_a_stage(run: Run, write: Write) -> None:
    write({"test_it.py": "def test_it(pipeline_environment): pass\n"})

    result = run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*pipeline_environment needs a stage*--pipeline-stage=NAME*"])


def test_nothing_heavy_is_imported(pytester: pytest.Pytester, run: Run, write: Write) -> None:
    write(
        {
            "test_it.py": """
                import json, sys
                def test_it():
                    json.dump(sorted(sys.modules), open("modules.json", "w"))
            """
        }
    )

    result = run()

    result.assert_outcomes(passed=1)
    loaded = set(json.loads((pytester.path / "modules.json").read_text()))
    heavy = {"pydantic", "rich", "sqlalchemy", "requests", "locust", "docker", "psutil"}
    assert "pytest_pipeline.plugin" in loaded
    assert not loaded & heavy
    assert sys.version_info >= (3, 11)
