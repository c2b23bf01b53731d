"""HDR histograms of response times: added up, and exchanged with other tools.

The format is V2 of HdrHistogram: counts of values that are equal in their first three digits, as
variable-length integers, compressed, in base64. The libraries of Java, C, Go, Rust and Python read
it; that they agree is tested. It is written here because reports are read, and judged again, where
no extra is installed.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_pipeline.domain.load import LoadSample

#: Longest response time that is told from longer ones, microseconds: an hour.
LONGEST_US = 3_600_000_000
_DIGITS = 3
# 2048 values share no count with another one before they do so by twos, fours, eights …
_HALF_BITS = 10
_HALF = 1 << _HALF_BITS
_COOKIE, _COMPRESSED_COOKIE = 0x1C849313, 0x1C849314
# Cookie, length, offset of the counts, digits, lowest value, highest value, ratio.
_HEADER = struct.Struct(">iiiiqqd")
_WRAPPER = struct.Struct(">ii")


def histogram(samples: Iterable[LoadSample]) -> str:
    """Return the histogram of response times in microseconds; empty without samples."""
    return _written(Counter(_index(round(each.response_ms * 1000)) for each in samples))


def added(histograms: Iterable[str]) -> str:
    """Return the histogram of all requests of several; empty ones count for nothing.

    Raises:
        ValueError: If one is no histogram as `histogram` makes them.
    """
    total: Counter[int] = Counter()
    for each in histograms:
        total.update(_read(each))
    return _written(total)


def counted(written: str) -> tuple[tuple[float, int], ...]:
    """Return response times and how many requests had them, by rising time.

    Args:
        written: A histogram; empty for none.

    Returns:
        Pairs of the longest time that counts as the same, milliseconds, and a count >= 1.

    Raises:
        ValueError: If it is no histogram as `histogram` makes them.
    """
    return tuple((_highest_us(index) / 1000, number) for index, number in _read(written).items())


def _index(value_us: int) -> int:
    value = min(max(value_us, 0), LONGEST_US)
    bucket = max(value.bit_length() - _HALF_BITS - 1, 0)
    return (bucket << _HALF_BITS) + (value >> bucket)


def _highest_us(index: int) -> int:
    bucket = max((index >> _HALF_BITS) - 1, 0)
    return ((index - (bucket << _HALF_BITS) + 1) << bucket) - 1


def _written(counts: Mapping[int, int]) -> str:
    if not counts:
        return ""
    payload = b"".join(map(_varint, _with_gaps(counts)))
    header = _HEADER.pack(_COOKIE, len(payload), 0, _DIGITS, 1, LONGEST_US, 1.0)
    packed = zlib.compress(header + payload)
    return base64.b64encode(_WRAPPER.pack(_COMPRESSED_COOKIE, len(packed)) + packed).decode()


def _with_gaps(counts: Mapping[int, int]) -> Iterator[int]:
    """Yield counts from the first value on; a run of n values without requests is -n."""
    expected = 0
    for index in sorted(counts):
        gap = index - expected
        if gap:
            yield -gap if gap > 1 else 0
        yield counts[index]
        expected = index + 1


def _read(written: str) -> dict[int, int]:
    if not written:
        return {}
    try:
        raw = base64.b64decode(written, validate=True)
        cookie, length = _WRAPPER.unpack_from(raw)
        plain = zlib.decompress(raw[_WRAPPER.size : _WRAPPER.size + length])
        inner, size, _, digits, lowest, *_ = _HEADER.unpack_from(plain)
    except (struct.error, zlib.error, ValueError) as error:
        raise ValueError(f"no HDR histogram: {error}") from error
    if (cookie, inner, digits, lowest) != (_COMPRESSED_COOKIE, _COOKIE, _DIGITS, 1):
        raise ValueError("an HDR histogram of another kind: wanted V2, three digits, from 1")
    counts: dict[int, int] = {}
    index = 0
    for number in _numbers(plain[_HEADER.size : _HEADER.size + size]):
        if number > 0:
            counts[index] = number
        index += max(1, -number)
    return counts


def _varint(number: int) -> bytes:
    """Return an integer in seven bits a byte, its sign in the lowest bit."""
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    made = bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits
        made.append(rest & 0x7F | 0x80)
        rest >>= 7
    made.append(rest)
    return bytes(made)


def _numbers(payload: Sequence[int]) -> Iterator[int]:
    value = shift = 0
    for each in payload:
        value |= (each & 0x7F) << shift
        shift += 7
        if not each & 0x80:
            yield value >> 1 if not value & 1 else -((value + 1) >> 1)
            value = shift = 0
