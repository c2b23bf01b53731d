from __future__ import annotations

import pytest

from pytest_pipeline.domain.coverage import (
    Covered,
    FileCoverage,
    branch_coverage,
    changed_coverage,
    module_of,
    package_coverage,
)


def file(
    module: str, executed: int = 0, missing: int = 0, branches: int = 0, taken: int = 0
) -> FileCoverage:
    """Return a file whose first lines ran, and whose others did not."""
    return FileCoverage(
        f"src/{module.replace('.', '/')}.py",
        module,
        frozenset(range(1, executed + 1)),
        frozenset(range(executed + 1, executed + missing + 1)),
        branches,
        taken,
    )


FILES = (
    file("orders", 1),
    file("orders.domain", 0),
    file("orders.domain.prices", 6, 2, 4, 1),
    file("orders_old.api", 0, 50),
    file("", 0, 50),
)


@pytest.mark.parametrize(
    ("package", "percent"),
    [
        ("orders.domain", 100 * 7 / 12),
        ("orders.domain.prices", 100 * 7 / 12),
        ("orders", 100 * 8 / 13),
        ("orders_old", 0),
    ],
)
def test_coverage_of_a_package_is_of_its_lines_and_branches(package: str, percent: float) -> None:
    assert package_coverage(FILES, package) == Covered(pytest.approx(percent))


@pytest.mark.parametrize("package", ["order", "domain", "orders.api"])
def test_a_package_without_a_measured_file_is_not_measured(package: str) -> None:
    assert package_coverage(FILES, package) == Covered(
        None, (f"no measured file belongs to {package}",)
    )


def test_a_package_that_holds_nothing_to_execute_is_not_measured() -> None:
    found = package_coverage([file("orders")], "orders")

    assert found == Covered(None, ("nothing in orders can be executed",))


def test_branches_are_measured_only_if_they_were() -> None:
    assert branch_coverage(FILES, measured=True).percent == 25
    assert branch_coverage(FILES, measured=False).percent is None
    assert "--cov-branch" in branch_coverage(FILES, measured=False).details[0]


def test_where_there_is_no_branch_none_was_left_out() -> None:
    assert branch_coverage([file("orders", 1)], measured=True) == Covered(
        100.0, ("there is no branch in what was measured",)
    )


def changed(lines: dict[str, set[int]]) -> Covered:
    return changed_coverage(
        [file("orders.domain.prices", 6, 4), file("orders.api", 2)],
        {path: frozenset(numbers) for path, numbers in lines.items()},
        since="0123456789abcdef",
    )


def test_coverage_of_a_change_is_of_the_executable_lines_that_changed() -> None:
    found = changed({"src/orders/domain/prices.py": {5, 6, 7, 8, 10, 99}, "src/orders/api.py": {1}})

    assert found == Covered(50.0, ("src/orders/domain/prices.py: 7-8, 10 not covered",))


@pytest.mark.parametrize("lines", [{}, {"README.md": {1}}, {"src/orders/api.py": {99}}])
def test_a_change_of_no_executable_line_says_so(lines: dict[str, set[int]]) -> None:
    assert changed(lines) == Covered(
        100.0, ("no executable line changed since 0123456789ab in what was measured",)
    )


def test_changed_files_that_are_not_measured_are_named() -> None:
    found = changed({"src/orders/new.py": {1}, "src/orders/api.py": {1}, "tests/test_a.py": {1}})

    assert found == Covered(
        None, ("changed, but not measured: src/orders/new.py; measure it with --cov",)
    )


@pytest.mark.parametrize(
    "path", ["tests/unit/shapes.py", "conftest.py", "src/test_api.py", "src/api_test.py"]
)
def test_tests_need_not_be_measured_and_are_named(path: str) -> None:
    found = changed({path: {1}, "src/orders/api.py": {1}})

    assert found == Covered(100.0, (f"changed, but not measured: {path}",))


def test_without_any_measured_file_the_change_is_not_measured() -> None:
    found = changed_coverage([], {"src/orders/api.py": frozenset({1})}, since="0123")

    assert found.percent is None


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("/work/src/orders/domain/prices.py", "orders.domain.prices"),
        ("/work/src/orders/__init__.py", "orders"),
        ("/work/tests/test_a.py", "tests.test_a"),
        ("/elsewhere/a.py", ""),
        ("/work/src/orders/page.html", ""),
    ],
)
def test_a_module_is_named_from_the_deepest_folder_that_imports_begin_at(
    path: str, module: str
) -> None:
    assert module_of(path, ["/work", "/work/src", "/work/sr"]) == module
