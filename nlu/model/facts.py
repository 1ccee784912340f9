"""What a model folder says about itself: its data, its graphs, and the manifest of it all. Imports no torch."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus
from nlu.errors import CheckpointError
from nlu.grounding import Knowledge
from nlu.model.calibration import Calibration
from nlu.model.labels import Labels

Precision = Literal["fp32", "int8"]

GRAPH = "model.onnx"
SMALL_GRAPH = "model.int8.onnx"

GRAPH_FILES: Mapping[Precision, str] = {"fp32": GRAPH, "int8": SMALL_GRAPH}

INTENT_BAR, TAG_BAR = 0.99, 0.995
"""With precision "auto", the graph of 8 bits serves when at least these shares of intents and tags are the model's."""


class DataFacts(Struct, frozen=True, kw_only=True):
    """The training data: how much of it, its fingerprint, and how many examples of each intent and spans of each
    entity."""

    examples: int = 0
    dev_examples: int = 0
    sha256: str = ""
    intents: Mapping[str, int] = {}
    entities: Mapping[str, int] = {}


class GraphFacts(Struct, frozen=True, kw_only=True):
    """One ONNX graph, and how well it agrees with the torch model on `texts` of the training texts.

    `made`: "fused" (written with fused operators) or "exported" (by torch's exporter). The agreements are shares of
    equal best intents (of texts), equal tags (of words) and equal entities (of all entities that either found).
    `largest_difference` is of any logit.
    """

    precision: Precision
    file: str
    made: Literal["fused", "exported"]
    megabytes: float
    texts: int
    intent_agreement: float
    tag_agreement: float
    entity_agreement: float
    largest_difference: float


class Manifest(Struct, frozen=True, kw_only=True):
    """Everything about a model but its weights. `files` maps each file to its SHA-256."""

    format: int
    fingerprint: str
    encoder: str
    max_pieces: int
    labels: Labels
    calibration: Calibration
    knowledge: Knowledge
    metrics: Mapping[str, float]
    settings: Mapping[str, Any] = {}
    data: DataFacts = DataFacts()
    graphs: tuple[GraphFacts, ...] = ()
    files: Mapping[str, str] = {}

    def served(self, precision: Precision | Literal["auto"]) -> Precision:
        """The graph to serve with. Raises CheckpointError when the folder has none of that precision."""
        there = {graph.precision: graph for graph in self.graphs}
        if precision != "auto":
            if GRAPH_FILES[precision] not in self.files:
                raise CheckpointError(f"no {precision} graph in this model; write it: kefu nlu export --model FOLDER")
            return precision
        small = there.get("int8")
        good = small and small.intent_agreement >= INTENT_BAR and small.tag_agreement >= TAG_BAR
        return "int8" if good else "fp32"


def data_facts(corpus: Corpus, dev: Corpus | None = None) -> DataFacts:
    """Of the training data, and of the dev set only its size. The order of the examples changes nothing."""
    digest = hashlib.sha256()
    for line in sorted(msgspec.json.encode(example) for example in corpus.examples):
        digest.update(line + b"\n")
    entities = Counter(entity.name for example in corpus.examples for entity in example.entities)
    intents = Counter(example.intent for example in corpus.examples if example.intent)
    return DataFacts(
        examples=len(corpus.examples),
        dev_examples=len(dev.examples) if dev else 0,
        sha256=digest.hexdigest(),
        intents=dict(sorted(intents.items())),
        entities=dict(sorted(entities.items())),
    )
