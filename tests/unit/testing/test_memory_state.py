"""Journal and records in memory: what is read went through JSON."""

from __future__ import annotations

import pytest

from pytest_pipeline.errors import ConcurrencyError
from pytest_pipeline.testing.memory_journal import MemoryJournal
from pytest_pipeline.testing.memory_site_records import MemorySiteRecords


def test_entries_are_read_in_order_as_from_a_file() -> None:
    journal = MemoryJournal()
    journal.append("d1", {"kind": "begin", "instances": ("r1-0",)})
    journal.append("d2", {"kind": "begin"})
    journal.append("d1", {"kind": "ended"})

    assert journal.read("d1") == ({"kind": "begin", "instances": ["r1-0"]}, {"kind": "ended"})
    assert journal.read("d3") == ()
    assert journal.deployments == ("d1", "d2")
    assert journal.last("d1") == {"kind": "ended"}


def test_an_entry_that_is_changed_later_is_not_changed_in_the_journal() -> None:
    journal, entry = MemoryJournal(), {"kind": "note"}
    journal.append("d1", entry)
    entry["kind"] = "ended"

    assert journal.read("d1") == ({"kind": "note"},)


def test_a_record_is_replaced_and_deleted() -> None:
    records = MemorySiteRecords()
    records.write("staging", {"instances": ("r1-0",)})
    records.write("dev", {})

    assert records.read("staging") == {"instances": ["r1-0"]}
    assert records.names() == ("dev", "staging")
    records.delete("staging")
    records.delete("staging")
    assert records.read("staging") is None


def test_an_environment_is_had_by_one_at_a_time() -> None:
    records = MemorySiteRecords()
    records.acquire("staging", by="execution 1")

    with pytest.raises(ConcurrencyError, match="in use by execution 1"):
        records.acquire("staging", by="execution 2")
    records.yield_up("staging")
    records.acquire("staging", by="execution 2")
    assert str(records.holder("staging")).startswith("execution 2")
