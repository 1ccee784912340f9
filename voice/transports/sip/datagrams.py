"""One UDP socket under any event loop. The libraries' own protocols assert asyncio's transport class, which uvloop
does not derive from, and let a handler's exception reach the loop."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from loguru import logger

from voice.transports.sip.transactions import Address

OnDatagram = Callable[[bytes, Address], None]


class DatagramSocket(asyncio.DatagramProtocol):
    """Calls `on_datagram` for each datagram; what it raises is logged and the socket lives on."""

    def __init__(self, on_datagram: OnDatagram) -> None:
        self._on_datagram = on_datagram
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.get_running_loop().create_future()
        self.errors = 0

    @classmethod
    async def bind(cls, address: Address, on_datagram: OnDatagram) -> "DatagramSocket":
        """Opens a socket on this address; port 0 takes any free one. Raises OSError."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(lambda: cls(on_datagram), local_addr=address)
        return protocol

    @classmethod
    async def adopt(cls, bound: socket.socket, on_datagram: OnDatagram) -> "DatagramSocket":
        """Takes over an already bound socket."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(lambda: cls(on_datagram), sock=bound)
        return protocol

    @property
    def port(self) -> int:
        """The local port."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def send(self, data: bytes, to: Address) -> None:
        """Sends, or drops when the socket is closed or the system refuses: UDP promises no more."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            self._transport.sendto(data, to)
        except OSError as error:
            self._failed(error)

    async def close(self) -> None:
        """Returns when the loop has let go of the socket."""
        if self._transport is not None:
            self._transport.close()
            await self._closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self._on_datagram(data, (addr[0], addr[1]))
        except Exception:
            logger.exception("datagram from {} was not handled", addr[0])
            self.errors += 1

    def error_received(self, exc: Exception) -> None:
        self._failed(exc)

    def _failed(self, error: Exception) -> None:
        # A peer that is gone answers each packet with ICMP "port unreachable": count, don't log each.
        self.errors += 1
        logger.debug("UDP: {}", error)


def local_address(towards: Address) -> str:
    """Our own address on the way to a peer; nothing is sent. Raises OSError when there is no way."""
    family = socket.AF_INET6 if ":" in towards[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(towards)
        return str(probe.getsockname()[0])
