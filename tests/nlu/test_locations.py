"""Packs by name and by path."""

import os
from pathlib import Path

import pytest

from nlu.corpus.reading import read_corpus
from nlu.errors import SettingsError
from nlu.locations import find_model, find_pack, known_packs, pack_nlu_files, talk_files


def test_a_shipped_pack_is_found_by_name() -> None:
    assert "banking" in known_packs()
    folder = find_pack("banking")
    assert all(path.is_file() for path in pack_nlu_files(folder))


def test_a_pack_is_found_by_path(tmp_path: Path) -> None:
    assert find_pack(tmp_path) == tmp_path
    assert find_pack(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["bakery", ""])
def test_an_unknown_pack_lists_the_known(name: str) -> None:
    with pytest.raises(SettingsError, match=r"known packs .*banking"):
        find_pack(name)


def test_nlu_files(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no training data"):
        pack_nlu_files(tmp_path)
    (tmp_path / "nlu").mkdir()
    files = [tmp_path / "nlu.yaml", tmp_path / "nlu" / "a.yaml", tmp_path / "nlu" / "b.yaml"]
    for path in files:
        path.touch()
    assert pack_nlu_files(tmp_path) == tuple(files)


def test_everyday_intents_come_with_their_examples(tmp_path: Path) -> None:
    own = tmp_path / "nlu.yaml"
    own.touch()
    (tmp_path / "domain.yaml").write_text("title: Bakery\nintents: [order_cake, affirm, deny]\n")
    assert [path.name for path in pack_nlu_files(tmp_path)] == ["nlu.yaml", "affirm.yaml", "deny.yaml"]
    (tmp_path / "domain.yaml").write_text("title: [unfinished")
    assert pack_nlu_files(tmp_path) == (own,)


def test_every_talk_file_is_about_the_intent_it_is_named_after() -> None:
    assert len(talk_files()) >= 10
    assert all(read_corpus(path).intents == (path.stem,) for path in talk_files())


def test_find_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match="kefu train banking"):
        find_model("banking")
    with pytest.raises(SettingsError, match="kefu nlu train"):
        find_model(tmp_path / "nothing")
    for number, name in enumerate(("new", "old")):
        folder = tmp_path / "models" / "banking" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").touch()
        os.utime(folder / "manifest.json", (1000 - number, 1000 - number))
    assert find_model("banking") == tmp_path / "models" / "banking" / "new"
    assert find_model(tmp_path / "models" / "banking" / "old").name == "old"
