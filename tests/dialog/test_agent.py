"""Flows and patterns of a whole call, one behaviour a test."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from dialog.agent import Agent
from dialog.events import ActionRan, CallEnded, CallStarted, FlowEnded, HandedOff, SlotSet, UserKeyed, UserSpoke
from dialog.pack import Pack
from dialog.tracker import MASK, Tracker
from dialog.turn import CallBegan, Heard
from nlu.understanding import Sentiment
from tests.dialog.caller import NOW, SHOP, Caller, shop_caller, understanding


@pytest.fixture
async def caller(tmp_path: Path) -> Caller:
    return await shop_caller(tmp_path)


async def ordering(caller: Caller) -> None:
    """Up to the confirmation of an order."""
    turn = await caller.say(
        "a big tea for Anna at five pounds",
        "order_tea",
        entities={"size": "big", "person": "Anna", "price": "five pounds"},
    )
    assert turn.spoken == "A large tea for Anna at five pounds, shall I?"
    assert turn.expect.kind == "yes_no"


async def test_the_call_begins_with_the_session_start_flow(tmp_path: Path) -> None:
    agent = Agent.open(Pack.load(SHOP), data_directory=tmp_path, now=lambda: NOW)
    tracker, turn = await agent.turn(agent.begin_tracker("c"), _began(), at_ms=0)
    assert turn.spoken == "Welcome to the shop."
    assert turn.expect.escapes == ("agent", "cancel")
    assert turn.events[0] == CallStarted(call_id="c", pack="shop", channel="phone", caller="+44")
    assert tracker.values == {"tries": 0}
    assert tracker.question.kind == "open"


def _began() -> CallBegan:
    return CallBegan(channel="phone", caller="+44")


async def test_over_answering_fills_everything_at_once(caller: Caller) -> None:
    await ordering(caller)


async def test_slots_are_asked_one_by_one(caller: Caller) -> None:
    turn = await caller.say("tea please", "order_tea")
    assert (turn.spoken, turn.expect.kind, turn.expect.phrases) == (
        "Small or large?",
        "choice",
        ("small", "little", "large", "big", "huge"),
    )
    assert (await caller.say("the little one")).spoken == "Who is it for?"
    assert (await caller.say("Ben")).spoken == "What will you pay for a small tea?"
    assert (
        await caller.say("two pounds fifty")
    ).spoken == "A small tea for Ben at two pounds and fifty pence, shall I?"
    turn = await caller.say("yes", "affirm")
    assert turn.spoken == "Ordered, receipt one seven. Is there anything else I can help with?"
    assert caller.actions == ["find_guest", "place_order"]
    assert caller.tracker.stack == ()
    assert caller.tracker.values == {"tries": 0}


async def test_a_no_at_the_confirmation_changes_nothing(caller: Caller) -> None:
    await ordering(caller)
    turn = await caller.say("no thanks", "thanks")
    assert turn.spoken.startswith("Nothing ordered.")
    assert "place_order" not in caller.actions


@pytest.mark.parametrize("text", ["actually make it six pounds", "no, I said six pounds", "make that six", "no sixty"])
async def test_a_correction_during_confirmation_is_read_back_again(caller: Caller, text: str) -> None:
    await ordering(caller)
    turn = await caller.say(text, "deny", 0.5)
    assert "place_order" not in caller.actions
    assert turn.responses[-1].name == "utter_confirm_order"
    assert "at six" in turn.spoken
    assert turn.responses[0].text == "All right, I've changed the price."
    await caller.say("yes please", "affirm")
    assert caller.actions.count("place_order") == 1


async def test_a_yes_that_repeats_the_values_is_a_yes(caller: Caller) -> None:
    await ordering(caller)
    await caller.say("yes five pounds for Anna", "affirm", entities={"person": "Anna"})
    assert caller.actions.count("place_order") == 1


async def test_a_slot_named_as_wrong_is_asked_again(caller: Caller) -> None:
    await ordering(caller)
    turn = await caller.say("the price is wrong", "correct")
    assert turn.spoken == "What will you pay for a large tea?"


async def test_a_correction_while_the_caller_is_checked_does_not_skip_the_check(caller: Caller) -> None:
    await caller.say("I want to pay nine pounds", "pay", entities={"price": "nine pounds"})
    turn = await caller.say("no eight pounds", entities={"price": "eight pounds"})
    assert [response.name for response in turn.responses] == ["utter_corrected", "utter_ask_pin"]
    assert [frame.flow for frame in caller.tracker.stack] == ["pay", "know_caller"]
    assert (await caller.say("four three two one")).spoken == "On which day?"
    assert "eight pounds" in (await caller.say("tomorrow")).spoken


async def test_a_correction_of_what_would_be_asked_later_skips_no_question(caller: Caller) -> None:
    await caller.say("big tea at five pounds", "order_tea", entities={"size": "big", "price": "five pounds"})
    turn = await caller.say("no at six pounds", entities={"price": "six pounds"})
    assert turn.spoken == "All right, I've changed the price. Who is it for?"
    assert (await caller.say("Anna")).spoken == "A large tea for Anna at six pounds, shall I?"


async def test_a_digression_returns_with_a_reminder(caller: Caller) -> None:
    await caller.say("tea please", "order_tea")
    turn = await caller.say("when are you open", "opening")
    assert turn.spoken == "We are open all day. Now, back to your order. Small or large?"
    assert [frame.flow for frame in caller.tracker.stack] == ["order_tea"]


async def test_a_digression_has_slots_of_its_own(caller: Caller) -> None:
    await caller.say("tea for Anna at five pounds", "order_tea", entities={"person": "Anna", "price": "five pounds"})
    await caller.say("I want to pay", "pay")
    await caller.say("four three two one")
    turn = await caller.say("nine pounds")
    assert turn.spoken == "On which day?"
    turn = await caller.say("tomorrow")
    assert turn.spoken == (
        "You pay nine pounds on Tuesday the twenty fourth of November. Now, back to your order. Small or large?"
    )
    assert (await caller.say("large")).spoken == "A large tea for Anna at five pounds, shall I?"


async def test_a_weak_other_intent_does_not_swallow_an_answer(caller: Caller) -> None:
    await caller.say("check my order", "check_order")
    turn = await caller.say("one seven", "order_tea", 0.7)
    assert turn.spoken.startswith("Order one seven is on its way.")


async def test_cancel_leaves_the_flow_and_empties_its_slots(caller: Caller) -> None:
    await caller.say("big tea for Ben", "order_tea", entities={"size": "big", "person": "Ben"})
    turn = await caller.say("never mind cancel that", "cancel")
    assert turn.spoken == "All right, I've stopped that. Is there anything else I can help with?"
    assert caller.tracker.values == {"tries": 0}
    assert FlowEnded(flow="order_tea", outcome="cancelled", at_ms=1000) in caller.events
    assert (await caller.say("stop", "cancel")).spoken.startswith("There is nothing to stop")


async def test_repeat_says_the_same_words(caller: Caller) -> None:
    await ordering(caller)
    turn = await caller.say("pardon", "repeat")
    assert turn.spoken == "A large tea for Anna at five pounds, shall I?"
    assert turn.expect.kind == "yes_no"
    await caller.say("yes", "affirm")
    assert caller.actions.count("place_order") == 1


async def test_a_rejected_value_is_asked_again_then_handed_over(caller: Caller) -> None:
    await caller.say("big tea for Ben", "order_tea", entities={"size": "big", "person": "Ben"})
    turn = await caller.say("minus five pounds")
    assert turn.spoken == "It has to be more than nothing. What will you pay for a large tea?"
    await caller.say("zero pounds")
    turn = await caller.say("minus one pound")
    assert turn.control == "transfer"


async def test_an_action_may_refuse_a_value(caller: Caller) -> None:
    await caller.say("big tea", "order_tea", entities={"size": "big"})
    turn = await caller.say("nobody")
    assert turn.spoken == "I don't know nobody. Who is it for?"
    assert (await caller.say("Ben")).spoken == "What will you pay for a large tea?"


async def test_sensitive_digits_are_masked_everywhere(caller: Caller) -> None:
    turn = await caller.say("I want to pay", "pay")
    assert (turn.expect.kind, turn.expect.length, turn.expect.sensitive) == ("digits", 4, True)
    turn = await caller.say("it's four three two one", "inform", entities={"pin": "four three two one"})
    assert turn.spoken == "How much?"
    heard = next(event.understanding for event in turn.events if isinstance(event, UserSpoke))
    assert heard.utterance.text == "it's ******"
    assert [(entity.text, entity.value, entity.start, entity.end) for entity in heard.entities] == [(MASK, None, 5, 11)]
    assert SlotSet(name="pin", value=MASK, at_ms=1000 * 2) in [
        *turn.events,
        SlotSet(name="pin", value=MASK, at_ms=2000),
    ]
    assert not any("4321" in str(event) or "four" in str(event) for event in caller.events)
    assert "4321" not in repr(caller.tracker)


async def test_a_sensitive_answer_by_keypad(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    turn = await caller.key("4321")
    assert turn.spoken == "How much?"
    assert UserKeyed(digits=MASK, at_ms=1000) in turn.events
    assert (await caller.key("12*50#")).spoken == "On which day?"
    assert caller.tracker.values["price"] == {"amount": "12.50", "currency": "GBP"}


async def test_the_wrong_number_of_digits_has_its_own_answer(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    assert (await caller.say("four three two")).spoken == "I need four digits. Your pin please?"
    assert (await caller.key("43215")).spoken == "I need four digits. Your pin please?"
    assert caller.actions == []


async def test_three_wrong_pins_end_with_a_person(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    for _ in range(2):
        assert (await caller.key("1111")).spoken == "That pin is wrong. Your pin please?"
    turn = await caller.key("1111")
    assert (turn.control, turn.transfer_to) == ("transfer", "sip:desk@example.com")
    assert isinstance(turn.events[-1], HandedOff)


async def test_misunderstanding_escalates(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    assert (await caller.say("mumble", probability=0.3)).spoken == "Sorry, I didn't get that. Your pin please?"
    assert "keypad" in (await caller.say("mumble", probability=0.3)).spoken
    assert (await caller.say("mumble", probability=0.3)).control == "transfer"


async def test_silence_escalates_and_a_word_resets_it(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    assert (await caller.wait()).spoken == "Are you still there? Your pin please?"
    assert "keypad" in (await caller.wait()).spoken
    await caller.key("1111")
    assert (await caller.wait()).spoken == "Are you still there? Your pin please?"
    await caller.wait()
    assert (await caller.wait()).control == "transfer"


async def test_a_line_on_which_nobody_ever_spoke_is_closed(caller: Caller) -> None:
    await caller.wait()
    await caller.wait()
    turn = await caller.wait()
    assert turn.control == "hang_up"
    assert turn.events[-1] == CallEnded(reason="silence", at_ms=2000)


async def test_two_close_intents_are_clarified(caller: Caller) -> None:
    turn = await caller.say("my order", "order_tea", 0.48, second=("check_order", 0.41))
    assert turn.spoken == "Did you mean your order, or your order's whereabouts?"
    turn = await caller.say("the second one", "inform", 0.4)
    assert turn.spoken == "Which order?"


async def test_low_confidence_does_not_act(caller: Caller) -> None:
    turn = await caller.say("tea", "order_tea", 0.3)
    assert turn.spoken == "Sorry, I didn't get that. What can I do for you?"
    turn = await caller.say("tea", "order_tea", 0.7, confidence=0.05)
    assert caller.tracker.stack == ()
    await caller.say("tea for Ben, big, one pound", "order_tea",
                     entities={"person": "Ben", "size": "big", "price": "one pound"})  # fmt: skip
    await caller.say("yes", "affirm", 0.7, confidence=0.05)
    assert "place_order" not in caller.actions


async def test_out_of_scope_is_said_so(caller: Caller) -> None:
    turn = await caller.say("who won the game", "out_of_scope", 0.9)
    assert turn.spoken.startswith("I'm afraid I can't help with that.")
    turn = await caller.say("who won the game", "order_tea", 0.5, out_of_scope=0.9)
    assert turn.spoken.startswith("I'm afraid I can't help with that.")


async def test_a_failing_action_is_an_apology_and_an_offer(caller: Caller) -> None:
    turn = await caller.say("break", "broken")
    assert turn.spoken.endswith("Shall I put you through to a person?")
    ran = next(event for event in turn.events if isinstance(event, ActionRan))
    assert not ran.ok
    assert "4321" not in ran.error
    assert (await caller.say("no", "deny")).spoken == "Is there anything else I can help with?"
    await caller.say("break", "broken")
    assert (await caller.say("yes please", "affirm")).control == "transfer"


async def test_a_flow_may_handle_a_timeout_itself(caller: Caller) -> None:
    turn = await caller.say("slow", "slow")
    assert turn.spoken == "That took too long. Is there anything else I can help with?"


async def test_a_changing_action_never_runs_twice_in_one_flow(caller: Caller) -> None:
    await caller.say("twice", "twice")
    await caller.say("yes", "affirm")
    turn = await caller.say("yes", "affirm")
    assert caller.actions.count("place_order") == 1
    assert turn.spoken.endswith("Shall I put you through to a person?")
    assert caller.tracker.stack == ()


async def test_a_person_on_request_at_any_time(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    turn = await caller.say("agent")
    assert turn.control == "transfer"
    again = await caller.agent.turn(caller.tracker, _began(), at_ms=0)
    assert again[1].events == ()
    assert again[1].control == "transfer"


async def test_the_end_of_a_call(caller: Caller) -> None:
    await caller.say("open?", "opening")
    assert (await caller.say("thanks", "thanks")).spoken == "You're welcome. Is there anything else I can help with?"
    turn = await caller.say("no that's all")
    assert turn.spoken == "Thank you for calling. Goodbye."
    assert turn.control == "hang_up"
    assert caller.agent.ended(caller.tracker, "hangup", at_ms=9)[1] == ()


async def test_restart_and_help(caller: Caller) -> None:
    await caller.say("tea please", "order_tea")
    assert (await caller.say("help me", "help")).spoken.endswith("Small or large?")
    assert (await caller.say("start over", "restart")).spoken.startswith("All right, let's start again.")
    assert caller.tracker.stack == ()


async def test_free_text_is_taken_whole(caller: Caller) -> None:
    await caller.say("I have a complaint", "complain")
    turn = await caller.say("the tea was cold and nobody came", "order_tea", 0.5)
    assert turn.spoken.startswith("I noted: the tea was cold and nobody came")


async def test_variations_without_condition_take_turns(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    said = [(await caller.key("4321")).spoken, (await caller.say("mumble", probability=0.2)).responses[-1].text]
    assert said == ["How much?", "What amount?"]


async def test_interruption_is_remembered(caller: Caller) -> None:
    tracker, events = caller.agent.interrupted(caller.tracker, "Welcome to", at_ms=5)
    assert tracker.heard_text == "Welcome to"
    assert Tracker.replay("call-1", [*caller.events, *events]) == tracker


async def test_closing_closes_the_backend(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    await caller.key("4321")
    await caller.agent.close()
    assert (await caller.agent._opened_backend())[-1] == "closed"


async def test_a_quiet_flow_adds_nothing_and_leaves_the_question_open(caller: Caller) -> None:
    await caller.say("tea please", "order_tea")
    turn = await caller.say("hang on", "hold_on")
    assert (turn.spoken, turn.expect.kind) == ("Of course.", "choice")
    assert (await caller.say("large")).spoken == "Who is it for?"
    await caller.say("never mind", "cancel")
    assert (await caller.say("hang on", "hold_on")).spoken == "Of course."
    assert (await caller.say("no", "deny")).control == "hang_up"


async def test_neighbouring_names_are_one(caller: Caller) -> None:
    await caller.say("big tea", "order_tea", entities={"size": "big"})
    await caller.say("for Anna Maria", entities={"person": "Anna", "person/": "Maria"})
    assert caller.tracker.values["guest"] == "Anna Maria"


async def test_an_action_that_returns_what_cannot_be_stored_has_failed(caller: Caller) -> None:
    turn = await caller.say("odd", "odd")
    assert turn.responses[0].name == "utter_action_failed"
    ran = next(event for event in turn.events if isinstance(event, ActionRan))
    assert not ran.ok


async def test_after_a_second_miss_the_keypad_is_offered_for_digits(caller: Caller) -> None:
    await caller.say("I want to pay", "pay")
    assert (await caller.say("four three two")).spoken == "I need four digits. Your pin please?"
    turn = await caller.say("four three")
    assert [response.name for response in turn.responses] == ["utter_use_keypad", "utter_ask_pin"]


async def test_an_unhappy_caller_gets_a_person_a_try_earlier(caller: Caller) -> None:
    angry = Sentiment(label="negative", score=-0.95, intensity=0.97)
    await caller.say("I want to pay", "pay")
    first = await caller.give(Heard(replace(understanding("this is rubbish", "odd", 0.3), sentiment=angry)))
    assert first.responses[0].name == "utter_rephrase"
    assert caller.tracker.mood.label == "negative"
    second = await caller.give(Heard(replace(understanding("what nonsense", "odd", 0.3), sentiment=angry)))
    assert second.control == "transfer"
