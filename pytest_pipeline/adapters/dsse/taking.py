"""Takes the private key out of the environment: nothing started or imported later has it."""

from __future__ import annotations

import os
import select
import stat
import time
from dataclasses import dataclass, field

from pytest_pipeline.adapters.dsse.wiping import wipe_bytes, wipe_variable
from pytest_pipeline.engine.signing_demands import KEY_FILE_VARIABLE, KEY_VARIABLE
from pytest_pipeline.errors import ConfigError

#: How long a pipe that a key is read from may stay silent, seconds; and how much is read, bytes.
_PATIENCE_S = 10.0
_LARGEST_BYTES = 1 << 14


@dataclass
class TakenKey:
    """A private key that the environment gave; nobody has looked at it yet.

    Attributes:
        source: Where it is from, for people.
        file: The file that holds it; None when the variable did.
    """

    source: str
    file: str | None = None
    _text: bytearray = field(default_factory=bytearray, repr=False)

    def read(self) -> bytearray:
        """Return it as it is written; whoever is done with it overwrites it (`forget`).

        Raises:
            ConfigError: If the file cannot be read, or everybody can.
        """
        if self.file is not None and not self._text:
            self._text = _content(self.file, self.source)
        return self._text

    def forget(self) -> None:
        """Overwrite what is held here."""
        self._text[:] = bytes(len(self._text))


def take_key() -> TakenKey | None:
    """Take the variables that hold or name a private key out of the environment of this process.

    Returns:
        The key; None where there is none.

    Raises:
        ConfigError: If both are set, or the one that names a file holds a key; both are gone.
    """
    text, name = _taken(KEY_VARIABLE), _taken(KEY_FILE_VARIABLE)
    if text and name:
        text[:] = bytes(len(text))
        raise ConfigError(
            f"{KEY_VARIABLE} and {KEY_FILE_VARIABLE}: got both, wanted one of them: unset the other"
        )
    if text:
        return TakenKey(KEY_VARIABLE, None, text)
    if name:
        return _named(name)
    return None


def _taken(variable: str) -> bytearray:
    encoded = variable.encode()
    value = os.environb.get(encoded, b"")
    text = bytearray(value)
    if encoded in os.environb:
        wipe_variable(variable)
        wipe_bytes(value)
        del os.environb[encoded]
    return text


def _named(name: bytearray) -> TakenKey:
    if name.strip().startswith(b"-----BEGIN") or b"\n" in name.strip():
        name[:] = bytes(len(name))
        raise ConfigError(
            f"{KEY_FILE_VARIABLE}: got the text of a key, wanted the path of a file: put the key "
            f"itself into {KEY_VARIABLE}"
        )
    file = os.fsdecode(bytes(name))
    return TakenKey(f"{KEY_FILE_VARIABLE}={file}", file)


def _content(file: str, source: str) -> bytearray:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read: {error.strerror}") from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode) and mode & stat.S_IRWXO:
            raise ConfigError(
                f"{source}: got a file that everybody can read or write (mode "
                f"{stat.S_IMODE(mode):o}), wanted one of its owner's: chmod 600, and make a new "
                "key if anybody else uses this machine"
            )
        return _all_of(descriptor, source)
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _all_of(descriptor: int, source: str) -> bytearray:
    """Read to the end, of a pipe as well: a key may come from another program."""
    buffer, filled = bytearray(_LARGEST_BYTES), 0
    deadline_s = time.monotonic() + _PATIENCE_S
    while filled < len(buffer):
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
            raise ConfigError(f"{source}: got no end within {_PATIENCE_S:g} s, wanted a key")
        count = os.readv(descriptor, [memoryview(buffer)[filled:]])
        if not count:
            break
        filled += count
    content = buffer[:filled]
    buffer[:] = bytes(len(buffer))
    return content
