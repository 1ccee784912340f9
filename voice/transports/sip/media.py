"""One call's audio on the wire: two UDP sockets, a 20 ms clock, a codec.

Comes in as PCM and keys in order, gaps concealed, silence put in while the peer sends none; goes out one packet every
20 ms, comfort noise while there is nothing to say, so that NATs and trunks keep the path open.
"""

import asyncio
import random
import socket
from collections import deque
from collections.abc import Callable
from functools import lru_cache

from aiortp import NoiseGenerator, PcmConcealer, RtpPacket, get_codec
from loguru import logger

from nlu.errors import SettingsError
from voice.transports.sip.datagrams import DatagramSocket
from voice.transports.sip.offer import PACKET_MS, RTP_CLOCK_HZ, MediaPlan
from voice.transports.sip.rtcp import goodbye, sender_report
from voice.transports.sip.rtp import Audio, Intake, KeyPress, Numbering, SymmetricPeer, key_events
from voice.transports.sip.transactions import Address

PACKET_S = PACKET_MS / 1000
PACKET_SAMPLES = RTP_CLOCK_HZ * PACKET_MS // 1000
COMFORT_LEVEL_DBOV = 70
SILENT_AFTER_S = 0.1
"""After this long without a packet the peer is taken to be silent, and silence is put in."""

PEER_LOST_S = 30.0
QUEUE_PACKETS = 2
"""How far ahead of the clock audio is taken from the pipeline."""

_BEHIND_S = 0.1
_INCOMING_FRAMES = 500
_CONCEALED_PACKETS = 10
_REPORT_TICKS = 250

PortPair = tuple[socket.socket, socket.socket]


class PortRange:
    """Even/odd UDP port pairs for RTP and RTCP. Taken round robin, so that a port rests before it is used again.

    Raises SettingsError when `ports` (first, last) holds no pair.
    """

    def __init__(self, host: str, ports: tuple[int, int]) -> None:
        self._host = host
        first = ports[0] + ports[0] % 2
        self._pairs = deque(range(first, ports[1], 2))
        if not self._pairs or not 0 < first < ports[1] < 65536:
            raise SettingsError(f"sip.rtp_ports: {ports[0]}-{ports[1]} holds no even port and the one after it")

    def bind(self) -> PortPair:
        """Raises OSError when no pair is free."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        for _ in range(len(self._pairs)):
            port = self._pairs[0]
            self._pairs.rotate(-1)
            rtp, rtcp = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
            try:
                rtp.bind((self._host, port))
                rtcp.bind((self._host, port + 1))
            except OSError:
                rtp.close()
                rtcp.close()
                continue
            rtp.setblocking(False)
            rtcp.setblocking(False)
            return rtp, rtcp
        raise OSError("no free RTP port pair")


class RtpMedia:
    """Sends and receives one call's audio. `on_lost` is called once when the peer sends nothing for 30 s."""

    def __init__(
        self,
        plan: MediaPlan,
        sockets: PortPair,
        *,
        admits: Callable[[str], bool],
    ) -> None:
        self.plan = plan
        self.on_lost: Callable[[], None] | None = None
        self.port = int(sockets[0].getsockname()[1])
        self._sockets = sockets
        self._admits = admits
        self._peer = SymmetricPeer(plan.remote, admits(plan.remote[0]))
        self._codec = get_codec(plan.codec.static_type)
        self._concealer = PcmConcealer(sample_rate=plan.codec.rate_hz)
        self._intake = Intake(payload_type=plan.payload_type, dtmf_payload_type=plan.dtmf_payload_type)
        self._numbering = Numbering(
            ssrc=random.getrandbits(32), sequence=random.getrandbits(16), timestamp=random.getrandbits(32)
        )
        self._frame_bytes = plan.codec.frame_bytes()
        self._comfort = comfort_noise(plan.codec.rate_hz)
        self._incoming: deque[bytes | KeyPress | None] = deque(maxlen=_INCOMING_FRAMES)
        self._arrived = asyncio.Event()
        self._outgoing: deque[bytes] = deque()
        self._remainder = b""
        self._space = asyncio.Event()
        self._space.set()
        self._keys: deque[bytes | None] = deque()
        self._key_start = 0
        self._rtp: DatagramSocket | None = None
        self._rtcp: DatagramSocket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ticks = 0
        self._tick_at_s = 0.0
        self._heard_s = 0.0
        self._talking = False
        self._closed = False

    @property
    def rate_hz(self) -> int:
        """Sampling rate of the PCM both ways."""
        return self.plan.codec.rate_hz

    @property
    def packets_heard(self) -> int:
        """RTP packets taken from the peer."""
        return self._intake.packets

    def abandon(self) -> None:
        """Gives the ports back when `open` was never called."""
        for bound in self._sockets:
            bound.close()

    async def open(self) -> None:
        """Starts the clock; audio flows both ways from now on."""
        loop = asyncio.get_running_loop()
        self._rtp = await DatagramSocket.adopt(self._sockets[0], self._receive)
        self._rtcp = await DatagramSocket.adopt(self._sockets[1], self._receive_report)
        self._tick_at_s = self._heard_s = loop.time()
        self._tick()

    async def close(self) -> None:
        """Says goodbye and gives the ports back. `incoming` ends."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._outgoing.clear()
        self._space.set()
        self._incoming.append(None)
        self._arrived.set()
        if self._rtcp is not None and (to := self._report_address()) is not None:
            self._rtcp.send(goodbye(self._numbering.ssrc), to)
        for bound, adopted in zip(self._sockets, (self._rtp, self._rtcp), strict=True):
            if adopted is None:
                bound.close()
            else:
                await adopted.close()

    def update(self, plan: MediaPlan) -> None:
        """A re-INVITE changed destination, direction or payload numbers; the codec stays."""
        if (plan.payload_type, plan.dtmf_payload_type) != (self.plan.payload_type, self.plan.dtmf_payload_type):
            self._intake = Intake(payload_type=plan.payload_type, dtmf_payload_type=plan.dtmf_payload_type)
        self.plan = plan
        self._peer.offer(plan.remote, allowed=self._admits(plan.remote[0]))
        self._heard_s = asyncio.get_running_loop().time()

    async def incoming(self) -> bytes | KeyPress | None:
        """The next PCM16 piece or key; None: closed. Audio not fetched for 10 s is dropped, the oldest first."""
        while not self._incoming:
            if self._closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._incoming.popleft()

    def hear_key(self, key: str) -> None:
        """A key that came by another way than RTP (SIP INFO)."""
        self._deliver(KeyPress(key))

    async def play(self, pcm: bytes) -> None:
        """Queues PCM16 for the wire; waits while the queue is full, which paces the caller of this."""
        while len(self._outgoing) >= QUEUE_PACKETS and not self._closed:
            self._space.clear()
            await self._space.wait()
        if self._closed:
            return
        pcm = self._remainder + pcm
        whole = len(pcm) - len(pcm) % self._frame_bytes
        self._outgoing.extend(pcm[at : at + self._frame_bytes] for at in range(0, whole, self._frame_bytes))
        self._remainder = pcm[whole:]

    async def drained(self) -> None:
        """Waits until everything queued is on the wire, the last odd piece padded with silence."""
        if self._remainder:
            self._outgoing.append(self._remainder.ljust(self._frame_bytes, b"\0"))
            self._remainder = b""
        while (self._outgoing or self._keys) and not self._closed:
            self._space.clear()
            await self._space.wait()

    def drop_unplayed(self) -> None:
        """The caller interrupts: what has not been sent never will be."""
        self._outgoing.clear()
        self._remainder = b""
        self._space.set()

    def press(self, keys: str) -> None:
        """Sends keys as telephone-events. Raises ValueError for what is no key, or when the peer takes none."""
        if self.plan.dtmf_payload_type is None:
            raise ValueError("the peer takes no telephone-events")
        for key in keys:
            self._keys.extend(key_events(key, packet_samples=PACKET_SAMPLES))

    def _tick(self) -> None:
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        behind = now_s - self._tick_at_s
        if behind > _BEHIND_S:
            # The process was stalled: skip the missed slots instead of sending a burst.
            missed = int(behind / PACKET_S)
            self._tick_at_s += missed * PACKET_S
            self._numbering.advance(missed * PACKET_SAMPLES)
        self._tick_at_s += PACKET_S
        self._timer = loop.call_at(self._tick_at_s, self._tick)
        self._ticks += 1
        self._send_slot()
        self._fill_silence(now_s)
        if self._ticks % _REPORT_TICKS == 0:
            self._report(now_s)

    def _send_slot(self) -> None:
        target = self._peer.target if self.plan.send else None
        if self._keys:
            self._send_key(target)
        elif self._outgoing:
            self._send_audio(self._outgoing.popleft(), target, talking=True)
        else:
            at = (self._ticks * self._frame_bytes) % len(self._comfort)
            self._send_audio(self._comfort[at : at + self._frame_bytes], target, talking=False)
        self._numbering.advance(PACKET_SAMPLES)
        if len(self._outgoing) < QUEUE_PACKETS:
            self._space.set()

    def _send_audio(self, pcm: bytes, target: Address | None, *, talking: bool) -> None:
        marker, self._talking = talking and not self._talking, talking
        if target is not None and self._rtp is not None:
            payload = self._codec.encode(pcm)
            self._rtp.send(self._numbering.stamp(payload, payload_type=self.plan.payload_type, marker=marker), target)

    def _send_key(self, target: Address | None) -> None:
        payload = self._keys.popleft()
        if payload is None or target is None or self._rtp is None or self.plan.dtmf_payload_type is None:
            return
        starts = int.from_bytes(payload[2:4], "big") == PACKET_SAMPLES
        if starts:
            self._key_start = self._numbering.timestamp
        packet = self._numbering.stamp(
            payload, payload_type=self.plan.dtmf_payload_type, marker=starts, timestamp=self._key_start
        )
        self._rtp.send(packet, target)

    def _fill_silence(self, now_s: float) -> None:
        if now_s - self._heard_s < SILENT_AFTER_S:
            return
        self._hear(self._intake.flush())
        self._deliver(bytes(self._frame_bytes))
        if self.plan.receive and now_s - self._heard_s > PEER_LOST_S and self.on_lost is not None:
            on_lost, self.on_lost = self.on_lost, None
            on_lost()

    def _receive(self, data: bytes, source: Address) -> None:
        now_s = asyncio.get_running_loop().time()
        try:
            packet = RtpPacket.parse(data)
        except Exception as error:
            logger.debug("not RTP: {}", error)
            return
        if packet.payload_type not in (self.plan.payload_type, self.plan.dtmf_payload_type):
            return
        if not self._peer.accepts(source, allowed=self._admits(source[0]), now_s=now_s):
            return
        self._heard_s = now_s
        self._hear(self._intake.take(packet))

    def _receive_report(self, _data: bytes, source: Address) -> None:
        """Any RTCP shows that the peer lives; what it reports is not used yet."""
        latched = self._peer.latched
        if latched is not None and source[0] == latched[0] and not self.plan.receive:
            self._heard_s = asyncio.get_running_loop().time()

    def _hear(self, heard: list[Audio | KeyPress]) -> None:
        for item in heard:
            if isinstance(item, KeyPress):
                self._deliver(item)
                continue
            try:
                pcm = self._codec.decode(item.payload)
            except Exception as error:
                logger.debug("undecodable audio: {}", error)
                continue
            if item.lost:
                self._deliver(self._concealer.conceal(min(item.lost, _CONCEALED_PACKETS) * self._frame_bytes // 2))
            self._concealer.update(pcm)
            self._deliver(pcm)

    def _deliver(self, item: bytes | KeyPress) -> None:
        self._incoming.append(item)
        self._arrived.set()

    def _report_address(self) -> Address | None:
        target = self._peer.target
        return None if target is None else (target[0], target[1] + 1)

    def _report(self, now_s: float) -> None:
        to = self._report_address()
        if self._rtcp is None or to is None:
            return
        received = self._intake if now_s - self._heard_s < _REPORT_TICKS * PACKET_S else None
        self._rtcp.send(sender_report(self._numbering, received), to)


@lru_cache
def comfort_noise(rate_hz: int) -> bytes:
    """One second of very quiet noise, PCM16: pure silence sounds like a dead line."""
    return NoiseGenerator(COMFORT_LEVEL_DBOV).generate(rate_hz)
