"""The account of a load of several processes: what its master found. Runs in its process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.locust_load.roll_call import RollCall

#: What the master found, for whoever judges the load; see `crew_records`.
ACCOUNT = "crew.json"


def write_account(folder: Path, roll: RollCall) -> None:
    """Write who took part and what went wrong; whole or not at all.

    Args:
        folder: Folder for records.
        roll: Who took part.
    """
    members: Sequence[Any] = [asdict(each) for each in roll.members.values()]
    account = {"problems": [*roll.problems()], "members": members}
    fresh = folder / f"{ACCOUNT}.new"
    fresh.write_text(json.dumps(account), encoding="utf-8")
    fresh.replace(folder / ACCOUNT)
