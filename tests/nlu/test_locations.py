"""Packs by name and by path."""

from pathlib import Path

import pytest

from nlu.errors import SettingsError
from nlu.locations import find_pack, known_packs, pack_nlu_files


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
