"""Every flow and every refusal of the banking pack by text, with the really trained understanding."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from dialog.agent import Agent
from dialog.chat import Chat
from dialog.events import ActionRan, SlotSet, UserSpoke
from dialog.pack import Pack
from dialog.policies.flow import FlowPolicy
from dialog.policies.policy import FillSlots
from dialog.turn import Heard
from nlu.corpus.reading import read_corpus
from nlu.interpreter import Interpreter
from nlu.locations import find_pack
from nlu.training.checkpoint import pack_checkpoint
from nlu.understanding import Understanding, Utterance

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

ALICE = "+441632960001"
CODE = "four two seven one nine six"


@pytest.fixture(scope="module")
def interpreter() -> Iterator["Direct"]:
    """Trained here if nothing has trained it yet."""
    opened = Interpreter.open(pack_checkpoint(find_pack("banking")))
    yield Direct(opened)
    asyncio.run(opened.close())


class Direct:
    """An interpreter without its batching, which belongs to one event loop; every test has its own."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    async def interpret(self, utterance: Utterance) -> Understanding:
        return self._interpreter.interpret_batch([utterance])[0]


@pytest.fixture
async def chat(tmp_path: Path, interpreter: Direct) -> AsyncIterator[Chat]:
    agent = Agent.open(
        Pack.load(find_pack("banking")), data_directory=tmp_path, now=lambda: datetime.now().astimezone()
    )
    async with Chat(agent, interpreter, call_id="call", now_ms=lambda: 0, caller=ALICE) as talk:
        yield talk
    await agent.close()


async def said(chat: Chat, *texts: str) -> list[str]:
    """The names of what is answered to the last of `texts`."""
    for text in texts:
        turn = await chat.say(text)
    return [response.name for response in turn.responses]


def ran(chat: Chat, action: str) -> list[str]:
    """What every run of `action` came to."""
    return [event.result for event in chat.events if isinstance(event, ActionRan) and event.action == action]


def state(tmp_path: Path) -> tuple[object, ...]:
    """Everything in the bank that a call may change."""
    with sqlite3.connect(tmp_path / "bank.sqlite") as bank:
        tables = [name for (name,) in bank.execute("select name from sqlite_master where type='table' order by name")]
        return tuple((name, tuple(bank.execute(f"select * from {name}"))) for name in tables)


async def test_balance_after_the_code(chat: Chat) -> None:
    assert await said(chat, "what's my balance please") == ["utter_ask_code"]
    assert chat.last.expect.length == 6
    assert (await said(chat, CODE))[:2] == ["utter_code_ok", "utter_balance"]
    assert not any("427196" in str(event) or "four two seven" in str(event) for event in chat.events)
    assert await said(chat, "and how much is in my savings account") == ["utter_balance", "utter_anything_else"]
    assert "savings account holds" in chat.last.spoken


async def test_a_transfer_in_one_breath(chat: Chat, tmp_path: Path) -> None:
    before = state(tmp_path)
    await said(chat, "transfer fifty pounds to anna from my current account")
    assert (await said(chat, CODE))[-1] == "utter_confirm_transfer"
    assert "fifty pounds to Anna" in chat.last.spoken
    assert state(tmp_path) == before
    assert await said(chat, "yes please") == ["utter_transfer_done"]
    assert ran(chat, "transfer_money") == ["ok"]
    assert state(tmp_path) != before
    assert await said(chat, "no thank you goodbye") == ["utter_goodbye"]
    assert chat.last.control == "hang_up"


async def test_a_transfer_step_by_step_with_a_question_in_between(chat: Chat) -> None:
    await said(chat, "i'd like to send some money", CODE)
    assert chat.last.responses[-1].name == "utter_ask_recipient"
    assert await said(chat, "to lucy") == ["utter_ask_amount"]
    names = await said(chat, "is there a charge for sending money")
    assert names == ["utter_fees", "utter_resume", "utter_ask_amount"]
    assert await said(chat, "twenty five pounds") == ["utter_ask_from_account"]
    assert await said(chat, "from my current account please") == ["utter_confirm_transfer"]
    assert await said(chat, "yes") == ["utter_transfer_done"]


@pytest.mark.parametrize("words", ["no make it forty pounds", "actually make it forty", "no i said forty pounds"])
async def test_a_corrected_amount_is_read_back(chat: Chat, words: str) -> None:
    await said(chat, "send twenty pounds to james from my current account", CODE)
    assert (await said(chat, words))[-1] == "utter_confirm_transfer"
    assert "forty pounds to James" in chat.last.spoken
    assert ran(chat, "transfer_money") == []
    await said(chat, "yes")
    assert ran(chat, "transfer_money") == ["ok"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("send money to zebedee", "utter_recipient_unknown"),
        ("send minus fifty pounds to anna", "utter_amount_negative"),
        ("send zero pounds to anna", "utter_amount_zero"),
        ("send a million pounds to anna", "utter_amount_too_high"),
        ("send nine thousand nine hundred pounds to anna from my savings account", "utter_not_enough_money"),
    ],
)
async def test_refusals_change_nothing(chat: Chat, tmp_path: Path, words: str, answer: str) -> None:
    before = state(tmp_path)
    await said(chat, words)
    names = await said(chat, CODE)
    assert answer in names
    assert chat.last.control == "continue"
    assert chat.last.responses[-1].name.startswith("utter_ask_")
    assert state(tmp_path) == before


async def test_a_refused_amount_can_be_given_again(chat: Chat) -> None:
    await said(chat, "send zero pounds to anna from my current account", CODE)
    assert await said(chat, "ten pounds then") == ["utter_confirm_transfer"]


async def test_a_declined_transfer_changes_nothing(chat: Chat, tmp_path: Path) -> None:
    before = state(tmp_path)
    await said(chat, "pay emma two hundred pounds from my savings account", "/keys 427196")
    assert (await said(chat, "no thank you"))[0] == "utter_transfer_cancelled"
    assert state(tmp_path) == before


async def test_a_transfer_to_an_own_account(chat: Chat) -> None:
    names = await said(chat, "move three hundred pounds from my current account to my savings account", CODE)
    assert names[-1] == "utter_confirm_transfer"
    assert "your savings account, from your current account" in chat.last.spoken
    await said(chat, "yes go ahead")
    assert ran(chat, "transfer_money") == ["ok"]


async def test_a_transfer_is_given_up_half_way(chat: Chat) -> None:
    await said(chat, "i'd like to make a payment", CODE)
    assert (await said(chat, "never mind cancel that"))[0] == "utter_cancelled"
    assert not chat.tracker.stack


async def test_three_wrong_codes_end_with_a_person(chat: Chat, tmp_path: Path) -> None:
    before = state(tmp_path)
    await said(chat, "what's my balance")
    for _ in range(2):
        assert await said(chat, "one one one one one one") == ["utter_code_wrong", "utter_ask_code"]
    assert "utter_code_locked" in await said(chat, "one one one one one one")
    assert chat.last.control == "transfer"
    assert state(tmp_path) == before


async def test_five_digits_are_no_code(chat: Chat) -> None:
    await said(chat, "what's my balance")
    assert (await said(chat, "four two seven one nine"))[0] == "utter_wrong_digit_count"
    assert ran(chat, "check_code") == []


async def test_a_lost_card_is_blocked_once_confirmed(chat: Chat) -> None:
    await said(chat, "i've lost my debit card", CODE)
    assert chat.last.responses[-1].name == "utter_confirm_block"
    assert ran(chat, "block_card") == []
    assert (await said(chat, "yes please"))[0] == "utter_card_blocked"
    await said(chat, "block my debit card")
    assert (await said(chat, "yes"))[0] == "utter_card_already_blocked"


async def test_a_card_is_kept(chat: Chat) -> None:
    await said(chat, "please block my credit card", CODE)
    assert (await said(chat, "no"))[0] == "utter_block_cancelled"
    assert ran(chat, "block_card") == []


async def test_the_card_is_asked_for(chat: Chat) -> None:
    await said(chat, "somebody stole my card", CODE)
    assert chat.last.responses[-1].name == "utter_ask_card"
    assert await said(chat, "the credit one") == ["utter_confirm_block"]


async def test_card_delivery(chat: Chat) -> None:
    await said(chat, "where is my new card", CODE)
    assert {response.name for response in chat.last.responses} & {
        "utter_delivery_due", "utter_delivery_today", "utter_delivery_late", "utter_no_delivery"
    }  # fmt: skip


async def test_a_new_pin(chat: Chat) -> None:
    await said(chat, "i need a new pin for my debit card", CODE)
    assert chat.last.responses[-1].name == "utter_confirm_pin"
    assert (await said(chat, "yes that's fine"))[0] == "utter_pin_ordered"
    await said(chat, "can i change my pin")
    if chat.last.responses[-1].name == "utter_ask_card_for_pin":
        await said(chat, "debit")
    assert (await said(chat, "no"))[0] == "utter_pin_cancelled"


async def test_opening_hours_and_fees_need_no_code(chat: Chat) -> None:
    assert (await said(chat, "when are you open"))[0] == "utter_opening_hours"
    assert (await said(chat, "are you open on sunday"))[0] == "utter_closed_sunday"
    assert (await said(chat, "what does a replacement card cost"))[0] == "utter_fees"


async def test_a_complaint_is_noted(chat: Chat) -> None:
    names = await said(chat, "i want to make a complaint")
    assert names == ["utter_complaint_sorry", "utter_ask_wants_person"]
    assert (await said(chat, "no just write it down"))[0] == "utter_complaint_noted"
    assert ran(chat, "complaint") == ["ok"]


async def test_a_complaint_goes_to_a_person(chat: Chat) -> None:
    await said(chat, "this is terrible service i want to complain")
    await said(chat, "yes please")
    assert chat.last.control == "transfer"


async def test_a_person(chat: Chat) -> None:
    assert await said(chat, "i'd like to speak to a real person please") == ["utter_hand_over"]
    assert chat.last.control == "transfer"
    assert chat.last.transfer_to == "sip:agents@example.com"


async def test_small_talk_in_the_middle(chat: Chat) -> None:
    await said(chat, "what can you do for me")
    first = chat.last.spoken
    await said(chat, "could you repeat that please")
    assert chat.last.spoken == first
    await said(chat, "what's my balance")
    assert "utter_ask_code" in await said(chat, "could you say that again")
    assert (await said(chat, "where do i find the code"))[0] == "utter_about_code"
    assert chat.tracker.question.slot == "code"
    await said(chat, CODE)
    assert (await said(chat, "thank you very much"))[0] == "utter_thanks"
    await said(chat, "goodbye")
    assert chat.last.control == "hang_up"


async def test_nonsense_is_not_acted_upon(chat: Chat) -> None:
    for words in ("what is the capital of france", "can you order me a pizza"):
        names = await said(chat, words)
        assert set(names) & {"utter_out_of_scope", "utter_rephrase", "utter_rephrase_again"}, words
        if chat.over:
            break
    assert not [event for event in chat.events if isinstance(event, ActionRan)]


async def test_money_needs_a_yes(chat: Chat) -> None:
    await said(chat, "transfer fifty pounds to anna from my current account", CODE)
    for words in ("hmm", "what is the weather like", "i don't know"):
        await said(chat, words)
        assert ran(chat, "transfer_money") == []
        if chat.over:
            break


async def test_of_all_training_utterances_only_a_yes_moves_money(chat: Chat, interpreter: Direct) -> None:
    """Trackers are values: each utterance answers the same read-back."""
    await said(chat, "transfer fifty pounds to anna from my current account", CODE)
    assert chat.last.responses[-1].name == "utter_confirm_transfer"
    pack = Pack.load(find_pack("banking"))
    policy = FlowPolicy(pack)
    examples = read_corpus(pack.nlu_files).examples
    assert len(examples) > 450
    yes = FillSlots({"confirmed": True})
    accepted = set()
    for example in examples:
        heard = Heard(await interpreter.interpret(Utterance(text=example.text)))
        if policy.decide(chat.tracker, heard, now=datetime.now().astimezone()) == yes:
            accepted.add(example.intent)
    assert accepted == {"affirm"}


async def test_everything_heard_is_kept_but_the_code(chat: Chat) -> None:
    await said(chat, "my code is four two seven one nine six and i want my balance")
    heard = [event.understanding.utterance.text for event in chat.events if isinstance(event, UserSpoke)]
    assert "******" in heard[0]
    await said(chat, CODE)
    assert [event.value for event in chat.events if isinstance(event, SlotSet) and event.name == "code"][-2:] in (
        ["******", None],
        [None, "******"],
    )
