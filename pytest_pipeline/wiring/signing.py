"""Private keys: taken out of the environment, and given to what signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pytest_pipeline.adapters.dsse import TakenKey
    from pytest_pipeline.config.new_signers import Change, NewSigner
    from pytest_pipeline.engine.attesting import SessionSigner, StatementSigner

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def take_key() -> TakenKey | None:
    """Take the private key out of the environment of this process; None where there is none.

    Raises:
        ConfigError: If the variables contradict each other; they are gone all the same.
    """
    from pytest_pipeline.adapters.dsse import take_key

    return take_key()


def signer_apart(taken: TakenKey) -> SessionSigner:
    """Return what signs in a process of its own: for a session that runs tests.

    Raises:
        ConfigError: If it is no key.
        MissingExtraError: If what signs is not installed.
        SigningError: If the process does not start.
    """
    from pytest_pipeline.adapters.dsse import SignerProcess

    return SignerProcess(taken)


def signer_of(taken: TakenKey | None) -> StatementSigner | None:
    """Return what signs in this very process: for a command that runs no tests. None for no key.

    Raises:
        ConfigError: If it is no key.
        MissingExtraError: If what signs is not installed.
    """
    if taken is None:
        return None
    from pytest_pipeline.adapters.dsse import DsseSigner, private_key_from

    try:
        return DsseSigner(private_key_from(taken.read(), taken.source))
    finally:
        taken.forget()


def key_in(file: str) -> TakenKey:
    """Return the private key that a file holds; it is read when it is needed."""
    from pytest_pipeline.adapters.dsse import TakenKey

    return TakenKey(file, file)


def demand_key_place(file: Path) -> None:
    """Refuse a place for a private key that git would commit, or that is taken.

    Raises:
        ConfigError: Naming the file, and what to do.
    """
    from pytest_pipeline.adapters.git_history import would_commit

    if file.exists():
        raise ConfigError(
            f"{file}: got a file that is there already, wanted a new one: no key is ever "
            "overwritten; name another file"
        )
    if would_commit(file):
        raise ConfigError(
            f"{file}: git would commit it, and a private key has no place in a repository: name a "
            "file outside of it, or add this one to .gitignore first"
        )


def write_new_key(file: Path) -> str:
    """Make a key, write its private half to a new file, and return its public half.

    Raises:
        ConfigError: If the file exists, or cannot be written.
        MissingExtraError: If what makes keys is not installed.
    """
    from pytest_pipeline.adapters.dsse import write_new_key

    return write_new_key(file)


def trust_signer(root: Path, signer: NewSigner, *, dry_run: bool) -> Change:
    """Add a signer to the configuration of a service root; see `signer_tables.add_signer`."""
    from pytest_pipeline.config.signer_tables import add_signer

    return add_signer(root, signer, dry_run=dry_run)
