"""RTP without sockets: order and keys of what comes in, numbering of what goes out (RFC 3550, 4733). Pure."""

from collections import deque
from dataclasses import dataclass

from aiortp import DtmfEvent, RtpPacket
from msgspec import Struct

from voice.transports.sip.transactions import Address

HOLD_PACKETS = 3
"""A missing packet is waited for until this many later ones are here (60 ms), then given up."""

RELATCH_S = 2.0
"""The peer's source may change only after this much silence from the old one."""

_RESTART_DISTANCE = 100
_EVENTS_REMEMBERED = 8
_KEYS = "0123456789*#"
_KEY_PACKETS = 8
_KEY_GAP_PACKETS = 4


class Audio(Struct, frozen=True):
    """One packet's encoded audio, after `lost` packets that never came."""

    payload: bytes
    lost: int = 0


class KeyPress(Struct, frozen=True):
    """A key of the caller's keypad, once however long it is held: one of 0-9 * #."""

    key: str


class Intake:
    """Puts a stream's packets in order and finds the keys in it."""

    def __init__(self, *, payload_type: int, dtmf_payload_type: int | None) -> None:
        self._payload_type = payload_type
        self._dtmf_payload_type = dtmf_payload_type
        self._ssrc: int | None = None
        self._expected = 0
        self._held: dict[int, RtpPacket] = {}
        self._events: deque[int] = deque(maxlen=_EVENTS_REMEMBERED)
        self._lost = 0
        self._cycles = 0
        self.packets = 0
        self.lost_packets = 0

    @property
    def ssrc(self) -> int:
        """The peer's source, 0 before the first packet."""
        return self._ssrc or 0

    @property
    def highest_sequence(self) -> int:
        """The extended highest sequence number received in order (RFC 3550 section 6.4.1)."""
        return (self._cycles << 16 | ((self._expected - 1) & 0xFFFF)) & 0xFFFFFFFF

    def take(self, packet: RtpPacket) -> list[Audio | KeyPress]:
        """What can be heard now that this packet is here, in order."""
        self.packets += 1
        heard: list[Audio | KeyPress] = []
        if packet.ssrc != self._ssrc:
            self._restart(packet)
        if packet.payload_type == self._dtmf_payload_type:
            # Keys are told at once: nothing later can change them, and their audio slot stays silent anyway.
            heard.extend(self._key(packet))
        ahead = _distance(packet.sequence_number, self._expected)
        if abs(ahead) > _RESTART_DISTANCE:
            self._restart(packet)
            ahead = 0
        if ahead < 0:
            return heard
        self._held[packet.sequence_number] = packet
        heard.extend(self._in_order())
        if len(self._held) >= HOLD_PACKETS:
            heard.extend(self._skip_gap())
        return heard

    def flush(self) -> list[Audio | KeyPress]:
        """Gives up waiting: the stream has paused."""
        heard: list[Audio | KeyPress] = []
        while self._held:
            heard.extend(self._skip_gap())
        return heard

    def _restart(self, packet: RtpPacket) -> None:
        if packet.ssrc != self._ssrc:
            self._events.clear()
        self._ssrc = packet.ssrc
        self._held.clear()
        self._expected = packet.sequence_number
        self._lost = 0

    def _skip_gap(self) -> list[Audio | KeyPress]:
        nearest = min(self._held, key=lambda number: _distance(number, self._expected))
        missing = _distance(nearest, self._expected)
        self._lost += missing
        self.lost_packets += missing
        self._expected = nearest
        return self._in_order()

    def _in_order(self) -> list[Audio | KeyPress]:
        heard: list[Audio | KeyPress] = []
        while (packet := self._held.pop(self._expected, None)) is not None:
            self._expected = (self._expected + 1) & 0xFFFF
            self._cycles += self._expected == 0
            if packet.payload_type == self._payload_type and packet.payload:
                heard.append(Audio(packet.payload, self._lost))
                self._lost = 0
        return heard

    def _key(self, packet: RtpPacket) -> list[Audio | KeyPress]:
        # An event is named by its timestamp; its first packet counts, so that a lost end loses no key.
        if len(packet.payload) < 4 or packet.timestamp in self._events:
            return []
        self._events.append(packet.timestamp)
        digit = DtmfEvent.parse(packet.payload).digit
        return [KeyPress(digit)] if digit in _KEYS else []


class Numbering:
    """Sequence numbers and timestamps of the stream we send, 20 ms a packet."""

    def __init__(self, *, ssrc: int, sequence: int, timestamp: int) -> None:
        self.ssrc = ssrc
        self.timestamp = timestamp
        self.packets = 0
        self.octets = 0
        self._sequence = sequence

    def stamp(self, payload: bytes, *, payload_type: int, marker: bool, timestamp: int | None = None) -> bytes:
        """The packet as it goes on the wire; `timestamp` for a key's packets, which all carry its start."""
        packet = RtpPacket(
            payload_type=payload_type,
            marker=int(marker),
            sequence_number=self._sequence,
            timestamp=self.timestamp if timestamp is None else timestamp,
            ssrc=self.ssrc,
            payload=payload,
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return packet.serialize()

    def advance(self, samples: int) -> None:
        """Time passes, in units of the RTP clock, sent or not."""
        self.timestamp = (self.timestamp + samples) & 0xFFFFFFFF


def key_events(key: str, *, packet_samples: int) -> list[bytes | None]:
    """The payloads of one key, a 20 ms slot each: the press, its end said three times, then a gap (None).

    Raises ValueError when it is no key.
    """
    if len(key) != 1 or key not in _KEYS:
        raise ValueError(f"{key!r} is not one of {_KEYS}")
    number = _KEYS.index(key)
    total = _KEY_PACKETS * packet_samples
    press = [
        DtmfEvent(event=number, end=False, volume=10, duration=slot * packet_samples).serialize()
        for slot in range(1, _KEY_PACKETS)
    ]
    end = DtmfEvent(event=number, end=True, volume=10, duration=total).serialize()
    return [*press, end, end, end, *([None] * _KEY_GAP_PACKETS)]


@dataclass(slots=True)
class SymmetricPeer:
    """Where audio is sent and from where it is taken (RFC 4961).

    Audio goes to where it comes from once something came; until then to the address of the offer, if that may be
    talked to at all: an offer alone must not aim our audio at a third party.
    """

    offered: Address
    offered_allowed: bool
    latched: Address | None = None
    heard_s: float = 0.0

    @property
    def target(self) -> Address | None:
        """Where to send now; None: nowhere yet."""
        return self.latched or (self.offered if self.offered_allowed else None)

    def accepts(self, source: Address, *, allowed: bool, now_s: float) -> bool:
        """Whether a packet from `source` is the peer's; follows the peer to it when so."""
        if source != self.latched:
            if not allowed and source[0] != self.offered[0]:
                return False
            if self.latched is not None and now_s - self.heard_s < RELATCH_S:
                return False
            self.latched = source
        self.heard_s = now_s
        return True

    def offer(self, address: Address, *, allowed: bool) -> None:
        """A re-INVITE named an address; a new one means that the stream moves."""
        if address != self.offered:
            self.offered, self.latched = address, None
        self.offered_allowed = allowed


def _distance(number: int, other: int) -> int:
    """`number - other` of 16-bit counters, -32768..32767."""
    return ((number - other + 0x8000) & 0xFFFF) - 0x8000
