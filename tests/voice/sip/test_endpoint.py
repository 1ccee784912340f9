"""The endpoint over real UDP on loopback, against a phone that says exactly what each test wants."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import uvloop
from aiosipua import SipResponse
from pipecat.transports.base_transport import BaseTransport

from nlu.errors import SettingsError
from tests.voice.sip.answering import FakeAnswering, tone
from tests.voice.sip.wire import RawPhone, request
from voice.errors import BusyError, EngineError, ProtocolError
from voice.settings import SipSettings
from voice.transports.sip.endpoint import SipEndpoint
from voice.transports.sip.media import RtpMedia
from voice.transports.sip.transport import SipTransport
from voice.transports.transport import CallInfo


class QuietAnswering:
    """Holds a call without a pipeline until the caller is gone or `release` is called."""

    def __init__(self, *, limit: int = 10) -> None:
        self.infos: list[CallInfo] = []
        self.ended: list[str] = []
        self._limit = limit
        self._release = asyncio.Event()
        self._live = 0

    def release(self) -> None:
        self._release.set()

    def admit(self, info: CallInfo) -> None:
        if info.pack != "banking":
            raise ProtocolError("unknown pack")
        if self._live >= self._limit:
            raise BusyError("full")
        self._live += 1
        self.infos.append(info)

    async def answer(self, transport: BaseTransport, info: CallInfo) -> None:
        assert isinstance(transport, SipTransport)

        async def gone(*_: object) -> None:
            self._release.set()

        transport.add_event_handler("on_client_disconnected", gone)
        await transport.started()
        await self._release.wait()
        await transport.cleanup()
        self._live -= 1
        self.ended.append(info.call_id)


@contextlib.asynccontextmanager
async def gateway(answering: Any) -> AsyncIterator[tuple[SipEndpoint, RawPhone]]:
    endpoint = SipEndpoint(SipSettings(enabled=True, port=0, rtp_ports=(21000, 21099)), answering, "banking")
    await endpoint.start()
    phone = await RawPhone.open(endpoint.port)
    try:
        yield endpoint, phone
    finally:
        phone.answers_byes = True
        await endpoint.close()
        await phone.close()


async def settled(met: Callable[[], bool]) -> None:
    """Waits for what other tasks are about to do."""
    async with asyncio.timeout(20):
        while not met():
            await asyncio.sleep(0.005)


async def test_a_call_from_invite_to_bye():
    answering = QuietAnswering()
    async with gateway(answering) as (endpoint, phone):
        tag = await phone.call()
        ringing = await phone.expect(180, "INVITE")
        assert ringing.to_addr is not None
        assert ringing.to_addr.tag == tag
        assert endpoint.calls == 1
        info = answering.infos[0]
        assert (info.call_id, info.pack, info.channel) == ("call-1", "banking", "phone")
        assert (info.caller, info.rate_hz) == ("+441632960001", 8000)
        phone.send(request("BYE", port=phone.port, branch="z9hG4bK-bye", to_tag=tag, cseq=2))
        await phone.expect(200, "BYE")
        await settled(lambda: endpoint.calls == 0)
        assert answering.ended == ["call-1"]


async def test_the_end_of_the_pipeline_hangs_up():
    answering = QuietAnswering()
    async with gateway(answering) as (endpoint, phone):
        tag = await phone.call()
        answering.release()
        bye = await phone.expect_request("BYE")
        assert bye.from_addr is not None
        assert bye.from_addr.tag == tag
        phone.answer(bye)
        await settled(lambda: endpoint.calls == 0)


async def test_a_bye_repeats_until_it_is_answered():
    answering = QuietAnswering()
    async with gateway(answering) as (_, phone):
        await phone.call()
        answering.release()
        await phone.expect_request("BYE", count=2)
        phone.answer(await phone.expect_request("BYE"))


async def test_closing_hangs_up_live_calls_and_refuses_new_ones():
    answering = QuietAnswering()
    async with gateway(answering) as (endpoint, phone):
        await phone.call()
        closing = asyncio.create_task(endpoint.close())
        phone.answer(await phone.expect_request("BYE"))
        await closing
        assert endpoint.calls == 0
        assert answering.ended == ["call-1"]


async def test_a_retransmitted_invite_gets_the_same_answer_and_no_second_call():
    answering = QuietAnswering()
    async with gateway(answering) as (_, phone):
        phone.send(request(port=phone.port))
        first = await phone.expect(200, "INVITE")
        phone.send(request(port=phone.port))
        second = await phone.expect(200, "INVITE", count=2)
        assert bytes(first) == bytes(second)
        assert len(answering.infos) == 1


async def test_an_unacknowledged_answer_is_repeated():
    async with gateway(QuietAnswering()) as (_, phone):
        phone.send(request(port=phone.port))
        await phone.expect(200, "INVITE", count=2)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"uri": "sip:nobody@127.0.0.1"}, 404),
        ({"body": "not SDP"}, 400),
        ({"body": ""}, 488),
        ({"body": "v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 18\r\n"}, 488),
        ({"to_tag": "nobody"}, 481),
        ({"cseq_method": "BYE"}, 400),
    ],
)
async def test_refusals_and_their_replay(changes, status):
    answering = QuietAnswering()
    async with gateway(answering) as (endpoint, phone):
        datagram = request(port=phone.port, **changes)
        method = changes.get("cseq_method", "INVITE")
        phone.send(datagram)
        first = await phone.expect(status, method)
        phone.send(datagram)
        assert bytes(await phone.expect(status, method, count=2)) == bytes(first)
        phone.send(request("ACK", port=phone.port))
        assert answering.infos == []
        assert endpoint.calls == 0


async def test_a_full_gateway_says_try_later():
    async with gateway(QuietAnswering(limit=0)) as (_, phone):
        phone.send(request(port=phone.port))
        refused = await phone.expect(503, "INVITE")
        assert refused.get_header("retry-after") == "5"


async def test_no_free_port_says_try_later():
    answering = QuietAnswering()
    endpoint = SipEndpoint(SipSettings(enabled=True, port=0, rtp_ports=(21200, 21202)), answering, "banking")
    await endpoint.start()
    phone = await RawPhone.open(endpoint.port)
    await phone.call()
    phone.send(request(port=phone.port, branch="z9hG4bK-2", call_id="call-2"))
    await phone.expect(503, "INVITE")
    answering.release()
    phone.answer(await phone.expect_request("BYE"))
    await endpoint.close()
    await phone.close()


async def test_without_a_user_the_default_pack_answers():
    answering = QuietAnswering()
    async with gateway(answering) as (_, phone):
        await phone.call(uri="sip:127.0.0.1")
        assert answering.infos[0].pack == "banking"


async def test_a_call_id_that_could_harm_is_replaced():
    answering = QuietAnswering()
    async with gateway(answering) as (_, phone):
        await phone.call(call_id="../../etc/passwd")
        assert answering.infos[0].call_id.startswith("sip-")


async def test_options_and_unknown_methods():
    async with gateway(QuietAnswering()) as (_, phone):
        phone.send(request("OPTIONS", port=phone.port))
        alive = await phone.expect(200, "OPTIONS")
        assert "INVITE" in (alive.get_header("allow") or "")
        phone.send(request("REGISTER", port=phone.port))
        await phone.expect(405, "REGISTER")
        phone.send(request("DANCE", port=phone.port))
        await phone.expect(501, "DANCE")


async def test_in_dialog_requests_of_strangers_change_nothing():
    answering = QuietAnswering()
    async with gateway(answering) as (endpoint, phone):
        tag = await phone.call()
        phone.send(request("BYE", port=phone.port, branch="z9hG4bK-b1", to_tag="wrong", cseq=2))
        await phone.expect(481, "BYE")
        phone.send(request("BYE", port=phone.port, branch="z9hG4bK-b2", to_tag=tag, from_tag="wrong", cseq=2))
        await phone.expect(481, "BYE", count=2)
        phone.send(request("BYE", port=phone.port, branch="z9hG4bK-b3", to_tag=tag, cseq=1))
        await phone.expect(500, "BYE")
        phone.send(request(port=phone.port, branch="z9hG4bK-b4"))
        await phone.expect(482, "INVITE")
        assert endpoint.calls == 1


async def test_hold_resume_and_session_refresh():
    async with gateway(QuietAnswering()) as (_, phone):
        tag = await phone.call()
        held = request(port=phone.port).partition(b"\r\n\r\n")[2].decode() + "a=sendonly\r\n"
        phone.send(request(port=phone.port, branch="z9hG4bK-h", to_tag=tag, cseq=2, body=held))
        answer = await phone.expect(200, "INVITE", count=2)
        assert "a=recvonly" in answer.text
        phone.send(request("ACK", port=phone.port, branch="z9hG4bK-ha", to_tag=tag, cseq=2))
        phone.send(request("UPDATE", port=phone.port, branch="z9hG4bK-u", to_tag=tag, cseq=3))
        await phone.expect(200, "UPDATE")
        other = held.replace("RTP/AVP 0 101", "RTP/AVP 8")
        phone.send(request(port=phone.port, branch="z9hG4bK-c", to_tag=tag, cseq=4, body=other))
        await phone.expect(488, "INVITE")
        phone.send(request("ACK", port=phone.port, branch="z9hG4bK-c", to_tag=tag, cseq=4))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/dtmf-relay", "Signal=7\r\nDuration=160\r\n"),
        ("application/dtmf-relay", "Signal= 7\r\n"),
        ("application/dtmf", "7"),
    ],
)
async def test_keys_by_info(content_type, body):
    answering = FakeAnswering()
    async with gateway(answering) as (_, phone):
        tag = await phone.call()
        phone.send(
            request("INFO", port=phone.port, to_tag=tag, cseq=2, body=body, content_type=content_type, branch="z9hG4b")
        )
        await phone.expect(200, "INFO")
        await settled(lambda: bool(answering.calls) and answering.calls[0].keys == ["7"])


async def test_cancel_after_the_answer_has_no_effect_and_without_one_is_unknown():
    async with gateway(QuietAnswering()) as (endpoint, phone):
        phone.send(request("CANCEL", port=phone.port))
        await phone.expect(481, "CANCEL")
        phone.send(request(port=phone.port, branch="z9hG4bK-x"))
        await phone.expect(200, "INVITE")
        phone.send(request("CANCEL", port=phone.port, branch="z9hG4bK-x"))
        await phone.expect(200, "CANCEL")
        assert endpoint.calls == 1


async def fifty_calls_given_up() -> None:
    """INVITE, CANCEL at once, then what a phone does whose CANCEL came too late: ACK and BYE."""
    answering = FakeAnswering()
    before = asyncio.all_tasks()
    async with gateway(answering) as (endpoint, phone):
        for number in range(50):
            name = {"call_id": f"call-{number}", "port": phone.port}
            phone.send(request(branch=f"z9hG4bK-{number}", **name))
            phone.send(request("CANCEL", branch=f"z9hG4bK-{number}", **name))
            accepted = await phone.expect(200, "INVITE", count=number + 1)
            assert isinstance(accepted, SipResponse)
            assert accepted.to_addr is not None
            tag = accepted.to_addr.tag or ""
            phone.send(request("ACK", branch=f"z9hG4bK-a{number}", to_tag=tag, **name))
            phone.send(request("BYE", branch=f"z9hG4bK-b{number}", to_tag=tag, cseq=2, **name))
            await phone.expect(200, "BYE", count=number + 1)
        await settled(lambda: endpoint.calls == 0)
        assert answering.live == 0
        assert len(answering.ended) == 50
    await settled(lambda: asyncio.all_tasks() <= before | {asyncio.current_task()})


def run_under_uvloop(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def test_fifty_calls_given_up_leak_nothing():
    await fifty_calls_given_up()


def test_fifty_calls_given_up_leak_nothing_under_uvloop():
    run_under_uvloop(fifty_calls_given_up)


async def a_spoken_call() -> None:
    answering = FakeAnswering(greeting=lambda rate_hz: tone(rate_hz=rate_hz, seconds=0.2), then_end=True)
    async with gateway(answering) as (endpoint, phone):
        await phone.call()
        phone.answer(await phone.expect_request("BYE"))
        await settled(lambda: endpoint.calls == 0)


async def test_a_call_that_ends_itself():
    await a_spoken_call()


def test_a_call_that_ends_itself_under_uvloop():
    run_under_uvloop(a_spoken_call)


async def test_garbage_hurts_nobody():
    """2,000 damaged datagrams; the call that is on goes on, and the endpoint still answers."""
    chance = random.Random(7)
    async with gateway(QuietAnswering()) as (endpoint, phone):
        await phone.call()
        for batch in range(1, 101):
            for _ in range(20):
                datagram = bytearray(request(chance.choice(["INVITE", "BYE", "INFO", "UPDATE"]), port=1, call_id="x"))
                for _ in range(chance.randint(1, 10)):
                    datagram[chance.randrange(len(datagram))] = chance.randrange(256)
                phone.send(bytes(datagram))
            phone.send(request("OPTIONS", port=phone.port, branch=f"z9hG4bK-o{batch}"))
            await phone.expect(200, "OPTIONS", count=batch)
        assert endpoint.handler_errors == 0
        assert endpoint.calls >= 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"allow": ("office",)}, r"sip\.allow: 'office'"),
        ({"rtp_ports": (20001, 20002)}, r"sip\.rtp_ports: 20001-20002"),
    ],
)
async def test_settings_that_can_not_work_are_named(changes, named):
    with pytest.raises(SettingsError, match=named):
        SipEndpoint(SipSettings(**changes), QuietAnswering(), "banking")


async def test_a_port_that_is_taken_is_named():
    async with gateway(QuietAnswering()) as (endpoint, _):
        other = SipEndpoint(SipSettings(port=endpoint.port), QuietAnswering(), "banking")
        with pytest.raises(EngineError, match=f"127.0.0.1:{endpoint.port}"):
            await other.start()


async def test_listening_everywhere_tells_each_peer_an_address_it_can_reach():
    endpoint = SipEndpoint(SipSettings(host="0.0.0.0", port=0, rtp_ports=(21300, 21309)), QuietAnswering(), "banking")
    await endpoint.start()
    phone = await RawPhone.open(endpoint.port)
    await phone.call()
    accepted = await phone.expect(200, "INVITE")
    assert "c=IN IP4 127.0.0.1" in accepted.text
    assert accepted.contact[0].uri.host == "127.0.0.1"
    phone.answers_byes = True
    await endpoint.close()
    await phone.close()


async def test_without_audio_the_call_ends_and_its_place_is_given_back(monkeypatch):
    async def fail(media: RtpMedia) -> None:
        raise OSError("no buffer space")

    monkeypatch.setattr(RtpMedia, "open", fail)
    answering = FakeAnswering(greeting=lambda rate_hz: tone(rate_hz=rate_hz, seconds=0.5))
    async with gateway(answering) as (endpoint, phone):
        await phone.call()
        phone.answer(await phone.expect_request("BYE"))
        await settled(lambda: endpoint.calls == 0)
        assert answering.live == 0
