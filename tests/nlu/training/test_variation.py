"""What an epoch sees: seeded, with its labels, and as it was where nothing is to be varied."""

from nlu.corpus.corpus import Corpus, Example
from nlu.training.settings import TrainingSettings
from nlu.training.variation import varied
from nlu.understanding import Entity

PERSON = Entity(name="person", text="Anna", start=21, end=25)
EXAMPLES = tuple(Example("Send fifty pounds to Anna, please!", "transfer", (PERSON,)) for _ in range(30))
CORPUS = Corpus(examples=EXAMPLES)


def test_an_utterance_is_said_and_heard() -> None:
    found = varied(CORPUS, EXAMPLES, TrainingSettings(), epoch=0)
    assert [len(views) for views in found] == [2] * 30
    assert {view.intent for views in found for view in views} == {"transfer"}
    assert len({heard.text for _, heard in found}) > 5
    for view in (view for views in found for view in views):
        for entity in view.entities:
            assert view.text[entity.start : entity.end] == entity.text
            assert entity.name == "person"


def test_the_same_epoch_is_the_same_and_another_is_not() -> None:
    first, again, other = (varied(CORPUS, EXAMPLES, TrainingSettings(), epoch=epoch) for epoch in (0, 0, 1))
    assert first == again != other


def test_without_augmentation_or_intent_examples_stay_as_they_are() -> None:
    assert varied(CORPUS, EXAMPLES, TrainingSettings(augment=False), epoch=0) == [(e,) for e in EXAMPLES]
    written = (Example("Anna met James in Rome."),)
    assert varied(Corpus(examples=written), written, TrainingSettings(), epoch=0) == [written]


def test_a_large_corpus_keeps_its_words() -> None:
    many = tuple(Example(f"Is number {number} mine?", "ask") for number in range(3_000))
    found = varied(Corpus(examples=many), many[:50], TrainingSettings(), epoch=0)
    assert [said for said, _ in found] == list(many[:50])
