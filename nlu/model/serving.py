"""A model's graph at work: ONNX Runtime only, no torch."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlu.errors import CheckpointError
from nlu.model.alignment import Pieces, tag_count
from nlu.model.labels import Labels
from nlu.model.viterbi import Scores

INPUTS = ("input_ids", "attention_mask", "shapes")
OUTPUTS = ("intent", "sentiment", "tags")

_WASTE = 16
"""A model call costs about as much as this many pieces more in a batch: so much padding is cheaper than two calls."""


_SLOWER = ["SkipLayerNormFusion"]
"""Optimisations that make the graph slower on a CPU: see `fused_graph._normalised`."""


class Outputs(NamedTuple):
    """Of n texts: intent (n, intents) and sentiment (n, 3), and for each text its tags (pieces, tags)."""

    intent: NDArray[np.float64]
    sentiment: NDArray[np.float64]
    tags: list[Scores]


class Graph:
    """Safe to use from several threads.

    A call is computed by one thread: an utterance is too little work to share (on two threads, ONNX Runtime takes a
    fifth more CPU time for it). `threads` are how many calls of a batch are computed at the same time.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Raises what ONNX Runtime raises."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="nlu-graph") if threads > 1 else None
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
        )

    def check(self, labels: Labels) -> str:
        """What does not fit about the graph; "" when all does."""
        if sorted(given.name for given in self._session.get_inputs()) != sorted(INPUTS):
            return f"inputs {[given.name for given in self._session.get_inputs()]}, expected {list(INPUTS)}"
        widths = {output.name: output.shape[-1] for output in self._session.get_outputs()}
        expected = {"intent": len(labels.intents), "sentiment": 3, "tags": tag_count(len(labels.entities))}
        for name, wanted in expected.items():
            if widths.get(name) != wanted:
                return f"{widths.get(name, 'no')} values of {name} for {wanted} labels"
        return ""

    def run(self, texts: Sequence[Pieces]) -> Outputs:
        """Every text must have a piece. Texts of similar length share a call; a text's answer is the same alone."""
        if len(texts) == 1:
            intent, sentiment, tags = self._call(texts)
            return Outputs(intent.astype(np.float64), sentiment.astype(np.float64), [tags[0]])
        parts = groups([len(text.ids) for text in texts], at_least=self._threads)
        given = [[texts[member] for member in members] for members in parts]
        answers = list(self._pool.map(self._call, given) if self._pool else map(self._call, given))
        intents: list[Any] = [None] * len(texts)
        sentiments, found = list(intents), list(intents)
        for members, (intent, sentiment, tags) in zip(parts, answers, strict=True):
            for row, member in enumerate(members):
                intents[member], sentiments[member], found[member] = intent[row], sentiment[row], tags[row]
        return Outputs(np.array(intents, dtype=np.float64), np.array(sentiments, dtype=np.float64), found)

    def close(self) -> None:
        """Frees the threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def _call(self, texts: Sequence[Pieces]) -> list[Any]:
        found: list[Any] = self._session.run(OUTPUTS, dict(zip(INPUTS, padded(texts), strict=True)))
        return found


def open_graph(path: Path, labels: Labels, *, threads: int, remedy: str) -> Graph:
    """Raises CheckpointError, which ends with `remedy`, when the file is no graph or does not fit the labels."""
    try:
        graph = Graph(path, threads=threads)
    except Exception as error:  # ONNX Runtime raises bare Exceptions of its own
        raise CheckpointError(f"{path}: no graph that runs here ({error}); {remedy}") from error
    if reason := graph.check(labels):
        raise CheckpointError(f"{path}: does not fit the manifest's labels: {reason}; {remedy}")
    return graph


def groups(lengths: Sequence[int], *, at_least: int = 1) -> list[list[int]]:
    """The numbers of all texts, longest first, cut where padding would cost more than another call.

    Not fewer than `at_least` groups, as long as one holds enough work for two calls.
    """
    found: list[list[int]] = []
    widest = wasted = 0
    for member in sorted(range(len(lengths)), key=lambda member: -lengths[member]):
        wasted += widest - lengths[member]
        if not found or wasted > _WASTE:
            found.append([])
            widest, wasted = lengths[member], 0
        found[-1].append(member)
    while found and len(found) < at_least:
        largest = max(found, key=lambda group: sum(lengths[member] for member in group))
        if len(largest) < 2 or sum(lengths[member] for member in largest) < 4 * _WASTE:
            break
        at = found.index(largest)
        half = (len(largest) + 1) // 2
        found[at : at + 1] = [largest[:half], largest[half:]]
    return found


def padded(texts: Sequence[Pieces]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """input_ids, attention_mask and shapes: int64 (texts, longest)."""
    if len(texts) == 1:
        ids = np.array([texts[0].ids], dtype=np.int64)
        return ids, np.ones_like(ids), np.array([texts[0].shapes], dtype=np.int64)
    ids = np.zeros((len(texts), max(len(text.ids) for text in texts)), dtype=np.int64)
    mask, shapes = np.zeros_like(ids), np.zeros_like(ids)
    for row, text in enumerate(texts):
        length = len(text.ids)
        ids[row, :length], mask[row, :length], shapes[row, :length] = text.ids, 1, text.shapes
    return ids, mask, shapes
