"""What a datagram from the network may become: the message, a refusal, or nothing. Pure.

Whoever is not on the allow-list hears nothing at all, so that a scanner learns nothing; neither does a datagram that
can't be answered. Everything else malformed gets the response RFC 3261 section 8.2 names.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiosipua import SipMessage, SipRequest, SipResponse
from msgspec import Struct

MAX_DATAGRAM_BYTES = 16_384
ALLOWED = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE")
"""Methods we serve, as the Allow header gives them."""

_KNOWN = frozenset((*ALLOWED, "REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER", "PRACK"))
_MANDATORY = ("via", "from", "to", "call-id", "cseq")
_MAX_CSEQ = 2**31

Network = IPv4Network | IPv6Network


class Drop(Struct, frozen=True):
    """Say nothing; `reason` is for the log and the counters."""

    reason: str


class Refuse(Struct, frozen=True):
    """Answer `request` with this status and stop."""

    request: SipRequest
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...] = ()


class Accept(Struct, frozen=True):
    """A message fit to be handled."""

    message: SipRequest | SipResponse


Verdict = Drop | Refuse | Accept


class Guard(Struct, frozen=True):
    """The allow-list and the checks behind it."""

    allow: tuple[Network, ...]

    def admits(self, host: str) -> bool:
        """Whether this address may talk to us at all."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.allow)

    def judge(self, datagram: bytes, host: str) -> Verdict:
        """Never raises, whatever the bytes."""
        if not self.admits(host):
            return Drop("not allowed")
        if len(datagram) > MAX_DATAGRAM_BYTES:
            return Drop("oversized")
        if not datagram.strip(b"\r\n\0 "):
            return Drop("keep-alive")
        if b"SIP/2.0" not in datagram.partition(b"\n")[0]:
            return Drop("not SIP")
        try:
            message = SipMessage.parse(datagram)
        except (ValueError, IndexError) as error:
            return Drop(f"malformed: {error}")
        if isinstance(message, SipResponse):
            return Accept(message) if _answerable(message) else Drop("malformed response")
        return _judge_request(message, datagram)


def parse_allow(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """Raises ValueError naming the entry that is no network."""
    return tuple(ip_network(text, strict=False) for text in networks)


def _judge_request(request: SipRequest, datagram: bytes) -> Verdict:
    if not _answerable(request):
        return Drop("malformed request without a way to answer it")
    fault = _fault(request, datagram)
    if request.method == "ACK":
        # An ACK is never answered (RFC 3261 section 17.1.1.3).
        return Accept(request) if fault is None else Drop(f"malformed ACK: {fault[1]}")
    if fault is None:
        return Accept(request)
    status, phrase, headers = fault
    return Refuse(request, status, phrase, headers)


def _answerable(message: SipRequest | SipResponse) -> bool:
    if any(not message.headers.get(name) for name in _MANDATORY):
        return False
    try:
        vias, cseq = message.via, message.cseq
        whole = message.from_addr is not None and message.to_addr is not None
    except (ValueError, IndexError, UnboundLocalError):
        return False
    if cseq is None or not cseq.method or not 0 <= cseq.seq < _MAX_CSEQ:
        return False
    return whole and bool(vias) and bool(vias[0].host) and bool(vias[0].branch)


_Fault = tuple[int, str, tuple[tuple[str, str], ...]]


def _fault(request: SipRequest, datagram: bytes) -> _Fault | None:
    """The first thing wrong with a request that can be answered."""
    cseq = request.cseq
    if not datagram.partition(b"\n")[0].rstrip().endswith(b" SIP/2.0"):
        return 505, "Version Not Supported", ()
    if cseq is None or cseq.method != request.method:
        return 400, "CSeq Method Mismatch", ()
    if request.from_addr is None or not request.from_addr.tag:
        return 400, "From Without Tag", ()
    if request.method not in _KNOWN:
        return 501, "Not Implemented", ()
    if request.method not in ALLOWED:
        return 405, "Method Not Allowed", (("Allow", ", ".join(ALLOWED)),)
    return _uri_fault(request) or _hop_fault(request) or _body_fault(request) or _extension_fault(request)


def _uri_fault(request: SipRequest) -> _Fault | None:
    scheme, colon, rest = request.uri.partition(":")
    if not colon or not rest:
        return 400, "Malformed Request-URI", ()
    if scheme.lower() != "sip":
        return 416, "Unsupported URI Scheme", ()
    return None


def _hop_fault(request: SipRequest) -> _Fault | None:
    hops = request.get_header("max-forwards")
    if hops is None:
        return None
    if not hops.isascii() or not hops.isdigit() or int(hops) > 255:
        return 400, "Malformed Max-Forwards", ()
    return (483, "Too Many Hops", ()) if int(hops) == 0 and request.method != "OPTIONS" else None


def _body_fault(request: SipRequest) -> _Fault | None:
    length = request.get_header("content-length")
    # The parser has cut a longer body to what is declared; a shorter one was truncated on the way.
    if length is not None and (not length.isascii() or not length.isdigit() or int(length) != len(request.body)):
        return 400, "Wrong Content-Length", ()
    if request.method in ("INVITE", "UPDATE") and request.body:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        if kind != "application/sdp":
            return 415, "Unsupported Media Type", (("Accept", "application/sdp"),)
    if request.method == "INVITE" and not request.contact:
        return 400, "INVITE Without Contact", ()
    return None


def _extension_fault(request: SipRequest) -> _Fault | None:
    wanted = [token.strip() for token in request.headers.get("require") if token.strip()]
    if wanted and request.method != "CANCEL":
        return 420, "Bad Extension", (("Unsupported", ", ".join(wanted)),)
    return None
