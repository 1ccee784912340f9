"""Server transactions: replay, repetition until the ACK, giving up."""

from aiosipua import SipMessage, SipRequest

from tests.voice.sip.wire import request
from voice.transports.sip.transactions import (
    GIVE_UP_S,
    MAX_ENTRIES,
    T1_S,
    T2_S,
    Outgoing,
    TransactionKey,
    Transactions,
    server_key,
)

KEY = TransactionKey("b", "h:1", "INVITE")
OK = Outgoing(b"200", ("127.0.0.1", 5999))
BUSY = Outgoing(b"503", ("127.0.0.1", 5999))


def answered(status: int = 200, *, now_s: float = 0.0) -> Transactions:
    table = Transactions()
    table.begin(KEY, call_id="c", cseq=1, now_s=now_s)
    table.respond(KEY, OK if status == 200 else BUSY, status=status, now_s=now_s)
    return table


def parsed(datagram: bytes) -> SipRequest:
    message = SipMessage.parse(datagram)
    assert isinstance(message, SipRequest)
    return message


def test_key_tells_retransmission_from_another_request():
    assert server_key(parsed(request())) == server_key(parsed(request()))
    assert server_key(parsed(request())) != server_key(parsed(request(branch="z9hG4bK-2")))
    assert server_key(parsed(request())) != server_key(parsed(request(port=5998)))
    assert server_key(parsed(request("CANCEL")), method="INVITE") == server_key(parsed(request()))


def test_nothing_to_replay_before_a_response():
    table = Transactions()
    table.begin(KEY, call_id="c", cseq=1, now_s=0)
    assert KEY in table
    assert table.replay(KEY) is None
    assert table.replay(TransactionKey("x", "h:1", "INVITE")) is None


def test_last_response_is_replayed():
    table = Transactions()
    table.begin(KEY, call_id="c", cseq=1, now_s=0)
    table.respond(KEY, Outgoing(b"180", ("h", 1)), status=180, now_s=0)
    assert table.repeating == 0
    table.respond(KEY, OK, status=200, now_s=0)
    assert table.replay(KEY) == OK


def test_a_final_repeats_ever_more_slowly_until_acknowledged():
    table = answered()
    times = []
    now_s = 0.0
    for _ in range(6):
        next_s = table.next_s()
        assert next_s is not None
        times.append(next_s - now_s)
        now_s = next_s
        assert table.due(now_s).resend == (OK,)
    assert times == [T1_S, 1.0, 2.0, T2_S, T2_S, T2_S]
    assert not table.acknowledge("c", 2)
    assert table.acknowledge("c", 1)
    assert table.next_s() is None
    assert table.due(now_s + 5).resend == ()


def test_a_call_never_acknowledged_is_given_up():
    table = answered()
    assert table.due(GIVE_UP_S + 1).unacknowledged == ("c",)
    assert table.repeating == 0


def test_a_refusal_never_acknowledged_is_only_forgotten():
    table = answered(503)
    due = table.due(GIVE_UP_S + 1)
    assert due.unacknowledged == ()
    assert due.resend == ()
    assert len(table) == 0


def test_entries_are_forgotten_when_they_are_old():
    table = Transactions()
    for number in range(5):
        key = TransactionKey(str(number), "h:1", "OPTIONS")
        table.begin(key, call_id="c", cseq=1, now_s=number)
        table.respond(key, OK, status=200, now_s=number)
    table.due(GIVE_UP_S + 2.5)
    assert len(table) == 2


def test_the_table_does_not_grow_without_end():
    table = Transactions()
    for number in range(MAX_ENTRIES + 10):
        key = TransactionKey(str(number), "h:1", "INVITE")
        table.begin(key, call_id=str(number), cseq=1, now_s=0)
        table.respond(key, BUSY, status=503, now_s=0)
    assert len(table) == MAX_ENTRIES
    assert table.repeating == MAX_ENTRIES


def test_our_request_repeats_until_it_is_answered():
    table = Transactions()
    table.request(TransactionKey("bye", "h:1", "BYE"), OK, call_id="c", now_s=0)
    assert table.due(T1_S).resend == (OK,)
    assert not table.answered("other", "BYE")
    assert table.answered("bye", "BYE")
    assert table.due(10).resend == ()


def test_a_call_that_is_over_repeats_nothing():
    table = answered()
    table.abandon("other")
    assert table.repeating == 1
    table.abandon("c")
    assert table.repeating == 0
