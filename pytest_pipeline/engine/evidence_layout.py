"""Where each thing stands in the state folder, and in a folder that is handed over."""

from __future__ import annotations

from urllib.parse import quote

EVIDENCE = "evidence"
SHARDS = "shards"
PROMOTIONS = "promotions"
APPROVALS = "approvals"
REPORTS = "reports"
REVISIONS = "revisions"
ARTIFACTS = "artifacts"
DURATIONS = "durations"

#: What evidence is made of; nothing else is handed over.
PARTS = (
    ARTIFACTS, REPORTS, REVISIONS, DURATIONS, SHARDS, APPROVALS, PROMOTIONS, EVIDENCE,
)  # fmt: skip

#: Where jobs may put folders that are handed over: some CI systems keep them within the checkout.
PASSED_ON = ("handover", "kept")

#: What else a state folder holds: of this machine, and no evidence of anything.
OTHERS = (
    ".gitignore", ".writable", "baselines", "capacities", "ci", "comparisons", "drills",
    "environments", "executions", "gitlab", "journal", "ledger.db", "ledger.db-journal",
    "ledger.db-shm", "ledger.db-wal", "owners", "suites", "venvs", *PASSED_ON,
)  # fmt: skip

_SHORT = 16


def safe_name(name: str) -> str:
    """Return a name of the configuration as the name of a file."""
    return quote(name, safe="").replace(".", "%2E")


def hexadecimal(digest: str) -> str:
    """Return the digits of a digest."""
    return digest.removeprefix("sha256:")


def tested(tree: str, artifact: str | None) -> str:
    """Return the name of what was tested: the beginning of both digests."""
    return f"{_short(tree)}-{_short(artifact or 'none')}"


def evidence_path(stage: str, tree: str, artifact: str | None) -> str:
    """Return where the evidence of a stage stands."""
    return f"{EVIDENCE}/{safe_name(stage)}/{tested(tree, artifact)}.json"


def shard_path(stage: str, tree: str, artifact: str | None, cut: tuple[int, int]) -> str:
    """Return where the statement of a shard stands.

    Args:
        stage: Name of the stage.
        tree: Digest of the revision's tree.
        artifact: Digest of the artifact; None for none.
        cut: The shard's number, from 1, and how many there are.
    """
    number, count = cut
    name = f"{number}-of-{count}.json"
    return f"{SHARDS}/{safe_name(stage)}/{tested(tree, artifact)}/{name}"


def promotion_path(environment: str, sequence: int) -> str:
    """Return where a promotion stands."""
    return f"{PROMOTIONS}/{safe_name(environment)}/{sequence:06d}.json"


def approval_path(environment: str, digest: str) -> str:
    """Return where an approval stands, by the digest of its statement."""
    return f"{APPROVALS}/{safe_name(environment)}/{_short(digest)}.json"


def report_path(digest: str) -> str:
    """Return where a report stands."""
    return f"{REPORTS}/{hexadecimal(digest)}.json"


def revision_path(tree: str) -> str:
    """Return where the files of a revision stand."""
    return f"{REVISIONS}/{quote(hexadecimal(tree), safe='')}.json"


def _short(digest: str) -> str:
    return quote(hexadecimal(digest)[:_SHORT], safe="")
