"""One scenario as it went through the service in process."""

from msgspec import Struct

from voice.harness.caller import CallRecord
from voice.harness.junit import CaseResult
from voice.harness.scenario import Scenario
from voice.harness.verdict import Verdict


class Played(Struct, frozen=True, kw_only=True):
    """`record` and `verdict` are None when it could not be played."""

    scenario: Scenario
    result: CaseResult
    record: CallRecord | None = None
    verdict: Verdict | None = None
