"""The highest rate that meets objectives: a search whose every decision is a value."""

from pytest_pipeline.domain.capacity.capacities import Capacity, CapacityReport, outcome, scaling
from pytest_pipeline.domain.capacity.findings import Ending, Finding
from pytest_pipeline.domain.capacity.probes import Limit, Outcome, Probe, probe_of
from pytest_pipeline.domain.capacity.search import Decision, Reason, Search, decide

__all__ = [
    "Capacity",
    "CapacityReport",
    "Decision",
    "Ending",
    "Finding",
    "Limit",
    "Outcome",
    "Probe",
    "Reason",
    "Search",
    "decide",
    "outcome",
    "probe_of",
    "scaling",
]
