"""The sample bank: refusals change nothing, money is neither made nor lost."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = "carter-to-anna"


@pytest.fixture
def bank(bank_module: ModuleType) -> Iterator[Any]:
    with closing(bank_module.Bank(":memory:", today=TODAY)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("code", "phone", "name"),
    [
        ("427196", "+441632960001", "Alice Carter"),
        ("427196", "sip:+441632960001@trunk.example", "Alice Carter"),
        ("427196", "01632 960001", "Alice Carter"),
        ("427196", "0044 1632 960001", "Alice Carter"),
        ("427196", "", "Alice Carter"),
        ("427196", "+15550100", "Alice Carter"),
        ("385162", "+441632960001", None),
        ("000000", "", None),
        ("", "+441632960001", None),
        ("' OR 1=1 --", "", None),
    ],
)
def test_code_identifies_together_with_known_number(bank: Any, code: str, phone: str, name: str | None) -> None:
    customer = bank.identify(code, phone=phone)
    assert (customer.name if customer else None) == name


def test_every_seeded_customer_is_identified_and_sums_are_whole(bank: Any, bank_module: ModuleType) -> None:
    for seed in bank_module.SEED:
        assert len(seed.code) == 6
        assert bank.identify(seed.code, phone=seed.phone).id == seed.id
        assert bank.balances(seed.id) == seed.pence
    assert bank.total_pence() == sum(sum(seed.pence.values()) for seed in bank_module.SEED)


@pytest.mark.parametrize(
    ("heard", "names"),
    [
        ("anna", ["Anna"]),
        ("Anna", ["Anna"]),
        ("hannah", ["Anna"]),
        ("thomas", []),
        ("", []),
        ("savings", ["your savings account"]),
    ],
)
def test_payees_as_heard(bank: Any, heard: str, names: list[str]) -> None:
    assert [payee.name for payee in bank.payees("carter", heard)] == names


def test_two_payees_of_one_first_name(bank: Any) -> None:
    assert {payee.name for payee in bank.payees("walker", "sarah")} == {"Sarah Miller", "Sarah Brown"}
    assert [payee.name for payee in bank.payees("walker", "sarah brown")] == ["Sarah Brown"]


def test_transfer_moves_money_once_per_key(bank: Any) -> None:
    made = [bank.transfer("c/1", customer="carter", source="current", target=ANNA, pence=5000, at=NOW) for _ in "ab"]
    assert [transfer.outcome for transfer in made] == ["ok", "ok"]
    assert bank.balances("carter") == {"current": 1_238_050, "savings": 250_000}
    assert bank.transfers_of("c/") == 1
    bank.transfer("c/2", customer="carter", source="current", target=ANNA, pence=5000, at=NOW)
    assert bank.balances("carter")["current"] == 1_233_050


@pytest.mark.parametrize(
    ("pence", "source", "target", "outcome"),
    [
        (0, "current", ANNA, "zero"),
        (-5000, "current", ANNA, "negative"),
        (100_000_000, "current", ANNA, "too_high"),
        (900_000, "savings", ANNA, "funds"),
        (5000, "current", "carter-current", "same"),
        (5000, "current", "walker-to-anna", "unknown"),
        (5000, "current", "khan-current", "unknown"),
        (5000, "current", "nobody", "unknown"),
        (5000, "piggy", ANNA, "unknown"),
    ],
)
def test_refused_transfers_change_nothing(bank: Any, pence: int, source: str, target: str, outcome: str) -> None:
    before = bank.dump()
    assert bank.refusal(customer="carter", source=source, target=target, pence=pence) == outcome
    refused = bank.transfer("c/1", customer="carter", source=source, target=target, pence=pence, at=NOW)
    assert refused.outcome == outcome
    assert bank.dump() == before


def test_a_whole_balance_can_be_sent_and_not_a_penny_more(bank: Any) -> None:
    def send(key: str, pence: int) -> Any:
        return bank.transfer(key, customer="walker", source="current", target="walker-to-anna", pence=pence, at=NOW)

    assert send("w/1", 8521).outcome == "funds"
    assert send("w/2", 8520).left_pence == 0
    assert send("w/3", 1).outcome == "funds"


def test_blocked_card_stays_blocked_and_its_replacement_is_on_the_way(bank: Any) -> None:
    assert bank.delivery("carter", "debit") is None
    assert bank.block_card("carter", "debit", at=NOW) == "ok"
    assert bank.delivery("carter", "debit") == ("debit", date(2026, 11, 28))
    before = bank.dump()
    assert bank.block_card("carter", "debit", at=NOW) == "already"
    assert bank.block_card("walker", "credit", at=NOW) == "none"
    assert bank.dump() == before


def test_delivery_of_the_card_asked_for(bank: Any) -> None:
    assert bank.delivery("carter", None) == ("credit", date(2026, 11, 25))
    assert bank.delivery("lee", "debit") == ("debit", date(2026, 11, 20))
    assert bank.delivery("lee", "credit") is None
    assert bank.delivery("walker", None) is None


def test_pin_letters(bank: Any) -> None:
    assert bank.order_pin("c", customer="carter", kind="debit", at=NOW) == "ok"
    before = bank.dump()
    assert bank.order_pin("c", customer="carter", kind="debit", at=NOW) == "ok"
    assert bank.order_pin("d", customer="lee", kind="debit", at=NOW) == "blocked"
    assert bank.order_pin("e", customer="walker", kind="credit", at=NOW) == "none"
    assert bank.dump() == before


def test_complaint_is_noted_once_per_call(bank: Any) -> None:
    first = bank.complain("call-1", customer=None, at=NOW)
    assert first == bank.complain("call-1", customer=None, at=NOW) == 4101
    assert bank.complain("call-2", customer="lee", at=NOW) == 4102


def test_changes_last_over_a_restart_and_the_seed_is_planted_once(bank_module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "bank.sqlite"
    with closing(bank_module.Bank(path, today=TODAY)) as bank:
        bank.transfer("c/1", customer="carter", source="current", target=ANNA, pence=5000, at=NOW)
        after = bank.dump()
    with closing(bank_module.Bank(path, today=date(2027, 1, 1))) as bank:
        assert bank.dump() == after


@given(st.text(max_size=20))
def test_phone_key_is_a_number_or_nothing(phone_key: Any, text: str) -> None:
    assert phone_key(text) == "" or phone_key(text)[0] == "+"


@pytest.fixture(scope="session")
def phone_key(bank_module: ModuleType) -> Any:
    return bank_module.phone_key


def test_money_is_conserved_whatever_is_asked(bank_module: ModuleType) -> None:
    seeds = bank_module.SEED
    ids = [seed.id for seed in seeds]
    targets = [f"{seed.id}-to-{name.casefold().replace(' ', '-')}" for seed in seeds for name in seed.payees]
    targets += [f"{customer}-{kind}" for customer in ids for kind in ("current", "savings")]

    class Conserved(RuleBasedStateMachine):
        @initialize()
        def start(self) -> None:
            self.bank = bank_module.Bank(":memory:", today=TODAY)
            self.total = self.bank.total_pence()

        @rule(
            key=st.integers(0, 20).map(str),
            customer=st.sampled_from(ids),
            source=st.sampled_from(["current", "savings"]),
            payee=st.sampled_from(targets),
            pence=st.one_of(st.integers(-100, 20_000), st.integers()),
        )
        def transfer(self, key: str, customer: str, source: str, payee: str, pence: int) -> None:
            before = self.bank.dump()
            outcome = self.bank.transfer(
                key, customer=customer, source=source, target=payee, pence=pence, at=NOW
            ).outcome
            assert outcome == "ok" or self.bank.dump() == before

        @invariant()
        def nothing_made_or_lost(self) -> None:
            assert self.bank.total_pence() == self.total
            assert all(pence >= 0 for customer in ids for pence in self.bank.balances(customer).values())

        def teardown(self) -> None:
            self.bank.close()

    run_state_machine_as_test(
        Conserved, settings=settings(max_examples=30, stateful_step_count=15, deadline=None, derandomize=True)
    )
