"""The measured row of each strategy page, made from `docs/explanation/strategies/measured.json`.

``python -m tests.component.docs.measured_rows FILE`` takes over a comparison that
``pytest-pipeline strategies compare --format json --output FILE`` wrote, and rewrites the pages.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parents[3] / "docs" / "explanation" / "strategies"
MEASURED = PAGES / "measured.json"
HEAD = (
    "| requests | lost | downtime | mixed | peak | deploy | critical path | cut-over | way back |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)
_TEXTBOOK = re.compile(r"^\| downtime \| best for .*\n(?:\|.*\n)+", re.MULTILINE)
_SECTION = re.compile(r"\nMeasured on the sample service: .*\n\n(?:\|.*\n)+")


def section(measured: Mapping[str, Any], strategy: str) -> str:
    """Return what a page says was measured of its strategy."""
    (row,) = (each for each in measured["strategies"] if each["strategy"] == strategy)
    cutover = "-" if row["cutover_ms"] is None else f"{row['cutover_ms']:.0f} ms"
    back = "-" if row["rollback_s"] is None else f"{row['rollback_s']:.2f} s"
    cells = (
        *(str(row["requests"]), str(row["lost_requests"]), f"{row['downtime_ms']:.0f} ms"),
        *(str(row["mixed_requests"]), str(row["peak_instances"]), f"{row['deploy_s']:.1f} s"),
        *(f"{row['critical_path_s']:.1f} s", cutover, back),
    )
    return (
        f"\nMeasured on the sample service: {measured['replicas']} instances, "
        f"{measured['rate']:g} requests/s ({measured['machine']}):\n\n"
        f"{HEAD}| {' | '.join(cells)} |\n"
    )


def with_section(page: str, written: str) -> str:
    """Return a page with its measured row below what the textbooks say."""
    bare = _SECTION.sub("", page)
    found = _TEXTBOOK.search(bare)
    assert found, "no table of the textbooks"
    return bare[: found.end()] + written + bare[found.end() :]


def main(file: Path) -> None:
    """Take a comparison over."""
    measured = json.loads(file.read_text(encoding="utf-8"))
    doubtful = [each["strategy"] for each in measured["strategies"] if each["problems"]]
    if doubtful:
        sys.exit(f"figures of {', '.join(doubtful)} cannot be trusted: measure again")
    for each in measured["strategies"]:
        page = PAGES / f"{each['strategy']}.md"
        text = page.read_text(encoding="utf-8")
        page.write_text(with_section(text, section(measured, each["strategy"])), encoding="utf-8")
    if file.resolve() != MEASURED:
        shutil.copyfile(file, MEASURED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
