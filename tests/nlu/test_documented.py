"""docs/nlu.md says what the code says."""

import re
from pathlib import Path

import msgspec

from nlu.training.settings import TrainingSettings

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "nlu.md"


def test_every_training_setting_is_documented_with_its_default() -> None:
    section = DOCUMENT.read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    fields = msgspec.structs.fields(TrainingSettings)
    assert [(name, default) for name, default, _ in rows] == [
        (field.name, repr(field.default).replace("'", '"')) for field in fields
    ]
