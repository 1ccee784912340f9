"""Logs into turns."""

from pathlib import Path

import pytest

from nlu.errors import CorpusError, SettingsError
from nlu.preparation.logs import LogLayout, read_logs
from nlu.preparation.turns import Role, Turn, role_of, with_roles

LOGS = Path(__file__).parent / "logs"


def turns(path: Path, text: str | bytes, name: str, layout: LogLayout | None = None) -> tuple[Turn, ...]:
    file = path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return with_roles(read_logs([file], layout=layout).turns)


def shown(found: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in found]


WANTED = [("agent", "hello"), ("customer", "i lost my card")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "dialogue_id,speaker,text\n1,Agent,hello\n1,Customer,i lost my card\n"),
        (
            "a.tsv",
            "conversation id\trole\tmessage\tts\n1\tsupport\thello\t9\n1\tuser\ti lost my card\t10\n",
        ),
        ("a.csv", "tweet_id,author_id,inbound,text\n1,bank,False,hello\n2,115712,True,i lost my card\n"),
        ("a.csv", "id;sender;body\n1;Maya (agent);hello\n1;bob;i lost my card\n"),
        ("a.jsonl", '{"speaker": "bot", "text": "hello"}\n{"speaker": "client", "text": "i lost my card"}\n'),
        (
            "a.json",
            '[{"turns": [{"role": "assistant", "content": "hello"}, {"role": "user", "content": "i lost my card"}]}]',
        ),
        ("a.jsonl", '["Agent: hello", "Customer: i lost my card"]\n'),
        ("a.jsonl", '["Agent: hello"]\n["Customer: i lost my card"]\n'),
        (
            "a.jsonl",
            '{"log": [{"from": {"type": "bot"}, "text": "hello"}, '
            '{"from": {"type": "user"}, "text": "i lost my card"}]}',
        ),
        ("a.txt", "Agent: hello\nCustomer: i lost\nmy card\n"),
        ("a.txt", "[10:02] agent maya: hello\n[10:03] bob: i lost my card\n"),
        ("a.txt", "12/31/20, 9:15 PM - Support: hello\n12/31/20, 9:16 PM - Anna Smith: i lost my card\n"),
        ("a.txt", "2024-01-02 10:02:11 OPERATOR: hello\n2024-01-02 10:02:20 CALLER: i lost my card\n"),
        ("a.log", "客服：hello\n客户：i lost my card\n"),
    ],
)
def test_shapes_of_logs(tmp_path: Path, name: str, text: str) -> None:
    assert shown(turns(tmp_path, text, name)) == WANTED


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "a,b,c\nx,Agent,hello\nx,Caller,i lost my card\n"
    layout = LogLayout(text="c", speaker="2", dialogue="a")
    assert shown(turns(tmp_path, text, "a.csv", layout)) == WANTED
    with pytest.raises(SettingsError, match="no column 'z'; there are a, b, c"):
        turns(tmp_path, text, "a.csv", LogLayout(text="z"))


def test_sentences_without_speakers(tmp_path: Path) -> None:
    found = turns(tmp_path, "where is my card\n\nplease block it: now\n10:02 thanks\n", "a.txt")
    assert [turn.text for turn in found] == ["where is my card", "please block it: now", "thanks"]
    assert {turn.role for turn in found} == {"unknown"}


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Agent: hello\nCustomer: the café\n".encode("cp1252"))
    logs = read_logs([tmp_path])
    assert logs.turns[1].text == "the café"
    assert [str(fault).rpartition("a.txt")[2] for fault in logs.faults] == [
        ":2: not UTF-8: byte 0xe9; read as Windows-1252"
    ]


def test_the_sample_logs() -> None:
    logs = read_logs([LOGS])
    assert [Path(file).name for file in logs.files] == ["branch.txt", "calls.csv", "chats.jsonl"]
    assert [(Path(fault.path).name, fault.line, fault.severity) for fault in logs.faults] == [
        ("calls.csv", 22, "error"),
        ("calls.csv", 23, "error"),
        ("chats.jsonl", 3, "error"),
        ("chats.jsonl", 6, "error"),
    ]
    branch = [turn for turn in with_roles(logs.turns) if turn.path.endswith("branch.txt")]
    assert len({turn.dialogue for turn in branch}) == 3
    assert [(turn.line, turn.role) for turn in branch if turn.dialogue == branch[-1].dialogue] == [
        (18, "agent"),
        (19, "customer"),
        (20, "customer"),
        (21, "system"),
        (22, "customer"),
    ]
    assert branch[3].text == "At nine. Anything else? We are also open on bank holidays."
    assert branch[3].time == "10:03"


def test_no_turns(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n5\n")
    with pytest.raises(CorpusError, match=r"no turns of a dialogue\n.*a\.jsonl:1: a turn without text"):
        read_logs([tmp_path])
    with pytest.raises(CorpusError, match=r"gone\.csv: No such file"):
        read_logs([tmp_path / "gone.csv"])
    with pytest.raises(SettingsError, match="unknown format 'xml'; known: auto, csv"):
        read_logs([tmp_path], "xml")


@pytest.mark.parametrize(
    ("name", "role"),
    [("Customer 2", "customer"), ("AGENT", "agent"), ("Maya (support)", "agent"), ("bob", "unknown"), ("", "unknown")],
)
def test_roles_by_name(name: str, role: Role) -> None:
    assert role_of(name) == role


def test_roles_that_are_given() -> None:
    found = with_roles(
        [Turn(text="a", path="x", line=1, speaker="Maya"), Turn(text="b", path="x", line=2, speaker="Bob")],
        agents=["maya"],
    )
    assert [turn.role for turn in found] == ["agent", "customer"]
