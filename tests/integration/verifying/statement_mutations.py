"""Mutations of what files say: fields changed, and written and signed anew by whoever can."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from pytest_pipeline.domain.envelopes import (
    Envelope,
    Signature,
    canonical_json,
    envelope_from_json,
    sha256_of,
)
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.stage_statements import evidence_from, stage_statement
from pytest_pipeline.domain.verdicts import Verdict
from tests.integration.verifying.material import Change, Material
from tests.integration.verifying.signing import CI, STRANGER

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

#: What a verdict, a digest, a number or a name is changed to.
_VALUES: tuple[Any, ...] = (
    "PASS", "FAIL", "", None, True, False, 0, 1, -1, 1e300, [], {}, "production", "unit",
    "sha256:" + "0" * 64, "0" * 64, "2036-01-01T00:00:00+00:00", "../../etc", "évil",
)  # fmt: skip

Signing = Callable[[Envelope, Envelope], Envelope]


def keep_signature(made: Envelope, old: Envelope) -> Envelope:
    """The signature of what was there before."""
    return Envelope(made.payload, old.signatures, made.payload_type)


def sign_as_stranger(made: Envelope, _old: Envelope) -> Envelope:
    """The signature of a key that nobody trusts."""
    return STRANGER.sign(made)


def sign_in_the_name_of_another(made: Envelope, _old: Envelope) -> Envelope:
    """A stranger's signature that claims to be of the key that is trusted."""
    value = STRANGER.sign(made).signatures[0].value
    return Envelope(made.payload, (Signature(CI.key.keyid, value),), made.payload_type)


def no_signature(made: Envelope, _old: Envelope) -> Envelope:
    """No signature at all."""
    return made


def payload_mutation(signing: Signing) -> Callable[[Random, Material], Change]:
    """Return the mutation that changes a field of a statement."""

    def mutate(random: Random, material: Material) -> Change:
        path = random.choice(material.envelopes)
        old = _envelope(material.files[path])
        said = json.loads(old.payload)
        _change(random, said)
        made = Envelope(canonical_json(said).encode())
        return {path: signing(made, old).to_json().encode()}

    return mutate


def claim_mutation(signing: Signing) -> Callable[[Random, Material], Change]:
    """Return the mutation that claims something else of a stage, in a statement without fault."""

    def mutate(random: Random, material: Material) -> Change:
        path = random.choice(material.named("evidence"))
        old = _envelope(material.files[path])
        statement = statement_from_payload(old.payload)
        evidence = evidence_from(statement)
        claim = random.choice((
            {"verdict": random.choice(list(Verdict))},
            {"created": "2026-11-23T12:00:01+00:00"},
            {"policy": "sha256:" + "0" * 64},
            {"execution": "e2"},
            {"report": None},
            {"left_out": ("two tests",)},
            {"measurements": {**evidence.measurements, "tests.passed": 4.0}},
            {"distributions": {}},
        ))  # fmt: skip
        claimed = replace(evidence, **claim)  # type: ignore[arg-type]
        made = Envelope(stage_statement(claimed, statement.subjects[0].name).to_payload())
        return {path: signing(made, old).to_json().encode()}

    return mutate


def indexed_mutation(signing: Signing) -> Callable[[Random, Material], Change]:
    """Return the mutation that changes or removes a file, and the index with it."""

    def mutate(random: Random, material: Material) -> Change:
        old = _envelope(material.files["index.json"])
        said = json.loads(old.payload)
        each = random.choice(said["subject"])
        path = str(each["name"])
        content: bytes | None = None
        if random.random() < 0.5:
            content = material.files[path] + b" "
            each["digest"]["sha256"] = sha256_of(content).removeprefix("sha256:")
            said["predicate"]["files"][path]["bytes"] = len(content)
        else:
            said["subject"].remove(each)
            del said["predicate"]["files"][path]
        made = Envelope(canonical_json(said).encode())
        return {path: content, "index.json": signing(made, old).to_json().encode()}

    return mutate


def envelope_field(random: Random, material: Material) -> Change:
    """A field of an envelope, and not of what it holds."""
    path = random.choice(material.envelopes)
    said = json.loads(material.files[path])
    signature = said["signatures"][0] if said["signatures"] else {"keyid": "", "sig": ""}
    random.choice((
        lambda: said.update(payloadType="application/json"),
        lambda: said.update(signatures=[]),
        lambda: said.update(signatures=[signature, signature]),
        lambda: said["signatures"].append({"keyid": STRANGER.key.keyid, "sig": "AAAA"}),
        lambda: signature.update(keyid=STRANGER.key.keyid),
        lambda: signature.update(keyid=signature["keyid"].upper()),
        lambda: said.update(extra=1),
        lambda: signature.update(cert="none"),
        lambda: _change(random, said),
    ))()  # fmt: skip
    return {path: canonical_json(said).encode()}


def signature_form(random: Random, material: Material) -> Change:
    """The same signature, written otherwise."""
    path = random.choice(material.envelopes)
    said = json.loads(material.files[path])
    if not said["signatures"]:
        return {}
    sig = said["signatures"][0]["sig"]
    raw = base64.b64decode(sig)
    said["signatures"][0]["sig"] = random.choice((
        sig.rstrip("="), sig + "=", f" {sig}", f"{sig}\n", f"{sig[:10]}\n{sig[10:]}", raw.hex(),
        sig.encode().translate(_URL_SAFE).decode(), sig[:-3] + chr(ord(sig[-3]) + 1) + sig[-2:],
        base64.b64encode(raw + b"\0").decode(), base64.b64encode(raw[:32]).decode(),
        base64.b64encode(_other_scalar(raw)).decode(),
    ))  # fmt: skip
    return {path: canonical_json(said).encode()}


def same_json(random: Random, material: Material) -> Change:
    """The same values, written otherwise: order, spaces, escapes, keys twice."""
    path = random.choice([each for each in material.files if each.endswith(".json")])
    text = material.files[path].decode()
    said = json.loads(text)
    first = next(iter(said), "")
    written = random.choice((
        json.dumps(said, indent=1), json.dumps(said), text + "\n", text.rstrip("\n"), f" {text}",
        json.dumps(dict(reversed(said.items())), separators=(",", ":")) + "\n",
        text.replace("{", f'{{"{first}":0,', 1), text.replace("e", "\\u0065", 1), "\ufeff" + text,
    ))  # fmt: skip
    return {path: written.encode()}


def same_payload(random: Random, material: Material) -> Change:
    """The same statement, its bytes written otherwise, its signature kept or gone."""
    path = random.choice(material.envelopes)
    old = _envelope(material.files[path])
    said: Mapping[str, Any] = json.loads(old.payload)
    made = Envelope(
        random.choice((
            json.dumps(said).encode(), old.payload + b"\n", old.payload.rstrip(b"\n"),
            json.dumps(dict(reversed(said.items()))).encode(),
        ))
    )  # fmt: skip
    signing = random.choice((keep_signature, no_signature, sign_as_stranger))
    return {path: signing(made, old).to_json().encode()}


def _envelope(content: bytes) -> Envelope:
    return envelope_from_json(content.decode())


def _change(random: Random, said: Any) -> None:  # noqa: ANN401 - values of JSON
    """Change one value, somewhere below."""
    while True:
        if isinstance(said, dict) and said:
            key: Any = random.choice(sorted(said))
        elif isinstance(said, list) and said:
            key = random.randrange(len(said))
        else:
            return
        below = said[key]
        if isinstance(below, dict | list) and below and random.random() < 0.8:
            said = below
            continue
        if random.random() < 0.2:
            del said[key]
        else:
            said[key] = random.choice(_VALUES)
        return


def _other_scalar(raw: bytes) -> bytes:
    """Return the signature with the group's order added: the same, where that is let through."""
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(raw[32:], "little") + order
    return raw[:32] + scalar.to_bytes(32, "little")
