"""Interpreter: utterance in, meaning out; one for all calls."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from nlu.batching import Batcher
from nlu.errors import CheckpointError
from nlu.grounding import Grounder
from nlu.model.alignment import decode_tags, words_of
from nlu.model.calibration import out_of_scope_score, softmax
from nlu.model.labels import OUT_OF_SCOPE
from nlu.model.manifest import GRAPH, TOKENIZER, Manifest, read_folder
from nlu.understanding import Entity, IntentScore, Sentiment, SentimentLabel, Understanding, Utterance

Clock = Callable[[], datetime]

_SENTIMENTS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")


class Interpreter:
    """Understands with the ONNX graph of a model folder; concurrent requests share model calls."""

    def __init__(
        self,
        manifest: Manifest,
        tokenizer: Tokenizer,
        session: onnxruntime.InferenceSession,
        *,
        clock: Clock = datetime.now,
        currency: str = "GBP",
    ) -> None:
        self.manifest = manifest
        self._tokenizer = tokenizer
        self._session = session
        self._clock = clock
        self._grounder = Grounder(manifest.knowledge, currency=currency)
        labels = manifest.labels
        self._outside = labels.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels.intents else None
        self._batcher = Batcher(self.interpret_batch, name="nlu")

    @classmethod
    def open(
        cls, checkpoint: Path, *, threads: int = 1, clock: Clock = datetime.now, currency: str = "GBP"
    ) -> "Interpreter":
        """The model in folder `checkpoint`, warmed up; blocks for about a second.

        `clock` gives the caller's local time; `currency` is taken where an amount names none.
        Raises CheckpointError when the folder is no sound model.
        """
        manifest = read_folder(checkpoint)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(checkpoint / GRAPH), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(checkpoint / TOKENIZER))
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise CheckpointError(f"{checkpoint}: {error}; train it again: kefu train --force") from error
        tokenizer.enable_truncation(manifest.max_pieces)
        interpreter = cls(manifest, tokenizer, session, clock=clock, currency=currency)
        interpreter.interpret_batch([Utterance(text="hello")])
        return interpreter

    async def interpret(self, utterance: Utterance) -> Understanding:
        """Raises OverloadedError when too many wait."""
        return await self._batcher.submit(utterance)

    def interpret_batch(self, utterances: Sequence[Utterance]) -> list[Understanding]:
        """One model call for all; blocks. Safe from any thread."""
        if not utterances:
            return []
        encodings = self._tokenizer.encode_batch([utterance.text for utterance in utterances])
        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        intent, sentiment, tags = self._session.run(
            ["intent", "sentiment", "tags"], {"input_ids": ids, "attention_mask": mask}
        )
        labels, calibration = self.manifest.labels, self.manifest.calibration
        intent = np.asarray(intent, dtype=np.float64)
        outside = out_of_scope_score(intent, calibration, in_scope=labels.in_scope)
        intents = softmax(intent, temperature=calibration.temperature)
        moods = softmax(np.asarray(sentiment, dtype=np.float64))
        spans = softmax(np.asarray(tags, dtype=np.float64))
        now = self._clock()
        return [
            self._understand(utterance, encodings[row], intents[row], float(outside[row]), moods[row], spans[row], now)
            for row, utterance in enumerate(utterances)
        ]

    async def close(self) -> None:
        """Refuses what still waits and frees the thread."""
        await self._batcher.close()

    def _understand(
        self,
        utterance: Utterance,
        encoding: Encoding,
        intents: "np.ndarray[Any, Any]",
        outside: float,
        moods: "np.ndarray[Any, Any]",
        tags: "np.ndarray[Any, Any]",
        now: datetime,
    ) -> Understanding:
        ranked = sorted(zip(self.manifest.labels.intents, intents.tolist(), strict=True), key=lambda pair: -pair[1])
        if self._outside is not None:
            outside = max(outside, float(intents[self._outside]))
        if not utterance.text.strip():
            outside = 1.0
        mood = int(moods.argmax())
        return Understanding(
            utterance=utterance,
            intents=tuple(IntentScore(name, min(1.0, probability)) for name, probability in ranked),
            entities=self._grounder.ground(
                utterance.text, self._entities(utterance.text, encoding, tags), now=now, language=utterance.language
            ),
            sentiment=Sentiment(_SENTIMENTS[mood], float(moods[2] - moods[0])),
            out_of_scope=outside,
        )

    def _entities(self, text: str, encoding: Encoding, tags: "np.ndarray[Any, Any]") -> list[Entity]:
        words = words_of(encoding.offsets, encoding.word_ids)
        best = tags.argmax(axis=-1)
        chosen = [int(best[word.piece]) for word in words]
        sure = [float(tags[word.piece, tag]) for word, tag in zip(words, chosen, strict=True)]
        found = []
        for span in decode_tags(words, chosen, sure):
            kind = self.manifest.labels.entities[span.kind]
            found.append(
                Entity(
                    name=kind.name, text=text[span.start : span.end], start=span.start, end=span.end,
                    confidence=span.confidence, role=kind.role, group=kind.group,
                )
            )  # fmt: skip
        return found
