"""The RTCP we send: sender reports with a name, and a goodbye (RFC 3550 section 6). Some trunks drop silent calls."""

from aiortp import RtcpByePacket, RtcpSdesPacket, RtcpSrPacket
from aiortp.clock import current_ntp_time
from aiortp.packet import RtcpReceiverInfo, RtcpSenderInfo, RtcpSourceInfo

from voice.transports.sip.rtp import Intake, Numbering

_CNAME = b"kefu"


def sender_report(numbering: Numbering, intake: Intake | None) -> bytes:
    """What we sent, and with `intake` how many of the peer's packets never came (jitter is not measured)."""
    info = RtcpSenderInfo(
        ntp_timestamp=current_ntp_time(),
        rtp_timestamp=numbering.timestamp,
        packet_count=numbering.packets & 0xFFFFFFFF,
        octet_count=numbering.octets & 0xFFFFFFFF,
    )
    reports = [_receiver_block(intake)] if intake is not None and intake.packets else []
    report = RtcpSrPacket(ssrc=numbering.ssrc, sender_info=info, reports=reports)
    name = RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=numbering.ssrc, items=[(1, _CNAME)])])
    return bytes(report) + bytes(name)


def goodbye(ssrc: int) -> bytes:
    """The stream ends."""
    return bytes(RtcpByePacket(sources=[ssrc]))


def _receiver_block(intake: Intake) -> RtcpReceiverInfo:
    return RtcpReceiverInfo(
        ssrc=intake.ssrc,
        fraction_lost=0,
        packets_lost=min(intake.lost_packets, 0x7FFFFF),
        highest_sequence=intake.highest_sequence,
        jitter=0,
        lsr=0,
        dlsr=0,
    )
