"""Server transactions over UDP: what was answered is answered again, finals repeat until they are acknowledged.

Pure: time is an argument, wire bytes go in and out (RFC 3261 sections 13.3.1.4 and 17). One entry a request; a
retransmitted request finds its entry and gets the same response again instead of being handled twice. The same
clockwork repeats the requests we send (BYE) until they are answered.

    state of an INVITE entry     on request again     on ACK     after 64*T1
    trying    (nothing sent)     nothing              -          forgotten
    final     (resent by T1..T2) response again       done       unacknowledged
    done                         response again       -          forgotten
"""

from collections import OrderedDict
from dataclasses import dataclass

from aiosipua import SipRequest
from msgspec import Struct

T1_S = 0.5
T2_S = 4.0
GIVE_UP_S = 64 * T1_S
MAX_ENTRIES = 8192

Address = tuple[str, int]


class TransactionKey(Struct, frozen=True):
    """Names a server transaction (RFC 3261 section 17.2.3): branch and sent-by of the top Via, and the method."""

    branch: str
    sent_by: str
    method: str


class Outgoing(Struct, frozen=True):
    """Bytes to put on the wire."""

    wire: bytes
    to: Address


class Due(Struct, frozen=True):
    """What time has brought: datagrams to repeat, and Call-IDs whose 200 was never acknowledged."""

    resend: tuple[Outgoing, ...] = ()
    unacknowledged: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    expires_s: float
    call_id: str
    cseq: int
    response: Outgoing | None = None
    status: int = 0
    repeat_at_s: float | None = None
    interval_s: float = T1_S


def server_key(request: SipRequest, *, method: str | None = None) -> TransactionKey:
    """The transaction a request belongs to; ACK and CANCEL look for their INVITE with method="INVITE"."""
    via = request.via[0]
    return TransactionKey(via.branch or "", f"{via.host}:{via.port or 5060}", method or request.method)


class Transactions:
    """All server transactions and unanswered requests of one socket."""

    def __init__(self) -> None:
        self._entries: OrderedDict[TransactionKey, _Entry] = OrderedDict()
        self._repeating: dict[TransactionKey, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: TransactionKey) -> bool:
        return key in self._entries

    @property
    def repeating(self) -> int:
        """How many datagrams are being repeated."""
        return len(self._repeating)

    def begin(self, key: TransactionKey, *, call_id: str, cseq: int, now_s: float) -> None:
        """A new request came. The oldest entry is forgotten when the table is full."""
        while len(self._entries) >= MAX_ENTRIES:
            oldest, _ = self._entries.popitem(last=False)
            self._repeating.pop(oldest, None)
        self._entries[key] = _Entry(expires_s=now_s + GIVE_UP_S, call_id=call_id, cseq=cseq)

    def replay(self, key: TransactionKey) -> Outgoing | None:
        """The response to give again to a retransmitted request; None while there is none."""
        entry = self._entries.get(key)
        return None if entry is None else entry.response

    def respond(self, key: TransactionKey, response: Outgoing, *, status: int, now_s: float) -> None:
        """A response was sent; a final one to an INVITE is repeated until `acknowledge`."""
        entry = self._entries.get(key)
        if entry is None:
            return
        entry.response, entry.status = response, status
        entry.expires_s = now_s + GIVE_UP_S
        if key.method == "INVITE" and status >= 200:
            entry.repeat_at_s, entry.interval_s = now_s + T1_S, T1_S
            self._repeating[key] = entry

    def status(self, key: TransactionKey) -> int:
        """Status of the last response, 0 before any."""
        entry = self._entries.get(key)
        return 0 if entry is None else entry.status

    def acknowledge(self, call_id: str, cseq: int) -> bool:
        """An ACK came; whether it ended a repetition. The ACK of a 2xx has a branch of its own, so match by CSeq."""
        found = [
            key
            for key, entry in self._repeating.items()
            if key.method == "INVITE" and entry.call_id == call_id and entry.cseq == cseq
        ]
        for key in found:
            del self._repeating[key]
        return bool(found)

    def request(self, key: TransactionKey, outgoing: Outgoing, *, call_id: str, now_s: float) -> None:
        """We sent a request; it is repeated until `answered`."""
        self._repeating[key] = _Entry(
            expires_s=now_s + GIVE_UP_S,
            call_id=call_id,
            cseq=0,
            response=outgoing,
            repeat_at_s=now_s + T1_S,
        )

    def answered(self, branch: str, method: str) -> bool:
        """A final response to a request of ours came."""
        found = [key for key in self._repeating if (key.branch, key.method) == (branch, method)]
        for key in found:
            del self._repeating[key]
        return bool(found)

    def abandon(self, call_id: str) -> None:
        """The call is over: its unacknowledged responses need not be repeated any more."""
        for key in [key for key, entry in self._repeating.items() if entry.call_id == call_id]:
            del self._repeating[key]

    def next_s(self) -> float | None:
        """When `due` should be asked next; None when nothing repeats."""
        return min((entry.repeat_at_s or 0.0 for entry in self._repeating.values()), default=None)

    def due(self, now_s: float) -> Due:
        """Advances to `now_s`: collects what to repeat, forgets what is over."""
        resend: list[Outgoing] = []
        unacknowledged: list[str] = []
        for key, entry in list(self._repeating.items()):
            if now_s >= entry.expires_s:
                del self._repeating[key]
                if key.method == "INVITE" and 200 <= entry.status < 300:
                    unacknowledged.append(entry.call_id)
            elif entry.repeat_at_s is not None and now_s >= entry.repeat_at_s and entry.response is not None:
                resend.append(entry.response)
                entry.interval_s = min(entry.interval_s * 2, T2_S)
                entry.repeat_at_s = now_s + entry.interval_s
        self._forget(now_s)
        return Due(tuple(resend), tuple(unacknowledged))

    def _forget(self, now_s: float) -> None:
        # Responses move an entry's end, so the order is nearly, not exactly, that of expiry: a live head waits.
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if entry.expires_s > now_s or key in self._repeating:
                break
            del self._entries[key]
