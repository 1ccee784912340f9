"""What each candidate may be labelled: by its cluster, by a model that is there already, and where the two differ."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from nlu.corpus.near_duplicates import near_duplicate_groups
from nlu.model.labels import OUT_OF_SCOPE
from nlu.preparation.candidates import Candidate
from nlu.preparation.clustering import Cluster
from nlu.understanding import Utterance

CONFIDENT = 0.7
"""Probability from which a model's label counts."""

LOW_MARGIN = 0.2
"""Difference of the two best probabilities below which somebody should look."""

OUTSIDE = 0.5
_MAJORITY = 0.6
_BATCH = 64


class WeakLabel(Struct, frozen=True, kw_only=True):
    """What a model takes the utterance for; `margin` is the distance to its second choice."""

    intent: str
    confidence: float
    margin: float
    out_of_scope: float

    @property
    def counts(self) -> bool:
        """Whether the model is sure enough to be believed."""
        return self.confidence >= CONFIDENT and self.out_of_scope < OUTSIDE


class Labelled(Struct, frozen=True, kw_only=True):
    """A candidate with its suggestions.

    `cluster` is its suggested intent, "" for none, and `representative` its rank (from 1) among the examples that
    stand for it, 0 for none. `label` is what it is to be trained as, "" when nobody knows or the two disagree.
    """

    candidate: Candidate
    cluster: str = ""
    representative: int = 0
    weak: WeakLabel | None = None
    label: str = ""


class Doubt(Struct, frozen=True, kw_only=True):
    """A candidate that somebody should look at, and why; `suggested` is the cluster's, `model` the model's label."""

    reason: str
    text: str
    suggested: str
    model: str
    confidence: float
    path: str
    line: int


class SuggestedIntent(Struct, frozen=True, kw_only=True):
    """A cluster as it is reported. `model_share` of its members are `model_intent` to a model that is sure."""

    name: str
    size: int
    cohesion: float
    words: tuple[str, ...]
    examples: tuple[str, ...]
    model_intent: str = ""
    model_share: float = 0.0


def weak_labels(
    texts: Sequence[str], model: Path, *, language: str, progress: Callable[[int, int], None]
) -> list[WeakLabel]:
    """The labels of the model in folder `model`. Raises CheckpointError."""
    from nlu.interpreter import Interpreter

    interpreter = Interpreter.open(model)
    labels = []
    for begin in range(0, len(texts), _BATCH):
        batch = [Utterance(text=text, language=language) for text in texts[begin : begin + _BATCH]]
        for found in interpreter.interpret_batch(batch):
            ranked = [score.probability for score in found.intents] or [0.0]
            labels.append(
                WeakLabel(
                    intent=found.intents[0].name if found.intents else "",
                    confidence=round(ranked[0], 4),
                    margin=round(ranked[0] - (ranked[1] if len(ranked) > 1 else 0.0), 4),
                    out_of_scope=round(found.out_of_scope, 4),
                )
            )
        progress(len(labels), len(texts))
    return labels


def suggest(
    candidates: Sequence[Candidate], clusters: Sequence[Cluster], weak: Sequence[WeakLabel] | None
) -> tuple[tuple[SuggestedIntent, ...], tuple[Labelled, ...]]:
    """Clusters with what the model says of them, and candidates with their labels.

    A cluster that is mostly one of the model's intents takes its name.
    """
    suggested = tuple(_suggested(cluster, candidates, weak) for cluster in clusters)
    cluster_of: dict[int, str] = {}
    rank: dict[int, int] = {}
    for cluster, intent in zip(clusters, suggested, strict=True):
        name = intent.model_intent or intent.name
        cluster_of |= dict.fromkeys(cluster.members, name)
        rank |= {index: number for number, index in enumerate(cluster.representatives, start=1)}
    labelled = []
    for index, candidate in enumerate(candidates):
        label, own = cluster_of.get(index, ""), weak[index] if weak else None
        if own is not None and own.counts:
            label = own.intent if label in ("", own.intent) else ""
        labelled.append(
            Labelled(
                candidate=candidate,
                cluster=cluster_of.get(index, ""),
                representative=rank.get(index, 0),
                weak=own,
                label=label,
            )
        )
    return suggested, tuple(labelled)


def doubts(labelled: Sequence[Labelled]) -> tuple[Doubt, ...]:
    """What somebody should look at, worst first within each reason."""
    found = []
    for item in labelled:
        weak = item.weak
        if weak is None:
            continue
        if weak.counts and item.cluster and weak.intent != item.cluster:
            found.append(_doubt("cluster and model disagree", item))
        elif weak.out_of_scope >= OUTSIDE and weak.intent != OUT_OF_SCOPE and item.cluster:
            found.append(_doubt("a cluster of what the model finds out of scope", item))
        elif weak.margin < LOW_MARGIN:
            found.append(_doubt("the model hesitates", item))
    groups = near_duplicate_groups([item.candidate.text for item in labelled])
    names: dict[int, set[str]] = {}
    for item, group in zip(labelled, groups, strict=True):
        names.setdefault(group, set()).add(item.label or item.cluster)
    for item, group in zip(labelled, groups, strict=True):
        if len(names[group] - {""}) > 1:
            found.append(_doubt(f"near-duplicates with different labels, group {group}", item))
    return tuple(sorted(found, key=lambda doubt: (doubt.reason, -doubt.confidence, doubt.path, doubt.line)))


def _suggested(cluster: Cluster, candidates: Sequence[Candidate], weak: Sequence[WeakLabel] | None) -> SuggestedIntent:
    sure = Counter(weak[index].intent for index in cluster.members if weak[index].counts) if weak else Counter[str]()
    intent, count = sure.most_common(1)[0] if sure else ("", 0)
    share = count / len(cluster.members)
    return SuggestedIntent(
        name=cluster.name,
        size=len(cluster.members),
        cohesion=cluster.cohesion,
        words=cluster.words,
        examples=tuple(candidates[index].text for index in cluster.representatives),
        model_intent=intent if share >= _MAJORITY else "",
        model_share=round(share, 4),
    )


def _doubt(reason: str, item: Labelled) -> Doubt:
    return Doubt(
        reason=reason,
        text=item.candidate.text,
        suggested=item.cluster,
        model=item.weak.intent if item.weak else "",
        confidence=item.weak.confidence if item.weak else 0.0,
        path=item.candidate.path,
        line=item.candidate.line,
    )
