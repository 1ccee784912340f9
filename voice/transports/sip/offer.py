"""SDP: an offer read strictly, what we choose of it, and our answer (RFC 3264, 4566).

Payload names are those of RFC 3551 and 4733. G.722 is preferred when offered: it carries 16 kHz audio, although its
RTP clock is 8000 by the historical mistake RFC 3551 section 4.5.2 keeps.
"""

from importlib.util import find_spec
from ipaddress import ip_address

from aiosipua.sdp import (
    Codec,
    ConnectionData,
    MediaDescription,
    Origin,
    SdpMessage,
    parse_sdp,
    serialize_sdp,
)
from msgspec import Struct

from voice.errors import MediaError

RTP_CLOCK_HZ = 8000
PACKET_MS = 20
TELEPHONE_EVENT = "telephone-event"

_PROFILES = ("RTP/AVP", "RTP/AVPF")
_ANSWER_DIRECTION = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


class OfferError(MediaError):
    """An offer we refuse; `status` is the SIP response: 400 malformed, 488 nothing in common."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class VoiceCodec(Struct, frozen=True):
    """One codec we speak: its SDP name, its static payload type and the sampling rate of its audio."""

    name: str
    static_type: int
    rate_hz: int

    def frame_bytes(self) -> int:
        """PCM16 bytes in one 20 ms packet."""
        return self.rate_hz * PACKET_MS // 1000 * 2


G722 = VoiceCodec("G722", 9, 16000)
PCMU = VoiceCodec("PCMU", 0, 8000)
PCMA = VoiceCodec("PCMA", 8, 8000)
CODECS = (G722, PCMU, PCMA) if find_spec("G722") is not None else (PCMU, PCMA)
"""What we speak, best first. G.722 is a C extension, which a platform without a wheel may lack."""


class MediaPlan(Struct, frozen=True, kw_only=True):
    """What one offer and our answer agreed on. `send` and `receive` are from our side."""

    codec: VoiceCodec
    payload_type: int
    dtmf_payload_type: int | None
    remote: tuple[str, int]
    send: bool = True
    receive: bool = True


def read_offer(body: bytes) -> SdpMessage:
    """Raises OfferError: 488 without a body (we don't offer in the 200), 400 when it is not SDP."""
    if not body.strip():
        raise OfferError(488, "an offer is required in the INVITE")
    try:
        text = body.decode("utf-8")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        offer = parse_sdp(text)
    except (ValueError, IndexError) as error:
        raise OfferError(400, f"malformed SDP: {error}") from error
    if not lines or lines[0] != "v=0":
        raise OfferError(400, "malformed SDP: it does not begin with v=0")
    kinds = {line[0] for line in lines if len(line) > 1 and line[1] == "="}
    missing = [kind for kind in "ovms" if kind not in kinds]
    if missing:
        raise OfferError(400, f"malformed SDP: no {missing[0]}= line")
    if any(len(line) < 2 or line[1] != "=" for line in lines):
        raise OfferError(400, "malformed SDP: a line is not of the form x=value")
    return offer


def plan_media(offer: SdpMessage, *, only: VoiceCodec | None = None) -> MediaPlan:
    """Choose codec, DTMF payload type and destination.

    `only` keeps a running call's codec in a re-INVITE. Raises OfferError(488) without anything in common.
    """
    audio = _usable_audio(offer)
    codec, payload_type = _choose_codec(audio, only)
    address = offer.rtp_address
    if address is None:
        raise OfferError(400, "malformed SDP: no c= line for the audio")
    held = _check_destination(*address)
    direction = audio.direction
    return MediaPlan(
        codec=codec,
        payload_type=payload_type,
        dtmf_payload_type=_dtmf_payload_type(audio),
        remote=address,
        send=not held and direction in ("sendrecv", "recvonly"),
        receive=direction in ("sendrecv", "sendonly"),
    )


def write_answer(
    offer: SdpMessage, plan: MediaPlan, *, host: str, port: int, session_id: int, version: int
) -> SdpMessage:
    """Our answer: the chosen codec alone, the offer's own telephone-event payload type, other media refused."""
    chosen = _usable_audio(offer)
    media = [_answer_media(item, plan, port) if item is chosen else _refused(item) for item in offer.media]
    return _session(host, media, session_id=session_id, version=version)


def write_offer(
    codecs: tuple[VoiceCodec, ...], *, host: str, port: int, session_id: int, dtmf_payload_type: int = 101
) -> SdpMessage:
    """An offer of `codecs` in this order, for the test caller."""
    maps = [f"{codec.static_type} {codec.name}/{RTP_CLOCK_HZ}" for codec in codecs]
    maps.append(f"{dtmf_payload_type} {TELEPHONE_EVENT}/{RTP_CLOCK_HZ}")
    media = MediaDescription(
        media="audio",
        port=port,
        formats=[*(str(codec.static_type) for codec in codecs), str(dtmf_payload_type)],
        attributes={
            "rtpmap": maps,
            "fmtp": [f"{dtmf_payload_type} 0-15"],
            "ptime": [str(PACKET_MS)],
            "sendrecv": [],
        },
    )
    return _session(host, [media], session_id=session_id, version=session_id)


def sdp_bytes(message: SdpMessage) -> bytes:
    """The body to put on the wire."""
    return serialize_sdp(message).encode()


def _usable_audio(offer: SdpMessage) -> MediaDescription:
    for item in offer.media:
        if item.media == "audio" and item.port > 0 and item.proto in _PROFILES:
            return item
    raise OfferError(488, "no unencrypted RTP audio is offered")


def _choose_codec(audio: MediaDescription, only: VoiceCodec | None) -> tuple[VoiceCodec, int]:
    offered: dict[str, int] = {}
    for item in audio.codecs:
        if item.clock_rate == RTP_CLOCK_HZ and (item.channels or 1) == 1 and _is_payload_type(item):
            offered.setdefault(item.encoding_name.upper(), item.payload_type)
    for codec in CODECS if only is None else (only,):
        if codec.name in offered:
            return codec, offered[codec.name]
    names = ", ".join(sorted(offered)) or "nothing at 8000 Hz"
    raise OfferError(488, f"no codec in common: {names} offered, {', '.join(codec.name for codec in CODECS)} spoken")


def _is_payload_type(item: Codec) -> bool:
    return 0 <= item.payload_type <= 127


def _dtmf_payload_type(audio: MediaDescription) -> int | None:
    for item in audio.codecs:
        named = item.encoding_name.lower() == TELEPHONE_EVENT
        if named and item.clock_rate == RTP_CLOCK_HZ and _is_payload_type(item):
            return item.payload_type
    return None


def _check_destination(host: str, port: int) -> bool:
    """True when the address is the old way to say hold (0.0.0.0)."""
    if not 0 < port < 65536:
        raise OfferError(400, f"malformed SDP: {port} is not a port")
    try:
        address = ip_address(host)
    except ValueError:
        raise OfferError(488, f"the audio address {host!r} is not an IP address") from None
    if address.is_multicast:
        raise OfferError(488, "multicast audio is not accepted")
    return address.is_unspecified


def _answer_media(item: MediaDescription, plan: MediaPlan, port: int) -> MediaDescription:
    maps = [f"{plan.payload_type} {plan.codec.name}/{RTP_CLOCK_HZ}"]
    formats = [str(plan.payload_type)]
    attributes: dict[str, list[str]] = {"rtpmap": maps}
    if plan.dtmf_payload_type is not None:
        formats.append(str(plan.dtmf_payload_type))
        maps.append(f"{plan.dtmf_payload_type} {TELEPHONE_EVENT}/{RTP_CLOCK_HZ}")
        attributes["fmtp"] = [f"{plan.dtmf_payload_type} 0-15"]
    attributes["ptime"] = [str(PACKET_MS)]
    attributes[_ANSWER_DIRECTION[item.direction]] = []
    return MediaDescription(media="audio", port=port, proto=item.proto, formats=formats, attributes=attributes)


def _refused(item: MediaDescription) -> MediaDescription:
    return MediaDescription(media=item.media, port=0, proto=item.proto, formats=list(item.formats) or ["0"])


def _session(host: str, media: list[MediaDescription], *, session_id: int, version: int) -> SdpMessage:
    family = "IP6" if ":" in host else "IP4"
    return SdpMessage(
        origin=Origin(
            session_id=str(session_id),
            session_version=str(version),
            addr_type=family,
            address=host,
        ),
        session_name="-",
        connection=ConnectionData(addr_type=family, address=host),
        media=media,
    )
