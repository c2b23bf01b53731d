"""Private keys as people and tools write them; their text is never repeated."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from pytest_pipeline.adapters.dsse import new_private_key, private_key_from
from pytest_pipeline.errors import ConfigError

SOURCE = "PYTEST_PIPELINE_KEY"
KEY = ed25519.Ed25519PrivateKey.generate()
RAW = KEY.private_bytes_raw()


def pem(key: object, form: str = "PKCS8", password: bytes | None = None) -> bytes:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    written: bytes = key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM,
        getattr(serialization.PrivateFormat, form),
        encryption,
    )
    return written


def test_a_key_that_was_made_here_is_read() -> None:
    private, public = new_private_key()

    key = private_key_from(private.encode(), SOURCE)

    assert public == f"ed25519:{key.public_key().public_bytes_raw().hex()}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(pem(KEY), id="pem"),
        pytest.param(b"\n" + pem(KEY).replace(b"\n", b"\r\n"), id="other-ends-of-lines"),
        pytest.param(pem(KEY).splitlines()[1], id="body-alone"),
    ],
)
def test_a_key_is_read_in_the_forms_that_secrets_take(text: bytes) -> None:
    assert private_key_from(text, SOURCE).private_bytes_raw() == RAW


def test_a_key_of_openssl_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    made = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(file)]
    subprocess.run(made, check=True, timeout=30, capture_output=True)

    assert private_key_from(file.read_bytes(), SOURCE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(b"secret", "6 bytes that are no key", id="no-key"),
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(pem(KEY)[:-50], "a damaged private key", id="cut-off"),
        pytest.param(pem(KEY).replace(b"MC4", b"MC5"), "a damaged private key", id="altered"),
        pytest.param(pem(KEY, password=b"secret"), "an encrypted key", id="encrypted"),
        pytest.param(pem(KEY, form="OpenSSH"), "a key of OpenSSH", id="openssh"),
        pytest.param(pem(ed448.Ed448PrivateKey.generate()), "kind Ed448", id="ed448"),
        pytest.param(pem(ec.generate_private_key(ec.SECP256R1())), "kind", id="ecdsa"),
        pytest.param(new_private_key()[1].encode(), "a public key", id="public"),
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=f"{SOURCE}: got .*{said}.*keys new") as refused:
        private_key_from(text, SOURCE)

    shown = f"{refused.value!r}{refused.value.__cause__!r}{refused.value.__context__!r}"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert all(part not in f"{refused.value}" for part in _parts(text))
    assert base64.b64encode(RAW).decode() not in shown


def _parts(text: bytes) -> list[str]:
    """Return what of a text must not be shown: its lines but for head and foot."""
    return [each.decode() for each in text.splitlines() if len(each) > 20 and b"-----" not in each]
