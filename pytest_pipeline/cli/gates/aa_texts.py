"""What `gates aa` prints."""

from __future__ import annotations

from typing import Any

from pytest_pipeline.domain.side_by_side.rates import Rate
from pytest_pipeline.domain.side_by_side.self_comparison import SeenNoise, SelfComparison
from pytest_pipeline.domain.side_by_side.settings import MOST_RUNS
from pytest_pipeline.domain.verdicts import Verdict


def noise_columns() -> tuple[str, ...]:
    """Return the columns of the table of noise."""
    return ("load test", "measure", "from run to run", "beside itself", "runs that decide")


def noise_rows(found: SelfComparison) -> list[tuple[str, ...]]:
    """Return a row for each load test and objective."""
    return [_noise_row(each) for each in found.noise]


def summary(found: SelfComparison) -> str:
    """Return what it came to, in lines."""
    settings, more = found.settings, f"+{found.settings.detect_percent:g} %"
    reasons = "".join(f"  {each.measure}: {each.reason}\n" for each in found.results)
    needed = f"{found.needed_runs} runs" if found.needed_runs else f"more than {MOST_RUNS} runs"
    return (
        f"beside itself: {found.verdict}\n{reasons}"
        f"{found.runs} runs of each side, drawn again {found.equal.draws} times by these "
        f"settings ({settings.runs} runs of each side):\n"
        f"  an equal release fails       {found.equal.of(Verdict.FAIL).told}\n"
        f"  ... comes to nothing         {found.equal.of(Verdict.INCONCLUSIVE).told}\n"
        f"  one that is worse is found   {found.worse.of(Verdict.FAIL).told}, at {more}\n"
        f"  ... passes                   {_passes(found).told}\n"
        f"runs of each release that decide at this noise, nine times out of ten: {needed}\n"
    )


def record_of(stage: str, found: SelfComparison) -> dict[str, Any]:
    """Return all of it as values of JSON.

    Args:
        stage: Name of the stage.
        found: What it came to.
    """
    return {
        "stage": stage,
        "runs": found.runs,
        "verdict": str(found.verdict),
        "objectives": [
            {"measure": each.measure, "verdict": str(each.verdict), "reason": each.reason}
            for each in found.results
        ],
        "noise": [
            {
                "load": each.load,
                "measure": each.measure,
                "unusable": each.unusable,
                "noise": each.noise,
                "unit": "the measure's" if each.in_units else "percent",
                "change": each.change,
                "needed_runs": each.needed_runs,
            }
            for each in found.noise
        ],
        "draws": found.equal.draws,
        "settings": {"runs": found.settings.runs, "detect_percent": found.settings.detect_percent},
        "false_alarms": _rate(found.equal.of(Verdict.FAIL)),
        "equal_inconclusive": _rate(found.equal.of(Verdict.INCONCLUSIVE)),
        "worse_found": _rate(found.worse.of(Verdict.FAIL)),
        "worse_passed": _rate(_passes(found)),
        "needed_runs": found.needed_runs,
    }


def _noise_row(seen: SeenNoise) -> tuple[str, ...]:
    if seen.unusable:
        return (seen.load, seen.measure, "-", seen.unusable, "-")
    unit = "" if seen.in_units else " %"
    needed = str(seen.needed_runs) if seen.needed_runs else f"more than {MOST_RUNS}"
    return (
        seen.load,
        seen.measure,
        f"{seen.noise:.3g}{unit}",
        f"{seen.change:+.2g}{unit}",
        needed,
    )


def _passes(found: SelfComparison) -> Rate:
    return found.worse.of(Verdict.PASS, Verdict.WARN)


def _rate(rate: Rate) -> dict[str, float]:
    lower, upper = rate.interval()
    return {"ratio": rate.ratio, "lower": lower, "upper": upper}
