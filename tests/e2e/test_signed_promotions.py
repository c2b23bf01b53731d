"""A project that trusts a signer: its promotions are signed, chained, and guard its policy."""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_pipeline.domain.envelopes import envelope_from_json
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.promotion_statements import promotion_from
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def test_a_signed_release_may_be_deployed_again_and_its_policy_weakened_by_approval_alone(
    drill: Drill, tiny: Repository
) -> None:
    key = drill.folder / "key.pem"
    made = drill.command(tiny, "keys", "new", str(key))
    public = re.search(r"ed25519:[0-9a-f]{64}", made.output)
    assert public is not None, str(made)
    trusted = drill.command(tiny, "keys", "trust", "ci", public[0], "--approves")
    tiny.append("pipeline.toml", "\n[evidence]\nmax_age_s = 3600\n")
    tiny.replace("pipeline.toml", "replicas = 2", "replicas = 1")
    tiny.commit("Trust a key")
    signing = replace(drill, environ={"PYTEST_PIPELINE_KEY_FILE": str(key)})

    run = signing.pytest(tiny, "--pipeline")
    may = drill.command(tiny, "explain", "production")
    keyless = drill.command(tiny, "deploy", "production")
    deployed = signing.command(tiny, "deploy", "production")
    drill.command(tiny, "down", "production")

    assert trusted.exit_code == 0, str(trusted)
    assert run.exit_code == 0, str(run)
    chain = tiny.state / "promotions" / "production"
    stored = (chain / "000001.json").read_text(encoding="utf-8")
    envelope = envelope_from_json(stored)
    promotion = promotion_from(statement_from_payload(envelope.payload))
    assert len(envelope.signatures) == 1
    assert [each.name for each in promotion.inputs] == [
        "evidence/unit", "evidence/integration", "evidence/e2e",
        "promotions/dev", "promotions/staging",
    ]  # fmt: skip
    assert may.exit_code == 0, str(may)
    assert "evidence/unit: PASS, signed by ci" in may.output
    assert "(counts for 1 h)" in may.output
    assert keyless.exit_code == 22, str(keyless)
    assert "PYTEST_PIPELINE_KEY" in keyless.output
    assert deployed.exit_code == 0, str(deployed)
    second = envelope_from_json((chain / "000002.json").read_text(encoding="utf-8"))
    follows = promotion_from(statement_from_payload(second.payload))
    assert (follows.previous, follows.release.name) == (envelope.digest, "r2")
    assert not drill.belongings.running()

    tiny.replace("pipeline.toml", "max_age_s = 3600", "max_age_s = 7200")
    approved = signing.command(tiny, "policy", "approve", "production", "--reason", "slow tests")
    after = drill.command(tiny, "policy", "diff", "production")
    (chain / "000001.json").write_text(stored.replace("=", ""), encoding="utf-8")
    altered = drill.command(tiny, "explain", "production")

    assert approved.exit_code == 0, str(approved)
    assert after.exit_code == 0, str(after)
    assert "max_age_s" in after.output
    assert "weaker, and approved" in after.output
    assert altered.exit_code == 22, str(altered)
    assert "000001.json" in altered.output
