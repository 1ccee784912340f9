"""What an evaluation found: the values of report.json. Shares are 0..1; what could not be judged is null."""

from msgspec import Struct

FORMAT = 1
"""Raised when a name below changes its meaning."""


class Averages(Struct, frozen=True, kw_only=True):
    """Precision, recall and F1; 0.0 where a denominator is 0, as scikit-learn and seqeval have it."""

    precision: float
    recall: float
    f1: float


class LabelScore(Struct, frozen=True, kw_only=True):
    """One label. `support` is how often it is in the data, `predicted` how often the model said it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


class Scores(Struct, frozen=True, kw_only=True):
    """All labels that are in the data or in the answers, sorted, with their averages.

    `macro` is the plain mean over these labels, `weighted` the mean by support, `micro` counts all cases alike.
    """

    labels: tuple[LabelScore, ...]
    micro: Averages
    macro: Averages
    weighted: Averages


class ConfusionMatrix(Struct, frozen=True, kw_only=True):
    """`counts[i][j]`: how often `labels[i]` was taken for `labels[j]`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Mistaken(Struct, frozen=True, kw_only=True):
    """One wrong answer with the probability the model gave it."""

    text: str
    probability: float


class Confusion(Struct, frozen=True, kw_only=True):
    """`truth` was taken for `taken_for` `count` times, which is `share` of the examples of `truth`.

    `examples` are the surest of these answers.
    """

    truth: str
    taken_for: str
    count: int
    share: float
    examples: tuple[Mistaken, ...]


class ReliabilityBin(Struct, frozen=True, kw_only=True):
    """Answers of a probability above `lower` up to `upper`: how many, their mean probability, the share right."""

    lower: float
    upper: float
    count: int
    confidence: float
    accuracy: float


class Calibration(Struct, frozen=True, kw_only=True):
    """Whether the best intent's probability is the share of right answers.

    `ece` and `mce` are the mean (by count) and the greatest distance of the two over 15 bins of equal width (Naeini
    et al. 2015, Guo et al. 2017); `brier` is the mean squared distance of the probability from right (1) or wrong (0).
    """

    ece: float
    mce: float
    brier: float
    confidence: float
    accuracy: float
    bins: tuple[ReliabilityBin, ...]


class IntentReport(Struct, frozen=True, kw_only=True):
    """The examples that have an intent in scope, judged by the best in-scope intent: nothing is rejected here."""

    examples: int
    accuracy: float
    scores: Scores
    confusion_matrix: ConfusionMatrix
    confusions: tuple[Confusion, ...]
    calibration: Calibration


class EntityMistake(Struct, frozen=True, kw_only=True):
    """One kind of mistake ("missed", "invented", "other type", "other words") with some of its examples.

    An example shows the text with what is annotated and what was answered, both as `[words](label)`.
    """

    kind: str
    count: int
    examples: tuple[tuple[str, str], ...]


class EntityReport(Struct, frozen=True, kw_only=True):
    """Entities, each right only with exactly its characters and its label (strict, as seqeval in IOB2).

    `with_roles`: a label is name, role and group ("account/from#1"). `names`: role and group do not count. `words` are
    the strict scores of words instead of characters, `with_roles`: what seqeval gives for the IOB2 tags of the words.
    Words are stretches without blanks, divided where an annotated entity begins or ends; `word_accuracy` counts each
    word's IOB2 tag, `word_accuracy_inside` only of words that belong to an entity.
    """

    examples: int
    entities: int
    with_roles: Scores
    names: Scores
    words: Scores
    word_count: int
    word_accuracy: float
    word_accuracy_inside: float | None
    sentence_accuracy: float
    mistakes: tuple[EntityMistake, ...]


class CurvePoint(Struct, frozen=True, kw_only=True):
    """A point of a receiver operating characteristic: rejected shares of in-scope and of out-of-scope examples."""

    in_scope_rejected: float
    out_of_scope_rejected: float


class ScoreBin(Struct, frozen=True, kw_only=True):
    """How many examples of each sort have an out-of-scope score from `lower` to `upper`."""

    lower: float
    upper: float
    in_scope: int
    out_of_scope: int


class OutOfScopeReport(Struct, frozen=True, kw_only=True):
    """The served decision: rejected from a score of `threshold`, or when the best intent is out_of_scope itself.

    `auroc`; `aupr` (out of scope is what is looked for) and `aupr_in_scope`; `fpr95`: the share of out-of-scope
    examples let through when 95% of the in-scope ones are. They are null when only one sort of examples is there.
    `recall`, `precision` and `f1` are of out-of-scope examples at the served decision. `in_scope_accuracy` counts an
    in-scope example right when it is let through with its intent; `accuracy` takes both sorts together.
    """

    in_scope_examples: int
    out_of_scope_examples: int
    threshold: float
    auroc: float | None
    aupr: float | None
    aupr_in_scope: float | None
    fpr95: float | None
    recall: float | None
    precision: float | None
    f1: float | None
    in_scope_rejected: float | None
    in_scope_accuracy: float | None
    accuracy: float
    curve: tuple[CurvePoint, ...]
    scores: tuple[ScoreBin, ...]
    accepted: tuple[Mistaken, ...]
    rejected: tuple[Mistaken, ...]


class NoisePoint(Struct, frozen=True, kw_only=True):
    """The figures under simulated recognition errors. `wer` was asked for, `measured_wer` came out.

    `wer` null: the text as written. At 0.0 only case and punctuation are gone.
    """

    wer: float | None
    measured_wer: float
    intent_accuracy: float | None
    entity_f1: float | None
    out_of_scope_auroc: float | None
    out_of_scope_recall: float | None
    in_scope_rejected: float | None


class NoiseCurve(Struct, frozen=True, kw_only=True):
    """The same `examples` of the data, drawn with `seed`, at every point. Entity F1 is micro, with roles."""

    examples: int
    of_examples: int
    seed: int
    points: tuple[NoisePoint, ...]


class SentimentReport(Struct, frozen=True, kw_only=True):
    """Three classes, one utterance at a time."""

    examples: int
    accuracy: float
    scores: Scores
    confusion_matrix: ConfusionMatrix


class UnknownLabel(Struct, frozen=True, kw_only=True):
    """A label of the data that the model has never seen; its `examples` count as wrong."""

    label: str
    examples: int


class ModelFacts(Struct, frozen=True, kw_only=True):
    """The model as served. `graph` says which weights answered, by file and precision."""

    folder: str
    fingerprint: str
    encoder: str
    graph: str
    intents: int
    entity_types: int
    kefu: str


class DataFacts(Struct, frozen=True, kw_only=True):
    """The data. `fingerprint` is over all texts and labels in order."""

    source: str
    fingerprint: str
    examples: int
    intents: int
    entity_types: int
    unknown_intents: tuple[UnknownLabel, ...]
    unknown_entities: tuple[UnknownLabel, ...]


class Report(Struct, frozen=True, kw_only=True):
    """report.json. What the data has no labels for, or the model does not do, is null; `notes` say why.

    `frame_accuracy`: the share of all in-scope examples with the right intent and exactly the right entities.
    """

    format: int
    made_at: str
    model: ModelFacts
    data: DataFacts
    notes: tuple[str, ...]
    intents: IntentReport | None
    entities: EntityReport | None
    out_of_scope: OutOfScopeReport | None
    noise: NoiseCurve | None
    sentiment: SentimentReport | None
    frame_accuracy: float | None
    took_s: float
    utterances_per_s: float
