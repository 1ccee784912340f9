"""Every flow of the banking pack and every refusal, through the agent, with what was meant given instead of guessed.

A caller's line is `intent: words`, marked as in training data; `keys: 123456` presses keys. An answer is the names of
the responses said.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialog.agent import Agent
from dialog.chat import Chat
from dialog.events import ActionRan
from dialog.pack import Pack
from nlu.corpus.rasa_notation import parse_example
from nlu.corpus.reading import read_corpus
from nlu.grounding import Grounder, Knowledge
from nlu.understanding import IntentScore, Understanding, Utterance

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALICE, BEN, GRACE = "+441632960001", "+441632960002", "+441632960003"
CODE = "inform: [four two seven one nine six](code)"
FROM_CURRENT = 'from my [current]{"entity": "account", "role": "from"} account'
TO_SAVINGS = 'to my [savings]{"entity": "account", "role": "to"} account'
DONE = "utter_anything_else"


class Marked:
    """Understands exactly what the line says."""

    def __init__(self, pack: Pack) -> None:
        corpus = read_corpus(pack.nlu_files)
        self._grounder = Grounder(Knowledge(names=corpus.entity_names, synonyms=corpus.synonyms))

    async def interpret(self, utterance: Utterance) -> Understanding:
        intent, _, marked = utterance.text.partition(": ")
        example = parse_example(marked, intent)
        entities = self._grounder.ground(example.text, example.entities, now=NOW)
        return Understanding(
            utterance=Utterance(text=example.text), intents=(IntentScore(intent, 0.97),), entities=entities
        )


class Conversation:
    """A chat whose answers are compared by name."""

    def __init__(self, chat: Chat, bank: Any) -> None:
        self.chat, self.bank = chat, bank

    async def __call__(self, line: str) -> list[str]:
        turn = await self.chat.say(f"/keys {line[6:]}" if line.startswith("keys: ") else line)
        return [response.name for response in turn.responses]

    @property
    def spoken(self) -> str:
        return self.chat.last.spoken

    @property
    def ran(self) -> list[str]:
        return [f"{event.action} {event.result}" for event in self.chat.events if isinstance(event, ActionRan)]


@pytest.fixture(scope="module")
def pack(banking: Path) -> Pack:
    return Pack.load(banking)


@pytest.fixture(scope="module")
def marked(pack: Pack) -> Marked:
    return Marked(pack)


@pytest.fixture
def bank(pack: Pack, tmp_path: Path) -> Iterator[Any]:
    """A second door to the bank that the agent opens afterwards."""
    module = pack.actions.module
    assert module is not None
    opened = module.Bank(tmp_path / "bank.sqlite", today=NOW.date())
    yield opened
    opened.close()


@pytest.fixture
async def dial(pack: Pack, marked: Marked, bank: Any, tmp_path: Path) -> AsyncIterator[Any]:
    agent = Agent.open(pack, policy="flow", data_directory=tmp_path, now=lambda: NOW)

    async def dialled(caller: str = ALICE) -> Conversation:
        chat = Chat(agent, marked, call_id="call-1", now_ms=lambda: 0, caller=caller)
        await chat.__aenter__()
        return Conversation(chat, bank)

    yield dialled
    await agent.close()


async def test_balance_then_a_transfer(dial: Any) -> None:
    say = await dial()
    assert "North Bank" in say.spoken
    assert await say("check_balance: what's my balance please") == ["utter_ask_code"]
    assert await say(CODE) == ["utter_code_ok", "utter_balance", DONE]
    assert "twelve thousand four hundred and thirty pounds" in say.spoken
    assert await say(f"transfer_money: transfer [fifty pounds](amount) to [anna](person) {FROM_CURRENT}") == [
        "utter_confirm_transfer"
    ]
    assert "fifty pounds to Anna, from your current account" in say.spoken
    assert await say("affirm: yes please") == ["utter_transfer_done"]
    assert say.bank.balances("carter")["current"] == 1_238_050
    assert await say("goodbye: no thank you goodbye") == ["utter_goodbye"]
    assert say.chat.over


async def test_one_account_is_read_when_one_was_asked_for(dial: Any) -> None:
    say = await dial(GRACE)
    await say("check_balance: how much is in my [savings](account)")
    assert await say("keys: 619248") == ["utter_code_ok", "utter_balance", DONE]
    assert "Your savings account holds fifteen thousand pounds" in say.spoken
    assert "current" not in say.spoken
    await say("check_balance: and in my [current](account) account")
    assert "Your current account holds three thousand one hundred pounds" in say.spoken


async def test_code_is_asked_once_a_call(dial: Any) -> None:
    say = await dial()
    await say("check_balance: balance")
    await say(CODE)
    assert await say("card_delivery_status: where is my new card") == ["utter_delivery_due", DONE]
    assert await say("check_balance: balance") == ["utter_balance", DONE]
    assert say.ran.count("check_code ok") == 1


async def test_code_alone_is_enough_without_a_number(dial: Any) -> None:
    say = await dial("")
    await say("check_balance: balance")
    assert (await say(CODE))[0] == "utter_code_ok"


async def test_three_wrong_codes_bring_a_person(dial: Any) -> None:
    say = await dial()
    before = say.bank.dump()
    await say("check_balance: balance")
    assert await say("inform: [one two three four five six](code)") == ["utter_code_wrong", "utter_ask_code"]
    assert await say("keys: 385162") == ["utter_code_wrong", "utter_ask_code"]
    assert await say("inform: [nine nine nine nine nine nine](code)") == ["utter_code_locked", "utter_hand_over"]
    assert say.chat.last.control == "transfer"
    assert say.bank.dump() == before


async def test_codes_stay_wrong_over_a_cancelled_flow(dial: Any) -> None:
    say = await dial()
    await say("check_balance: balance")
    await say("keys: 111111")
    await say("cancel: cancel that")
    await say("check_balance: balance")
    await say("keys: 111111")
    assert await say("keys: 111111") == ["utter_code_locked", "utter_hand_over"]


async def test_five_digits_are_no_code(dial: Any) -> None:
    say = await dial()
    await say("check_balance: balance")
    assert await say("inform: [four two seven one nine](code)") == ["utter_wrong_digit_count", "utter_ask_code"]
    assert (await say(CODE))[0] == "utter_code_ok"


async def test_what_the_code_is(dial: Any) -> None:
    say = await dial()
    await say("check_balance: balance")
    said = await say("no_code: i don't know my code")
    assert said[0] == "utter_about_code"
    assert said[-1] == "utter_ask_code"


async def test_transfer_step_by_step(dial: Any) -> None:
    say = await dial()
    await say("transfer_money: i want to transfer money")
    assert await say(CODE) == ["utter_code_ok", "utter_ask_recipient"]
    assert await say("inform: to [maria](person)") == ["utter_ask_amount"]
    assert "Maria" in say.spoken
    assert await say("inform: [thirty pounds](amount)") == ["utter_ask_from_account"]
    assert await say("inform: [savings](account)") == ["utter_confirm_transfer"]
    assert await say("affirm: yes") == ["utter_transfer_done"]
    assert say.bank.balances("carter")["savings"] == 247_000


async def test_transfer_to_own_savings(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: move [a hundred pounds](amount) {FROM_CURRENT} {TO_SAVINGS}")
    assert await say(CODE) == ["utter_code_ok", "utter_confirm_transfer"]
    await say("affirm: yes")
    assert say.bank.balances("carter") == {"current": 1_233_050, "savings": 260_000}


async def test_transfer_to_the_same_account(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: move [a hundred pounds](amount) {TO_SAVINGS}")
    assert await say(CODE) == ["utter_code_ok", "utter_ask_from_account"]
    assert await say("inform: from [savings](account)") == ["utter_same_account", "utter_ask_from_account"]
    assert await say("inform: [current](account)") == ["utter_confirm_transfer"]


async def test_correction_before_sending(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: send [twenty pounds](amount) to [james](person) {FROM_CURRENT}")
    await say(CODE)
    assert "utter_confirm_transfer" in await say("inform: no make it [forty pounds](amount)")
    assert "forty pounds to James" in say.spoken
    assert "utter_confirm_transfer" in await say("inform: and to [maria](person)")
    assert "forty pounds to Maria" in say.spoken
    await say("affirm: yes")
    assert say.bank.balances("carter")["current"] == 1_239_050


@pytest.mark.parametrize(
    ("line", "response"),
    [
        ("inform: [a million pounds](amount)", "utter_amount_too_high"),
        ("inform: [minus fifty pounds](amount)", "utter_amount_negative"),
        ("inform: [zero pounds](amount)", "utter_amount_zero"),
    ],
)
async def test_amounts_refused(dial: Any, line: str, response: str) -> None:
    say = await dial()
    before = say.bank.dump()
    await say("transfer_money: pay [anna](person)")
    await say(CODE)
    assert await say(line) == [response, "utter_ask_amount"]
    assert say.bank.dump() == before
    assert await say("inform: [ten pounds](amount)") == ["utter_ask_from_account"]


async def test_refused_amount_said_at_once(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: send [minus fifty pounds](amount) to [anna](person) {FROM_CURRENT}")
    assert await say(CODE) == ["utter_code_ok", "utter_amount_negative", "utter_ask_amount"]


async def test_other_currency(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: send [fifty dollars](amount) to [anna](person) {FROM_CURRENT}")
    assert await say(CODE) == ["utter_code_ok", "utter_only_pounds", "utter_ask_amount"]


async def test_not_enough_money(dial: Any) -> None:
    say = await dial(BEN)
    before = say.bank.dump()
    await say(f"transfer_money: send [five hundred pounds](amount) to [anna](person) {FROM_CURRENT}")
    assert await say("keys: 385162") == ["utter_code_ok", "utter_not_enough_money", "utter_ask_amount"]
    assert "eighty-five pounds" in say.spoken.replace("eighty five", "eighty-five")
    assert say.bank.dump() == before
    assert await say("inform: [twenty pounds](amount)") == ["utter_confirm_transfer"]


async def test_unknown_and_ambiguous_recipient(dial: Any) -> None:
    say = await dial(BEN)
    before = say.bank.dump()
    await say("transfer_money: pay [thomas](person)")
    assert await say("keys: 385162") == ["utter_code_ok", "utter_recipient_unknown", "utter_ask_recipient"]
    assert await say("inform: [sarah](person)") == ["utter_recipient_ambiguous", "utter_ask_recipient"]
    assert await say("inform: [sarah brown](person)") == ["utter_ask_amount"]
    assert say.bank.dump() == before


async def test_another_day_is_refused_before_the_read_back(dial: Any) -> None:
    say = await dial()
    await say(f"transfer_money: send [ten pounds](amount) to [anna](person) {FROM_CURRENT} [tomorrow](date)")
    assert await say(CODE) == ["utter_code_ok", "utter_only_today", "utter_confirm_transfer"]


async def test_no_at_the_read_back_sends_nothing(dial: Any) -> None:
    say = await dial()
    before = say.bank.dump()
    await say(f"transfer_money: send [ten pounds](amount) to [anna](person) {FROM_CURRENT}")
    await say(CODE)
    assert await say("deny: no") == ["utter_transfer_cancelled", DONE]
    assert say.bank.dump() == before


async def test_two_transfers_in_a_call_both_count(dial: Any) -> None:
    say = await dial()
    for _ in range(2):
        await say(f"transfer_money: send [ten pounds](amount) to [anna](person) {FROM_CURRENT}")
        if "check_code ok" not in say.ran:
            await say(CODE)
        await say("affirm: yes")
    assert say.bank.balances("carter")["current"] == 1_241_050


async def test_question_in_the_middle_and_back(dial: Any) -> None:
    say = await dial()
    await say("transfer_money: send money to [anna](person)")
    await say(CODE)
    said = await say("fees: is there a charge")
    assert (said[0], said[-1]) == ("utter_fees", "utter_ask_amount")
    assert "Anna" in say.spoken


async def test_lost_card(dial: Any) -> None:
    say = await dial()
    await say("block_card: i've lost my card")
    assert await say(CODE) == ["utter_code_ok", "utter_ask_card"]
    assert await say("inform: the [debit](card) card") == ["utter_confirm_block"]
    assert await say("affirm: yes please") == ["utter_card_blocked", DONE]
    assert await say("block_card: block my [debit](card) card") == ["utter_confirm_block"]
    assert await say("affirm: yes") == ["utter_card_already_blocked", DONE]


async def test_card_is_kept(dial: Any) -> None:
    say = await dial(BEN)
    before = say.bank.dump()
    await say("block_card: block my [debit](card) card")
    assert await say("keys: 385162") == ["utter_code_ok", "utter_confirm_block"]
    assert await say("deny: no") == ["utter_block_cancelled", DONE]
    await say("block_card: block my [credit](card) card")
    assert await say("affirm: yes") == ["utter_no_such_card", DONE]
    assert say.bank.dump() == before


@pytest.mark.parametrize(
    ("caller", "code", "response"),
    [
        (ALICE, "427196", "utter_delivery_due"),
        (BEN, "385162", "utter_no_delivery"),
        (GRACE, "619248", "utter_delivery_late"),
    ],
)
async def test_card_delivery(dial: Any, caller: str, code: str, response: str) -> None:
    say = await dial(caller)
    await say("card_delivery_status: where is my new card")
    assert await say(f"keys: {code}") == ["utter_code_ok", response, DONE]


async def test_new_pin(dial: Any) -> None:
    say = await dial(GRACE)
    await say("change_pin: i forgot my pin")
    assert await say("keys: 619248") == ["utter_code_ok", "utter_ask_card_for_pin"]
    assert await say("inform: [debit](card)") == ["utter_confirm_pin"]
    assert await say("affirm: yes") == ["utter_pin_card_blocked", DONE]
    await say("change_pin: change the pin of my [credit](card) card")
    assert await say("affirm: yes") == ["utter_pin_ordered", DONE]


@pytest.mark.parametrize(
    ("line", "response"),
    [
        ("opening_hours: when are you open", "utter_opening_hours"),
        ("opening_hours: are you open [tomorrow](date)", "utter_open_weekday"),
        ("opening_hours: are you open [on saturday](date)", "utter_open_saturday"),
        ("opening_hours: are you open [on sunday](date)", "utter_closed_sunday"),
        ("fees: what are your fees", "utter_fees"),
        ("what_can_you_do: what can you do", "utter_help"),
        ("slower_louder: slower please", "utter_hard_to_follow"),
        ("hold_on: just a moment", "utter_take_your_time"),
        ("no_code: what code", "utter_about_code"),
        ("thanks: thank you", "utter_thanks"),
        ("out_of_scope: what's the weather like", "utter_out_of_scope"),
    ],
)
async def test_questions_answered_without_a_code(dial: Any, line: str, response: str) -> None:
    say = await dial("")
    assert (await say(line))[0] == response
    assert not say.chat.over


async def test_complaint(dial: Any) -> None:
    say = await dial("")
    assert await say("complaint: i want to complain") == ["utter_complaint_sorry", "utter_ask_wants_person"]
    assert await say("deny: no thank you") == ["utter_complaint_noted", DONE]
    assert "four one zero one" in say.spoken
    await say("complaint: this is a disgrace")
    assert await say("affirm: yes please") == ["utter_hand_over"]
    assert say.chat.last.control == "transfer"


async def test_a_person_is_always_there(dial: Any) -> None:
    say = await dial()
    await say("transfer_money: send money")
    assert await say("talk_to_person: i want to talk to a person") == ["utter_hand_over"]
    assert say.chat.last.transfer_to == "sip:agents@example.com"


async def test_repeat_gives_the_same_words(dial: Any) -> None:
    say = await dial()
    await say("fees: what are your fees")
    before = say.spoken
    await say("repeat: pardon")
    assert say.spoken == before


async def test_the_code_is_nowhere_in_the_record(dial: Any) -> None:
    say = await dial()
    await say("check_balance: balance")
    await say(CODE)
    record = repr(say.chat.events)
    assert "427196" not in record
    assert "four two seven" not in record
