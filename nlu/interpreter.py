"""Interpreter: utterance in, meaning out; one for all calls."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from tokenizers import Tokenizer

from nlu.batching import Batcher
from nlu.errors import CheckpointError
from nlu.grounding import Grounder
from nlu.hypotheses import readings, weigh
from nlu.model.alignment import Pieces, align, decode, tag_count
from nlu.model.calibration import out_of_scope_score, softmax
from nlu.model.facts import GRAPH_FILES, Precision
from nlu.model.labels import OUT_OF_SCOPE
from nlu.model.manifest import TOKENIZER, TRANSITIONS, Manifest, check_file, read_folder, remedy
from nlu.model.serving import Graph, open_graph
from nlu.model.viterbi import Transitions, read_transitions
from nlu.mood import TEMPERATURE, sentiment_of
from nlu.understanding import Entity, IntentScore, Understanding, Utterance

Clock = Callable[[], datetime]

_NOTHING = Pieces([0], [0], ())
"""What is given to the model for a text that the tokenizer leaves nothing of."""


class Interpreter:
    """Understands with an ONNX graph of a model folder; concurrent requests share model calls."""

    def __init__(
        self,
        manifest: Manifest,
        tokenizer: Tokenizer,
        graph: Graph,
        transitions: Transitions,
        *,
        precision: Precision = "fp32",
        clock: Clock = datetime.now,
        currency: str = "GBP",
        queue: int = 256,
        timeout_s: float = 2.0,
    ) -> None:
        self.manifest = manifest
        self.precision = precision
        self._tokenizer = tokenizer
        self._graph = graph
        self._transitions = transitions
        self._clock = clock
        self._grounder = Grounder(manifest.knowledge, currency=currency)
        labels = manifest.labels
        self._in_scope = labels.in_scope
        self._outside = labels.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels.intents else None
        self._batcher = Batcher(self.interpret_batch, queue=queue, timeout_s=timeout_s, name="nlu")

    @classmethod
    def open(
        cls,
        checkpoint: Path,
        *,
        threads: int = 1,
        precision: Precision | Literal["auto"] = "auto",
        clock: Clock = datetime.now,
        currency: str = "GBP",
        queue: int = 256,
        timeout_s: float = 2.0,
    ) -> "Interpreter":
        """The model in folder `checkpoint`, warmed up; blocks for about a second.

        One utterance is understood by one thread; with more `threads`, parts of a batch are at the same time.
        `precision` "auto" takes the graph of 8 bits when it was measured to agree well enough with the model.
        `clock` gives the caller's local time; `currency` is taken where an amount names none. At most `queue` requests
        wait, none longer than `timeout_s`. Raises CheckpointError when the folder is no sound model.
        """
        manifest = read_folder(checkpoint, check=(TOKENIZER, TRANSITIONS))
        chosen = manifest.served(precision)
        path = checkpoint / GRAPH_FILES[chosen]
        check_file(path, manifest)
        graph = open_graph(path, manifest.labels, threads=threads, remedy=remedy(checkpoint))
        interpreter = cls(
            manifest, _open_tokenizer(checkpoint, manifest), graph, _open_transitions(checkpoint, manifest),
            precision=chosen, clock=clock, currency=currency, queue=queue, timeout_s=timeout_s,
        )  # fmt: skip
        interpreter.interpret_batch([Utterance(text="hello")])
        return interpreter

    @property
    def graph(self) -> str:
        """The graph that answers: "model.int8.onnx (int8)"."""
        return f"{GRAPH_FILES[self.precision]} ({self.precision})"

    async def interpret(self, utterance: Utterance) -> Understanding:
        """Raises OverloadedError when too many wait."""
        return await self._batcher.submit(utterance)

    def interpret_batch(self, utterances: Sequence[Utterance]) -> list[Understanding]:
        """One model call, or one for each group of similar length; blocks. Safe from any thread.

        Intents and out-of-scope are weighed over an utterance's best readings; entities and sentiment are those of its
        `text`.
        """
        if not utterances:
            return []
        heard = [readings(utterance) for utterance in utterances]
        texts = [self.pieces(text) for several in heard for text, _ in several]
        found = self._graph.run(texts)
        calibration = self.manifest.calibration
        outside = out_of_scope_score(found.intent, calibration, in_scope=self._in_scope)
        intents = softmax(found.intent, temperature=calibration.temperature) if found.intent.size else found.intent
        if self._outside is not None:
            outside = np.maximum(outside, intents[:, self._outside])
        moods = softmax(found.sentiment, temperature=TEMPERATURE)
        now = self._clock()
        answers, row = [], 0
        for utterance, several in zip(utterances, heard, strict=True):
            after = row + len(several)
            chances, strange = intents[row], float(outside[row])
            if len(several) > 1:
                scores = [score for _, score in several]
                chances, strange = weigh(scores, intents[row:after], outside[row:after])
            answers.append(
                Understanding(
                    utterance=utterance,
                    intents=self._ranked(chances),
                    entities=self._entities(utterance, texts[row], found.tags[row], now),
                    sentiment=sentiment_of(moods[row].tolist()),
                    out_of_scope=strange if utterance.text.strip() else 1.0,
                )
            )
            row = after
        return answers

    def pieces(self, text: str) -> Pieces:
        """What the model sees of a text."""
        encoding = self._tokenizer.encode(_sound(text))
        return align(text, encoding) if encoding.ids else _NOTHING

    async def close(self) -> None:
        """Refuses what still waits and frees the thread."""
        await self._batcher.close()
        self._graph.close()

    def _ranked(self, chances: "np.ndarray[Any, Any]") -> tuple[IntentScore, ...]:
        names, values = self.manifest.labels.intents, np.minimum(chances, 1.0).tolist()
        # Stable, as equal chances (of a text with nothing in it, say) must give the same order everywhere.
        return tuple([IntentScore(names[k], values[k]) for k in np.argsort(-chances, kind="stable").tolist()])

    def _entities(
        self, utterance: Utterance, pieces: Pieces, emissions: "np.ndarray[Any, Any]", now: datetime
    ) -> tuple[Entity, ...]:
        text, tagged = utterance.text, []
        for span in decode(pieces.words, emissions, self._transitions):
            kind = self.manifest.labels.entities[span.kind]
            tagged.append(
                Entity(
                    name=kind.name, text=text[span.start : span.end], start=span.start, end=span.end,
                    confidence=min(1.0, span.confidence), role=kind.role, group=kind.group,
                )
            )  # fmt: skip
        return self._grounder.ground(text, tagged, now=now, language=utterance.language)


def _sound(text: str) -> str:
    """Half of a surrogate pair can't be UTF-8, which the tokenizer wants; same length."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def _open_tokenizer(folder: Path, manifest: Manifest) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.enable_truncation(manifest.max_pieces)
    except Exception as error:  # the library raises bare Exceptions
        raise CheckpointError(f"{folder / TOKENIZER}: no tokenizer ({error}); {remedy(folder)}") from error
    return tokenizer


def _open_transitions(folder: Path, manifest: Manifest) -> Transitions:
    found = read_transitions(folder / TRANSITIONS)
    tags = tag_count(len(manifest.labels.entities))
    if len(found.first) != tags:
        raise CheckpointError(
            f"{folder / TRANSITIONS}: does not fit the manifest's labels: {len(found.first)} tags for {tags}; "
            f"{remedy(folder)}"
        )
    return found
