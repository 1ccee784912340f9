"""The model written to a folder: safetensors, and as ONNX graphs of 32 and of 8 bits that give the same answers."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import onnx
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from nlu.errors import CheckpointError
from nlu.model.agreement import (
    Outputs,
    compare,
    graph_outputs,
    input_reach,
    largest_difference,
    model_outputs,
    prepare,
    sample,
)
from nlu.model.alignment import Pieces, Word, tag_count
from nlu.model.encoder import blank_encoder
from nlu.model.facts import GRAPH_FILES, GraphFacts, Precision
from nlu.model.fused_graph import can_fuse, fused_graph
from nlu.model.joint import JointModel
from nlu.model.linear_layers import float_linear, int8_linear
from nlu.model.manifest import (
    CARD,
    CHECK_TEXTS,
    ENCODER_CONFIG,
    GRAPH,
    MANIFEST,
    SMALL_GRAPH,
    TOKENIZER,
    TRANSITIONS,
    WEIGHTS,
    Manifest,
    check_file,
    read_folder,
    remedy,
    write_folder,
)
from nlu.model.viterbi import write_transitions
from nlu.model.word_shapes import CONTINUED, FIRST, SHAPE_NUMBERS, SPECIAL

LARGEST_DIFFERENCE = 1e-3
"""Between a logit of the fp32 graph and of the model; float32 noise is about 1e-5."""

_RANDOM_TEXTS = 16

_log = logging.getLogger(__name__)


def write_model(
    folder: Path, model: JointModel, tokenizer: Tokenizer, *, texts: Sequence[str] = (), max_pieces: int = 128
) -> tuple[GraphFacts, ...]:
    """Weights, encoder configuration, tokenizer, transitions, graphs and some of the training `texts`.

    Returns what the graphs agree on with the model, measured on those texts. Raises CheckpointError when the fp32
    graph does not give the model's answers.
    """
    model.eval()
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    model.encoder.config.to_json_file(folder / ENCODER_CONFIG)
    tokenizer.save(str(folder / TOKENIZER))
    write_transitions(folder / TRANSITIONS, model.crf.transitions())
    chosen = sample(texts)
    (folder / CHECK_TEXTS).write_bytes(msgspec.json.format(msgspec.json.encode(chosen)) + b"\n")
    return write_graphs(folder, model, prepare(chosen, tokenizer, max_pieces=max_pieces))


def write_graphs(
    folder: Path,
    model: JointModel,
    texts: Sequence[Pieces],
    *,
    precisions: Sequence[Precision] = ("fp32", "int8"),
) -> tuple[GraphFacts, ...]:
    """Only the graphs, with their agreement on `texts` (random pieces when there are none). The fp32 graph is always
    made, to be checked. Raises CheckpointError."""
    texts = texts or random_texts(model)
    expected = model_outputs(model, texts)
    transitions = model.crf.transitions()
    fused = _write_fused(folder, model, texts, expected, small="int8" in precisions)
    if not fused:
        _write_exported(folder, model, small="int8" in precisions)
        if worst_difference(texts, expected, folder / GRAPH) > LARGEST_DIFFERENCE:
            raise CheckpointError("the ONNX graph's answers are not the model's; not written")
    facts = []
    for precision in precisions:
        path = folder / GRAPH_FILES[precision]
        if path.is_file():
            agreement = compare(texts, expected, graph_outputs(path, texts), transitions)
            facts.append(
                GraphFacts(
                    precision=precision, file=path.name, made="fused" if fused else "exported",
                    megabytes=round(path.stat().st_size / 1e6, 1), **msgspec.structs.asdict(agreement),
                )
            )  # fmt: skip
    return tuple(facts)


def export_again(
    folder: Path, *, precisions: Sequence[Precision] = ("fp32", "int8"), texts: Sequence[str] = ()
) -> Manifest:
    """Write these graphs of a model folder anew, and what they agree on into its manifest and card.

    `texts` are like the training texts; without them those that the folder keeps are taken, or random pieces when it
    keeps none. Raises CheckpointError.
    """
    model, manifest = load_model(folder)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    prepared = prepare(sample(texts or _kept_texts(folder, manifest)), tokenizer, max_pieces=manifest.max_pieces)

    def fill(place: Path) -> tuple[GraphFacts, ...]:
        left = shutil.ignore_patterns(MANIFEST, CARD)
        shutil.copytree(folder, place, dirs_exist_ok=True, ignore=left)
        written = write_graphs(place, model, prepared, precisions=precisions)
        other = [graph for graph in manifest.graphs if graph.precision not in precisions]
        return tuple(sorted([*other, *written], key=lambda graph: graph.precision))

    return write_folder(folder, manifest, fill)


def load_model(folder: Path) -> tuple[JointModel, Manifest]:
    """The torch model of a folder, for further training or comparison. Raises CheckpointError."""
    manifest = read_folder(folder, check=(WEIGHTS, ENCODER_CONFIG, TOKENIZER))
    labels = manifest.labels
    try:
        model = JointModel(
            blank_encoder(folder / ENCODER_CONFIG), intents=len(labels.intents), tags=tag_count(len(labels.entities))
        )
        model.load_state_dict(load_file(folder / WEIGHTS))
    except (RuntimeError, ValueError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CheckpointError(
            f"{folder / WEIGHTS}: does not fit the manifest's labels ({reason}); {remedy(folder)}"
        ) from error
    return model.eval(), manifest


def disagreement(model: JointModel, graph: Path) -> float:
    """The largest difference of any logit that is used, over texts of random pieces."""
    texts = random_texts(model)
    return worst_difference(texts, model_outputs(model.eval(), texts), graph)


def worst_difference(texts: Sequence[Pieces], expected: Sequence[Outputs], graph: Path) -> float:
    """The largest difference of any logit that is used."""
    found = graph_outputs(graph, texts)
    return max(largest_difference(*three) for three in zip(texts, expected, found, strict=True))


def random_texts(model: JointModel) -> list[Pieces]:
    """Texts of 3 to 30 random pieces, each word of one or two."""
    draw = np.random.default_rng(0)
    vocabulary = int(model.encoder.config.vocab_size)
    texts = []
    for _ in range(_RANDOM_TEXTS):
        length = int(draw.integers(3, 31))
        starts = draw.random(length - 2) < 0.7
        starts[0] = True
        inner = [int(draw.integers(FIRST, SHAPE_NUMBERS)) if start else CONTINUED for start in starts]
        words = tuple(Word(at, at + 1, at + 1) for at, start in enumerate(starts) if start)
        texts.append(Pieces(draw.integers(0, vocabulary, length).tolist(), [SPECIAL, *inner, SPECIAL], words))
    return texts


def _kept_texts(folder: Path, manifest: Manifest) -> list[str]:
    if not (folder / CHECK_TEXTS).is_file():
        return []
    check_file(folder / CHECK_TEXTS, manifest)
    return msgspec.json.decode((folder / CHECK_TEXTS).read_bytes(), type=list[str])


def _write_fused(
    folder: Path, model: JointModel, texts: Sequence[Pieces], expected: Sequence[Outputs], *, small: bool
) -> bool:
    """Whether the encoder allows it and the graph agrees with the model."""
    if not can_fuse(model.encoder):
        return False
    onnx.save(fused_graph(model, float_linear, {}), folder / GRAPH)
    difference = worst_difference(texts, expected, folder / GRAPH)
    if difference > LARGEST_DIFFERENCE:
        _log.warning("the fused graph differs from the model by %.2g; the slower exporter is used", difference)
        return False
    if small:
        onnx.save(fused_graph(model, int8_linear, input_reach(model, texts)), folder / SMALL_GRAPH)
    return True


def _write_exported(folder: Path, model: JointModel, *, small: bool) -> None:
    # Two seconds of imports that models with fused graphs need not pay.
    from nlu.model.exporting import export_graph, quantise_graph

    export_graph(model, folder / GRAPH)
    if small:
        (folder / SMALL_GRAPH).unlink(missing_ok=True)
        try:
            quantise_graph(folder / GRAPH, folder / SMALL_GRAPH)
        except Exception as error:  # the quantiser raises bare errors on operators it does not know
            (folder / SMALL_GRAPH).unlink(missing_ok=True)
            _log.warning("no graph of 8 bits: %s", error)
