"""A circuit breaker: a backend that keeps failing is left alone for a while. Pure; the time is an argument.

After Nygard, "Release It!": closed (calls go through), open (they are refused at once), half open (one may try).
"""

from msgspec import Struct
from msgspec.structs import replace


class Breaker(Struct, frozen=True, kw_only=True):
    """Opens after `limit` failures in a row, for `rest_s`. `opened_s` is when it last opened, None while closed."""

    limit: int = 5
    rest_s: float = 30.0
    failures: int = 0
    opened_s: float | None = None

    def allows(self, now_s: float) -> bool:
        """Whether a call may be made."""
        return self.opened_s is None or now_s - self.opened_s >= self.rest_s

    def after(self, *, ok: bool, now_s: float) -> "Breaker":
        """The breaker after a call: one success closes it, one failure of a half open one opens it again."""
        if ok:
            return replace(self, failures=0, opened_s=None)
        failures = self.failures + 1
        opened_s = now_s if failures >= self.limit else self.opened_s
        return replace(self, failures=failures, opened_s=opened_s)
