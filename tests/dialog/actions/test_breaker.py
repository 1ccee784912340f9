"""The circuit breaker, in seconds that are arguments."""

from hypothesis import given
from hypothesis import strategies as st

from dialog.actions.breaker import Breaker


def test_it_opens_after_failures_in_a_row_and_closes_after_a_success() -> None:
    breaker = Breaker(limit=2, rest_s=30.0)
    breaker = breaker.after(ok=False, now_s=0.0).after(ok=True, now_s=1.0).after(ok=False, now_s=2.0)
    assert breaker.allows(2.0)
    breaker = breaker.after(ok=False, now_s=3.0)
    assert not breaker.allows(3.0)
    assert not breaker.allows(32.9)
    assert breaker.allows(33.0)
    assert not breaker.after(ok=False, now_s=33.0).allows(34.0)
    assert breaker.after(ok=True, now_s=33.0).allows(33.0)


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 5))
def test_it_is_open_only_after_enough_failures(results: list[bool], limit: int) -> None:
    breaker = Breaker(limit=limit)
    for second, ok in enumerate(results):
        breaker = breaker.after(ok=ok, now_s=float(second))
    failing = next((index for index, ok in enumerate(reversed(results)) if ok), len(results))
    assert breaker.allows(float(len(results))) == (failing < limit)
