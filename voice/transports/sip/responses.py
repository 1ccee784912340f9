"""SIP responses and the names read out of requests. Pure."""

import hashlib
import re
from urllib.parse import unquote

from aiosipua import SipRequest, SipResponse, parse_uri
from aiosipua.sdp import SdpMessage

from voice.transports.sip.guard import ALLOWED
from voice.transports.sip.offer import sdp_bytes

SERVER = "kefu"

_PHRASES = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
}
_SAFE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,127}")
_CALLER_CHARS = 64


def respond(
    request: SipRequest,
    status: int,
    *,
    tag: str,
    phrase: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    contact: str | None = None,
    body: SdpMessage | None = None,
) -> SipResponse:
    """The response to `request`, with `tag` added to To unless it has one (RFC 3261 section 8.2.6.2)."""
    response = SipResponse(status_code=status, reason_phrase=phrase or _PHRASES.get(status, ""))
    for via in request.headers.get("via"):
        response.headers.append("Via", via)
    if 180 <= status < 300:
        for route in request.headers.get("record-route"):
            response.headers.append("Record-Route", route)
    for name in ("From", "To", "Call-ID", "CSeq"):
        response.headers.set_single(name, request.headers.get_first(name) or "")
    to = request.to_addr
    if status > 100 and (to is None or not to.tag):
        response.headers.set_single("To", f"{request.headers.get_first('to')};tag={tag}")
    if contact is not None:
        response.headers.set_single("Contact", contact)
    response.headers.set_single("Allow", ", ".join(ALLOWED))
    response.headers.set_single("Server", SERVER)
    for name, value in headers:
        response.headers.set_single(name, value)
    if body is not None:
        response.headers.set_single("Content-Type", "application/sdp")
        response.body = sdp_bytes(body)
    return response


def safe_call_id(call_id: str) -> str:
    """The Call-ID where it can name a file, else a digest of it: the caller chooses it freely."""
    if _SAFE_ID.fullmatch(call_id) and ".." not in call_id:
        return call_id
    return "sip-" + hashlib.sha256(call_id.encode()).hexdigest()[:32]


def wanted_pack(request: SipRequest, default_pack: str) -> str:
    """The user part of the Request-URI; the default when there is none."""
    return unquote(parse_uri(request.uri).user or "") or default_pack


def caller_name(request: SipRequest) -> str:
    """The user part of From, printable and short; the host when there is none."""
    address = request.from_addr
    if address is None:
        return ""
    name = unquote(address.uri.user or "") or address.uri.host
    return "".join(char for char in name if char.isprintable())[:_CALLER_CHARS]
