"""What was said in a dialogue, turn by turn, whatever the log looked like."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Role = Literal["customer", "agent", "system", "unknown"]

ROLE_NAMES: dict[Role, frozenset[str]] = {
    "customer": frozenset(
        "customer client caller user visitor guest member consumer human me cust buyer patient inbound "
        "客户 用户 顾客".split()
    ),
    "agent": frozenset(
        "agent operator representative rep advisor adviser assistant bot support csr staff employee consultant "
        "helpdesk chatbot virtual ai csa officer team outbound 客服 坐席".split()
    ),
    "system": frozenset("system info notification event automated note server status 系统".split()),
}
"""Words of a speaker's name that tell the role; the first word that is known counts."""


class Turn(Struct, frozen=True, kw_only=True):
    """`path` and `line` (from 1) say where it stands; `speaker` and `time` are as written, "" for none."""

    text: str
    path: str
    line: int
    dialogue: str = ""
    speaker: str = ""
    role: Role = "unknown"
    time: str = ""


def role_of(speaker: str) -> Role:
    """The role that a speaker's name says, if any."""
    words = "".join(sign if sign.isalpha() else " " for sign in speaker.casefold()).split()
    for word in words:
        for role, names in ROLE_NAMES.items():
            if word in names:
                return role
    return "unknown"


def with_roles(turns: Sequence[Turn], *, customers: Sequence[str] = (), agents: Sequence[str] = ()) -> tuple[Turn, ...]:
    """Every turn with its role: by the names given, by the speaker's name, or because the dialogue's other is known.

    In a dialogue in which all known speakers are of one side, a speaker of unknown role is on the other.
    """
    named: dict[str, Role] = {name.casefold(): "customer" for name in customers}
    named |= {name.casefold(): "agent" for name in agents}
    first = [replace(turn, role=named.get(turn.speaker.casefold()) or _role(turn)) for turn in turns]
    sides: dict[str, set[Role]] = {}
    for turn in first:
        sides.setdefault(turn.dialogue, set()).add(turn.role)
    others: dict[Role, Role] = {"agent": "customer", "customer": "agent"}
    found = []
    for turn in first:
        known = sides[turn.dialogue] & {"agent", "customer"}
        if turn.role == "unknown" and turn.speaker and len(known) == 1:
            found.append(replace(turn, role=others[known.copy().pop()]))
        else:
            found.append(turn)
    return tuple(found)


def roles_counted(turns: Sequence[Turn]) -> dict[str, int]:
    """How many turns of each role there are."""
    return dict(sorted(Counter(turn.role for turn in turns).items()))


def _role(turn: Turn) -> Role:
    return turn.role if turn.role != "unknown" else role_of(turn.speaker)
