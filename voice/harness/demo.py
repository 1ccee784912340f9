"""The demonstration: a gateway of its own, real spoken calls to it, and a report of what happened."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from voice.harness.caller import CallRecord, LineError, Received
from voice.harness.gateway_process import gateway_process, serve_command
from voice.harness.percentile import percentile
from voice.harness.report import write_run
from voice.harness.report_view import CallReport
from voice.harness.scenario import Scenario
from voice.harness.sip_caller import call_over_sip
from voice.harness.utterances import caller_turns
from voice.harness.verdict import judge
from voice.harness.websocket_caller import call_over_websocket

Listener = Callable[[Received], None]
ListenerFor = Callable[[int, str], Listener | None]


class DemoResult(Struct, frozen=True, kw_only=True):
    """How it went. Latencies are over the measured turns of all calls, None when there are none."""

    reports: tuple[CallReport, ...]
    folder: Path
    page: Path
    p50_ms: float | None
    p95_ms: float | None

    @property
    def reached(self) -> bool:
        """Whether every call reached its goal."""
        return bool(self.reports) and all(report.reached for report in self.reports)


def report_of(scenario: Scenario, record: CallRecord, *, channel: str) -> CallReport:
    """A placed call, judged."""
    verdict = judge(scenario, record)
    return CallReport(
        title=scenario.name,
        channel=channel,
        record=record,
        conversation=verdict.conversation,
        goal=verdict.goal,
        failures=verdict.failures,
    )


async def place_call(
    scenario: Scenario, address: str, *, records_url: str = "", listener: Listener | None
) -> CallReport:
    """One call in real time to `address`: a gateway's http(s)/ws(s) address, or `sip:pack@host:port`.

    A line that can't be opened or breaks is a failed call, not an exception.
    """
    phone = address.startswith("sip:")
    try:
        if phone:
            record = await call_over_sip(
                address,
                lambda rate_hz: caller_turns(scenario, rate_hz=rate_hz),
                caller=scenario.spec.caller,
                records_url=records_url,
                listener=listener,
            )
        else:
            record = await call_over_websocket(
                address,
                caller_turns(scenario),
                pack=scenario.pack,
                rate_hz=scenario.spec.rate_hz,
                caller=scenario.spec.caller,
                listener=listener,
            )
    except LineError as error:
        record = CallRecord.unanswered(rate_hz=scenario.spec.rate_hz, failure=str(error))
    return report_of(scenario, record, channel="SIP telephone" if phone else "WebSocket")


async def run_demo(
    scenario: Scenario, folder: Path, *, calls: int, sip: bool, listener_for: ListenerFor, now: datetime
) -> DemoResult:
    """`calls` simultaneous WebSocket calls, then one over SIP. Raises GatewayStartError."""
    command = serve_command(pack=scenario.pack, pack_data=folder / "bank", sip=sip)
    async with gateway_process(command, log=folder / "gateway.log") as gateway:
        reports = list(
            await asyncio.gather(
                *(
                    place_call(scenario, gateway.url, listener=listener_for(number, "WebSocket"))
                    for number in range(1, calls + 1)
                )
            )
        )
        if sip:
            address = (gateway.sip or "sip:").replace("sip:", f"sip:{scenario.pack}@", 1)
            listener = listener_for(calls + 1, "SIP")
            reports.append(await place_call(scenario, address, records_url=gateway.url, listener=listener))
    return finish(reports, folder, title=scenario.name, now=now)


def finish(reports: Sequence[CallReport], folder: Path, *, title: str, now: datetime) -> DemoResult:
    """Writes the run's folder and sums up."""
    latencies = [ms for report in reports for ms in report.conversation.latencies_ms]
    return DemoResult(
        reports=tuple(reports),
        folder=folder,
        page=write_run(folder, reports, title=title, now=now),
        p50_ms=percentile(latencies, 50),
        p95_ms=percentile(latencies, 95),
    )
