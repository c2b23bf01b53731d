"""One HTTP/1.1 exchange on a keep-alive connection. Runs in the generator's process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

_NO_BODY = (204, 304)
_FIRST_FINAL = 200


class BrokenAnswerError(Exception):
    """The connection ended within an answer, or what came is not HTTP."""


class Connection:
    """A keep-alive connection to the router.

    Attributes:
        usable: Whether another request can be sent on it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._keep = True

    @property
    def usable(self) -> bool:
        """Whether it is open as far as is known: neither side said it would close."""
        return self._keep and not self._reader.at_eof() and not self._writer.is_closing()

    def close(self) -> None:
        """Drop the connection; what is in flight on it is lost."""
        self._keep = False
        # Not `close`: a peer that does not read must not hold the generator up.
        self._writer.transport.abort()

    async def ask(self, request: bytes, *, bodiless: bool = False) -> tuple[int, Mapping[str, str]]:
        """Send a request and read its whole answer.

        Args:
            request: Its bytes.
            bodiless: Whether the answer has no body whatever it says, as one to HEAD.

        Returns:
            The status and the header fields by lower-case name.

        Raises:
            BrokenAnswerError: If the answer breaks off or is not HTTP.
            OSError: If the connection is reset.
        """
        self._keep = False  # until the answer is whole
        self._writer.write(request)
        try:
            status, fields = await self._head()
        except asyncio.IncompleteReadError as error:
            raise BrokenAnswerError("broken answer" if error.partial else "closed") from error
        except (asyncio.LimitOverrunError, ValueError, IndexError) as error:
            raise BrokenAnswerError("not HTTP") from error
        try:
            whole = bodiless or await self._read_body(status, fields)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            raise BrokenAnswerError("broken answer") from error
        self._keep = whole and "close" not in fields.get("connection", "").lower()
        return status, fields

    async def _head(self) -> tuple[int, Mapping[str, str]]:
        while True:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")[:-2]
            status = int(first.split(" ", 2)[1])
            if status >= _FIRST_FINAL:
                pairs = (line.partition(":") for line in lines)
                return status, {name.lower(): value.strip() for name, _, value in pairs}

    async def _read_body(self, status: int, fields: Mapping[str, str]) -> bool:
        """Read the body; return whether its end was told other than by closing."""
        if status in _NO_BODY:
            return True
        if "chunked" in fields.get("transfer-encoding", "").lower():
            await self._read_chunks()
        elif "content-length" in fields:
            await self._skip(int(fields["content-length"]))
        else:
            while await self._reader.read(65536):
                pass
            return False
        return True

    async def _read_chunks(self) -> None:
        while True:
            size = int((await self._reader.readuntil(b"\r\n")).split(b";")[0], 16)
            if size == 0:
                break
            await self._skip(size + 2)
        while await self._reader.readuntil(b"\r\n") != b"\r\n":
            pass

    async def _skip(self, size: int) -> None:
        while size > 0:
            size -= len(await self._reader.readexactly(min(size, 65536)))


async def connect(host: str, port: int) -> Connection:
    """Open a connection.

    Raises:
        OSError: If it is refused.
    """
    return Connection(*await asyncio.open_connection(host, port))
