from hypothesis import given
from hypothesis import strategies as st

from voice.harness.turn_taking import CallerTurn, HangUp, Phase, TakeTurn, TurnTaking

SPOKEN = CallerTurn(pcm=b"\0\0")


def started(turns: list[CallerTurn], **options: float) -> TurnTaking:
    taking = TurnTaking(turns, **options)
    taking.ready(0)
    return taking


def agent_says(taking: TurnTaking, *, from_ms: float, audio_ms: float) -> float:
    """The agent's audio comes at once, its end is announced before it is played out; returns when it is played."""
    taking.agent_started(from_ms)
    taking.agent_audio(audio_ms, from_ms)
    taking.agent_stopped(from_ms + 1)
    return from_ms + audio_ms


def test_the_caller_waits_for_the_greeting_its_playout_and_a_gap():
    taking = started([SPOKEN])
    assert taking.move(500) is None
    played_ms = agent_says(taking, from_ms=600, audio_ms=2_000)
    assert taking.move(played_ms - 1) is None
    assert taking.move(played_ms + 249) is None
    assert taking.move(played_ms + 250) == TakeTurn(0)
    assert taking.phase is Phase.SPEAKING


def test_the_next_turn_waits_for_the_answer_to_the_last():
    taking = started([SPOKEN, SPOKEN])
    at_ms = agent_says(taking, from_ms=0, audio_ms=100) + 250
    assert taking.move(at_ms) == TakeTurn(0)
    taking.caller_finished(at_ms + 1_000)
    assert taking.move(at_ms + 9_000) is None
    at_ms = agent_says(taking, from_ms=at_ms + 9_500, audio_ms=100) + 250
    assert taking.move(at_ms) == TakeTurn(1)


def test_an_answer_that_began_before_the_caller_had_finished_counts_when_it_ends_after():
    taking = started([SPOKEN, SPOKEN])
    at_ms = agent_says(taking, from_ms=0, audio_ms=100) + 250
    assert taking.move(at_ms) == TakeTurn(0)
    taking.agent_started(at_ms + 900)
    taking.caller_finished(at_ms + 1_000)
    taking.agent_stopped(at_ms + 2_000)
    assert taking.move(at_ms + 2_250) == TakeTurn(1)


def test_an_answer_dropped_by_barge_in_is_still_owed():
    taking = started([SPOKEN, SPOKEN])
    at_ms = agent_says(taking, from_ms=0, audio_ms=100) + 250
    taking.move(at_ms)
    taking.agent_started(at_ms + 500)
    taking.cleared(at_ms + 800)
    taking.caller_finished(at_ms + 1_000)
    assert taking.move(at_ms + 5_000) is None


def test_interrupting_speaks_into_the_agents_speech_which_is_no_answer():
    taking = started([CallerTurn(pcm=b"\0\0", interrupt_ms=700), SPOKEN])
    taking.agent_started(1_000)
    taking.agent_audio(5_000, 1_000)
    assert taking.move(1_699) is None
    assert taking.move(1_700) == TakeTurn(0)
    taking.caller_finished(2_000)
    taking.agent_stopped(2_100)
    assert taking.move(9_000) is None
    at_ms = agent_says(taking, from_ms=9_100, audio_ms=10) + 250
    assert taking.move(at_ms) == TakeTurn(1)


def test_silence_needs_no_answer_but_lets_the_agent_finish():
    taking = started([CallerTurn(silence_ms=9_000), SPOKEN])
    at_ms = agent_says(taking, from_ms=0, audio_ms=10) + 250
    assert taking.move(at_ms) == TakeTurn(0)
    taking.agent_started(at_ms + 8_000)
    taking.caller_finished(at_ms + 9_000)
    assert taking.move(at_ms + 10_000) is None
    taking.agent_stopped(at_ms + 11_000)
    assert taking.move(at_ms + 11_250) == TakeTurn(1)


def test_after_the_last_answer_the_caller_lingers_and_hangs_up():
    taking = started([SPOKEN], linger_ms=1_000)
    at_ms = agent_says(taking, from_ms=0, audio_ms=10) + 250
    taking.move(at_ms)
    taking.caller_finished(at_ms)
    at_ms = agent_says(taking, from_ms=at_ms + 10, audio_ms=10) + 250
    assert taking.move(at_ms) is None
    assert taking.phase is Phase.CLOSING
    assert taking.move(at_ms + 999) is None
    assert taking.move(at_ms + 1_000) == HangUp("")


def test_an_agent_that_says_nothing_is_given_up_on():
    taking = started([SPOKEN], reply_timeout_ms=10_000)
    assert taking.move(9_999) is None
    assert taking.move(10_000) == HangUp("the agent said nothing at the start of the call for 10 s")


def test_a_call_nobody_answers_is_given_up_on():
    taking = TurnTaking([SPOKEN], reply_timeout_ms=10_000)
    assert taking.move(5) is None
    assert taking.move(10_005) == HangUp("the call was not answered for 10 s")


def test_after_the_end_nothing_moves():
    taking = started([SPOKEN])
    taking.ended()
    assert taking.move(1e9) is None


HAPPENINGS = st.sampled_from(["start", "stop", "audio", "clear", "finish", "tick"])


@given(st.lists(st.tuples(HAPPENINGS, st.integers(0, 3_000)), max_size=200), st.integers(0, 5))
def test_whatever_happens_turns_come_in_order_and_never_over_the_agent(happenings, count):
    taking = started([SPOKEN] * count)
    now_ms, moves = 0.0, []
    for what, pause_ms in happenings:
        now_ms += pause_ms
        match what:
            case "start":
                taking.agent_started(now_ms)
            case "stop":
                taking.agent_stopped(now_ms)
            case "audio":
                taking.agent_audio(400, now_ms)
            case "clear":
                taking.cleared(now_ms)
            case "finish":
                taking.caller_finished(now_ms)
        quiet = taking.agent_quiet(now_ms)
        move = taking.move(now_ms)
        if move is not None:
            moves.append(move)
        if isinstance(move, TakeTurn):
            assert quiet
    taken = [move.index for move in moves if isinstance(move, TakeTurn)]
    assert taken == list(range(len(taken)))
    assert len(taken) <= count
    ends = [at for at, move in enumerate(moves) if isinstance(move, HangUp)]
    assert ends in ([], [len(moves) - 1])


@given(st.lists(st.integers(0, 4_000), max_size=8), st.integers(0, 2_000))
def test_with_an_agent_that_always_answers_every_script_is_played_to_its_end(replies_ms, speaking_ms):
    taking = started([SPOKEN] * len(replies_ms), linger_ms=500)
    now_ms = agent_says(taking, from_ms=10, audio_ms=300)
    taken = 0
    for _ in range(10_000):
        now_ms += 20
        move = taking.move(now_ms)
        if isinstance(move, HangUp):
            break
        if isinstance(move, TakeTurn):
            now_ms += speaking_ms
            taking.caller_finished(now_ms)
            agent_says(taking, from_ms=now_ms + 100, audio_ms=replies_ms[taken])
            taken += 1
    assert move == HangUp("")
    assert taken == len(replies_ms)
