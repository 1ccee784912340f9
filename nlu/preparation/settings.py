"""What is asked of a preparation."""

from pathlib import Path

from msgspec import Struct

from nlu.preparation.logs import LogLayout


class PreparationSettings(Struct, frozen=True, kw_only=True):
    """`min_cluster` 0 means by the number of utterances; `shares` are those of train, dev and test.

    `customers` and `agents` are speakers' names; `keep_agents` prepares what agents say too. `model` is a model's
    folder for weak labels. `candidates` is the format the labelled candidates are written in.
    """

    data: tuple[Path, ...]
    out: Path
    format: str = "auto"
    layout: LogLayout = LogLayout()
    language: str = "en"
    shares: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 7
    min_cluster: int = 0
    customers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    keep_agents: bool = False
    model: Path | None = None
    encoder: str = "minilm"
    candidates: str = "rasa"
