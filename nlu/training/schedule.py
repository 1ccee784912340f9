"""What "auto" means for given data, and the rates over a run's steps. Pure."""

from typing import TypeVar

from msgspec import Struct

from nlu.training.settings import Auto, TrainingSettings

Value = TypeVar("Value", int, float, bool)

CHARACTERS = "characters"
"""The encoder that starts from nothing."""

LARGE = 3_000
"""Examples from which a corpus has words enough of its own."""

_VIEWS = 80_000
_VIEWS_WITH_ENTITIES = 105_000
_FEWEST, _MOST = 4, 12
_FEWEST_FROM_NOTHING, _MOST_FROM_NOTHING = 8, 40
"""Auto epochs: about so many utterances in all (a quarter of an hour on one core), between so few and so many
passes over the examples; with augmentation an epoch passes twice, over what was said and what was heard."""


_ADAPTER_RATE = 1e-3
"""Adapters start at zero and want more than the weights themselves."""


class Plan(Struct, frozen=True, kw_only=True):
    """The settings that "auto" leaves open, for given data. Rates are of AdamW, at their highest."""

    epochs: int
    batch: int
    encoder_rate: float
    head_rate: float
    layer_decay: float
    average: float
    dropout: float
    label_smoothing: float
    tune_word_embeddings: bool


def plan(settings: TrainingSettings, *, examples: int, views: int, tagged: bool) -> Plan:
    """For `examples` training utterances that an epoch sees in `views` forms; `tagged`: there are entities.

    Few entities want a higher rate than intents. Many are learnt in time anyway, and then a lower rate keeps what the
    encoder knows, most of all of its lower layers, the better; their loss is noisy and wants a long average. A
    pretrained encoder wants a lower rate than one from nothing.
    """
    from_nothing = settings.encoder == CHARACTERS
    fewest, most = (_FEWEST_FROM_NOTHING, _MOST_FROM_NOTHING) if from_nothing else (_FEWEST, _MOST)
    many_tags = tagged and examples >= LARGE
    work = _VIEWS_WITH_ENTITIES if many_tags else _VIEWS
    passes = min(max(round(work / max(examples, 1)), fewest), most)
    pretrained = 8e-5 if many_tags else 2e-4 if tagged else 1.5e-4
    rate = 1e-3 if from_nothing else _ADAPTER_RATE if settings.adapter != "none" else pretrained
    return Plan(
        epochs=_chosen(settings.epochs, -(-passes // views)),
        batch=_chosen(settings.batch, 32 if many_tags else 16),
        encoder_rate=_chosen(settings.encoder_rate, rate),
        head_rate=_chosen(settings.head_rate, 1e-3),
        layer_decay=_chosen(settings.layer_decay, 0.9 if many_tags and not from_nothing else 1.0),
        average=_chosen(settings.average, 0.998 if many_tags else 0.99),
        dropout=_chosen(settings.dropout, 0.2 if many_tags else 0.1),
        label_smoothing=_chosen(settings.label_smoothing, 0.05 if many_tags else 0.0),
        tune_word_embeddings=_chosen(settings.tune_word_embeddings, from_nothing or many_tags),
    )


def _chosen(wanted: Value | Auto, found: Value) -> Value:
    """What the settings say, or for "auto" what was found fit."""
    return found if isinstance(wanted, str) else wanted


def rate_share(step: int, *, total: int, warm: int) -> float:
    """The share of the highest rate for step number `step` (from 0): rising over `warm` steps, then falling to 0."""
    return min((step + 1) / max(warm, 1), max(0.0, (total - step) / max(1, total - warm)))
