"""Where Kefu's files are: the configurations it ships with and the folder it writes to."""

import os
from pathlib import Path

import platformdirs


def configs_root() -> Path:
    """The shipped `configs/`: beside the packages in a checkout, `kefu_configs/` in an installed wheel."""
    beside = Path(__file__).resolve().parent.parent
    checkout = beside / "configs"
    return checkout if (checkout / "gateway.yaml").is_file() else beside / "kefu_configs"


def data_root() -> Path:
    """Where models, prompts, databases and language models are kept: `$KEFU_HOME` or the user's data folder."""
    chosen = os.environ.get("KEFU_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("kefu", appauthor=False)
