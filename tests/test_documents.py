"""Documents that are made from code say what the code says."""

import importlib.util
import re
from pathlib import Path

import pytest

from nlu.errors import SettingsError
from nlu.settings import load_settings, read_yaml
from voice.settings import GatewaySettings

ROOT = Path(__file__).resolve().parent.parent


def test_the_configuration_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("write_configuration", ROOT / "scripts/write_configuration.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs/configuration.md").read_text() == script.reference()


def test_the_shipped_configuration_shows_every_key_with_its_default() -> None:
    path = ROOT / "configs/gateway.yaml"
    assert load_settings(path, GatewaySettings) == GatewaySettings()
    data, _ = read_yaml(path)
    for section, keys in data.items():
        if isinstance(keys, dict):
            assert set(keys) == set(getattr(GatewaySettings(), section).__struct_fields__), section
    assert set(data) == set(GatewaySettings.__struct_fields__)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("server:\n  port: fast\n", "bad.yaml:2 server.port: expected `int`"),
        ("server:\n  prot: 1\n", "bad.yaml:2 server.prot: unknown key; known: host, port"),
        ("server:\n  port: 99999\n", "bad.yaml:2 server.port:"),
        ("packs: []\n", "bad.yaml:1 packs:"),
        ("ear: [\n", "bad.yaml:2"),
        ("server: {port: 1, port: 2}\n", "bad.yaml:1 port: key given twice"),
        ("sip:\n  allow:\n  - 10.0.0.0/8\n  - 7\n", "bad.yaml:4 sip.allow[1]: expected `str`"),
    ],
)
def test_a_wrong_setting_is_named_with_file_line_and_key(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path, GatewaySettings)
    assert says in str(caught.value)


def test_every_file_a_document_links_to_exists() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        prose = re.sub(r"```.*?```|`[^`]*`", "", document.read_text(), flags=re.DOTALL)
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
