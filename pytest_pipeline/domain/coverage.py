"""Coverage of a package, of branches, and of the lines that a change touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Files that are named where lines are not covered; count.
_NAMED = 10


@dataclass(frozen=True)
class FileCoverage:
    """What is known of one measured file.

    Attributes:
        path: Its path below the service root, with ``/``; absolute outside of it.
        module: Its dotted name as it is imported; empty when nobody could import it.
        executed: Numbers of the executable lines that ran.
        missing: Numbers of those that did not.
        branches: Branches that there are; count, 0 where they were not measured.
        taken: Of these taken; count.
    """

    path: str
    module: str
    executed: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    branches: int = 0
    taken: int = 0


@dataclass(frozen=True)
class Covered:
    """A share, and what it is about.

    Attributes:
        percent: 0-100; None when it was not measured.
        details: Why, or what is not covered, in words.
    """

    percent: float | None
    details: tuple[str, ...] = ()


def package_coverage(files: Iterable[FileCoverage], package: str) -> Covered:
    """Return the coverage of a package's modules, computed as coverage.py computes a total.

    Args:
        files: The measured files.
        package: Dotted name of a package or module.
    """
    within = [each for each in files if f"{each.module}.".startswith(f"{package}.")]
    if not within:
        return Covered(None, (f"no measured file belongs to {package}",))
    lines = sum(len(each.executed) + len(each.missing) for each in within)
    whole = lines + sum(each.branches for each in within)
    reached = sum(len(each.executed) + each.taken for each in within)
    if not whole:
        return Covered(None, (f"nothing in {package} can be executed",))
    return Covered(100 * reached / whole)


def branch_coverage(files: Sequence[FileCoverage], *, measured: bool) -> Covered:
    """Return the share of branches that were taken.

    Args:
        files: The measured files.
        measured: Whether branches were measured at all.
    """
    if not measured:
        return Covered(None, ("branches were not measured: run with --cov-branch",))
    branches = sum(each.branches for each in files)
    if not branches:
        return Covered(100.0, ("there is no branch in what was measured",))
    return Covered(100 * sum(each.taken for each in files) / branches)


def changed_coverage(
    files: Iterable[FileCoverage], changed: Mapping[str, frozenset[int]], *, since: str
) -> Covered:
    """Return the share of the executable lines changed that were covered.

    Args:
        files: The measured files.
        changed: Numbers of the lines that changed, by path below the service root.
        since: Commit since which they changed.
    """
    known = {each.path: each for each in files}
    if not known:
        return Covered(None, ("no file was measured",))
    unknown = sorted(path for path in changed if path not in known)
    code = [path for path in unknown if changed[path] and _is_code(path)]
    if code:
        return Covered(None, (f"changed, but not measured: {_names(code)}; measure it with --cov",))
    reached = whole = 0
    details = []
    for path, lines in sorted(changed.items()):
        file = known.get(path, FileCoverage(path, ""))
        missed = lines & file.missing
        reached += len(lines & file.executed)
        whole += len(lines & (file.executed | file.missing))
        if missed:
            details.append(f"{path}: {_ranges(missed)} not covered")
    if len(details) > _NAMED:
        details[_NAMED:] = [f"and {len(details) - _NAMED} more files"]
    if not whole:
        details.append(f"no executable line changed since {since[:12]} in what was measured")
    tests = [path for path in unknown if path.endswith(".py")]
    if tests:
        details.append(f"changed, but not measured: {_names(tests)}")
    return Covered(100 * reached / whole if whole else 100.0, tuple(details))


def _is_code(path: str) -> bool:
    """Whether a file holds Python other than tests, which need not be measured."""
    *folders, name = path.split("/")
    return name.endswith(".py") and not (
        "tests" in folders
        or name == "conftest.py"
        or name.startswith("test_")
        or name.endswith("_test.py")
    )


def _names(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{', '.join(paths[:_NAMED])}{more}"


def module_of(path: str, roots: Iterable[str]) -> str:
    """Return the dotted name of a Python file; empty where no root holds it.

    Args:
        path: Absolute path of the file, with ``/``.
        roots: Absolute paths of the folders that imports begin at; the deepest one counts.
    """
    holding = [root for each in roots if path.startswith((root := each.rstrip("/")) + "/")]
    if not holding or not path.endswith(".py"):
        return ""
    within = path[len(max(holding, key=len)) + 1 :].removesuffix(".py")
    return within.removesuffix("/__init__").replace("/", ".")


def _ranges(lines: Iterable[int]) -> str:
    """Write numbers as ``3, 5-8``."""
    ordered = sorted(lines)
    begins = [ordered[0], *(later for earlier, later in pairwise(ordered) if later > earlier + 1)]
    ends = [*(earlier for earlier, later in pairwise(ordered) if later > earlier + 1), ordered[-1]]
    return ", ".join(
        str(begin) if begin == end else f"{begin}-{end}"
        for begin, end in zip(begins, ends, strict=True)
    )
