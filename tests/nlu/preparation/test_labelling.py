"""Labels that are suggested, and what is doubtful about them."""

from nlu.preparation.candidates import Candidate
from nlu.preparation.clustering import Cluster
from nlu.preparation.labelling import WeakLabel, doubts, suggest

TEXTS = ("block my card", "stop the card now", "my card is lost", "where is my money", "sing a song", "Block my cards")


def candidates() -> list[Candidate]:
    return [Candidate(text=text, path="a.csv", line=n, dialogue="1") for n, text in enumerate(TEXTS, start=2)]


def clusters() -> list[Cluster]:
    return [
        Cluster(name="card", members=(0, 1, 2, 5), representatives=(1, 0), cohesion=0.9, words=("card",)),
        Cluster(name="song", members=(4,), representatives=(4,), cohesion=1.0, words=("song",)),
    ]


def weak(intent: str, confidence: float = 0.9, margin: float = 0.8, outside: float = 0.0) -> WeakLabel:
    return WeakLabel(intent=intent, confidence=confidence, margin=margin, out_of_scope=outside)


def test_without_a_model_the_cluster_is_the_label() -> None:
    suggested, labelled = suggest(candidates(), clusters(), None)
    assert [intent.name for intent in suggested] == ["card", "song"]
    assert suggested[0].examples == ("stop the card now", "block my card")
    assert [item.label for item in labelled] == ["card", "card", "card", "", "song", "card"]
    assert [item.representative for item in labelled] == [2, 1, 0, 0, 1, 0]
    assert doubts(labelled) == ()


def test_with_a_model() -> None:
    labels = [
        weak("block_card"), weak("block_card"), weak("block_card"), weak("balance"), weak("balance", 0.3, 0.1, 0.9),
        weak("pay"),
    ]  # fmt: skip
    suggested, labelled = suggest(candidates(), clusters(), labels)
    assert (suggested[0].model_intent, suggested[0].model_share) == ("block_card", 0.75)
    assert suggested[1].model_intent == ""
    assert [item.label for item in labelled] == ["block_card", "block_card", "block_card", "balance", "song", ""]
    found = [(doubt.reason.partition(",")[0], doubt.text) for doubt in doubts(labelled)]
    assert found == [
        ("a cluster of what the model finds out of scope", "sing a song"),
        ("cluster and model disagree", "Block my cards"),
    ]


def test_near_duplicates_with_different_labels() -> None:
    labels = [weak("a"), weak("a"), weak("b", 0.5, 0.1), weak("a"), weak("a"), weak("b")]
    _, labelled = suggest(candidates(), [], labels)
    found = [(doubt.reason.partition(",")[0], doubt.line) for doubt in doubts(labelled)]
    assert found == [
        ("near-duplicates with different labels", 2),
        ("near-duplicates with different labels", 7),
        ("the model hesitates", 4),
    ]
