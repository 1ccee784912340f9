"""Responses, and the names read out of requests."""

import pytest
from aiosipua import SipMessage, SipRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.sip.wire import request
from voice.transports.sip.responses import caller_name, respond, safe_call_id, wanted_pack


def parsed(datagram: bytes) -> SipRequest:
    message = SipMessage.parse(datagram)
    assert isinstance(message, SipRequest)
    return message


def test_a_response_repeats_what_it_must_and_tags_to():
    response = respond(parsed(request()), 180, tag="ours", contact="<sip:banking@127.0.0.1:5060>")
    assert response.reason_phrase == "Ringing"
    assert response.get_header("to") == "<sip:banking@127.0.0.1>;tag=ours"
    assert response.get_header("call-id") == "call-1"
    assert response.get_header("cseq") == "1 INVITE"
    assert response.via[0].branch == "z9hG4bK-1"


def test_a_tag_is_not_added_twice_and_trying_has_none():
    assert "ours" not in (respond(parsed(request(to_tag="theirs")), 200, tag="ours").get_header("to") or "")
    assert "tag" not in (respond(parsed(request()), 100, tag="ours").get_header("to") or "")


def test_the_route_is_recorded_for_the_dialog():
    proxied = parsed(request(extra="Record-Route: <sip:192.0.2.1;lr>\r\n"))
    assert respond(proxied, 200, tag="t").get_header("record-route") == "<sip:192.0.2.1;lr>"
    assert respond(proxied, 404, tag="t").get_header("record-route") is None


@pytest.mark.parametrize(
    ("uri", "pack"),
    [
        ("sip:banking@host", "banking"),
        ("sip:my%20pack@host:5070;transport=udp", "my pack"),
        ("sip:host", "default"),
        ("sip:@host", "default"),
    ],
)
def test_the_user_of_the_uri_names_the_pack(uri, pack):
    assert wanted_pack(parsed(request(uri=uri)), "default") == pack


@pytest.mark.parametrize(
    ("from_value", "caller"),
    [
        ("<sip:+441632960001@h>;tag=1", "+441632960001"),
        ('"Ann" <sip:ann%40home@h>;tag=1', "ann@home"),
        ("<sip:anonymous.invalid>;tag=1", "anonymous.invalid"),
        (f"<sip:{'7' * 200}@h>;tag=1", "7" * 64),
    ],
)
def test_the_caller_is_the_user_of_from(from_value, caller):
    message = parsed(request())
    message.set_header("From", from_value)
    assert caller_name(message) == caller


@pytest.mark.parametrize("call_id", ["a84b4c76e66710@pc33.example.com", "f81d4fae-7dec-11d0@127.0.0.1"])
def test_a_harmless_call_id_is_kept(call_id):
    assert safe_call_id(call_id) == call_id


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_call_id_can_name_another_folder(call_id):
    safe = safe_call_id(call_id)
    assert safe.isascii()
    assert not {"/", "\\", " "} & set(safe)
    assert ".." not in safe
    assert 0 < len(safe) <= 128
