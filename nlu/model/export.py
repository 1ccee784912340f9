"""The model written to a folder: safetensors, and as an ONNX graph that gives the same answers."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from nlu.errors import CheckpointError
from nlu.model.alignment import tag_count
from nlu.model.encoder import blank_encoder
from nlu.model.joint import JointModel
from nlu.model.manifest import ENCODER_CONFIG, GRAPH, TOKENIZER, WEIGHTS, Manifest, read_folder

INPUTS = ("input_ids", "attention_mask")
OUTPUTS = ("intent", "sentiment", "tags")
LARGEST_DIFFERENCE = 1e-3
"""Between a logit of the graph and of the model; float32 noise is about 1e-5."""


def write_model(folder: Path, model: JointModel, tokenizer: Tokenizer) -> float:
    """Weights, encoder configuration, tokenizer and graph. Returns the largest logit difference of the graph.

    Raises CheckpointError when the graph does not agree with the model.
    """
    model.eval()
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / WEIGHTS)
    model.encoder.config.to_json_file(folder / ENCODER_CONFIG)
    tokenizer.save(str(folder / TOKENIZER))
    _export(model, folder / GRAPH)
    difference = disagreement(model, folder / GRAPH)
    if difference > LARGEST_DIFFERENCE:
        raise CheckpointError(f"the ONNX graph differs from the model by {difference:.2g}; not written")
    return difference


def load_model(folder: Path) -> tuple[JointModel, Manifest]:
    """The torch model of a folder, for further training or comparison. Raises CheckpointError."""
    manifest = read_folder(folder, check=(WEIGHTS, ENCODER_CONFIG, TOKENIZER))
    labels = manifest.labels
    model = JointModel(
        blank_encoder(folder / ENCODER_CONFIG), intents=len(labels.intents), tags=tag_count(len(labels.entities))
    )
    try:
        model.load_state_dict(load_file(folder / WEIGHTS))
    except RuntimeError as error:
        raise CheckpointError(f"{folder / WEIGHTS}: does not fit the manifest; train again") from error
    return model.eval(), manifest


def disagreement(model: JointModel, graph: Path) -> float:
    """The largest difference of any logit over padded batches of several sizes."""
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    draw = np.random.default_rng(0)
    worst = 0.0
    for rows, width in ((1, 3), (1, 17), (5, 9), (8, 30)):
        ids = draw.integers(0, model.encoder.config.vocab_size, (rows, width))
        mask = (np.arange(width) < draw.integers(2, width + 1, (rows, 1))).astype(np.int64)
        with torch.no_grad():
            expected = model(torch.from_numpy(ids), torch.from_numpy(mask))
        found = session.run(list(OUTPUTS), dict(zip(INPUTS, (ids, mask), strict=True)))
        keep = mask.astype(bool)
        pairs = [(expected.intent, found[0]), (expected.sentiment, found[1]), (expected.tags[keep], found[2][keep])]
        worst = max(worst, *(float(np.abs(one.numpy() - other).max()) for one, other in pairs))
    return worst


def _export(model: JointModel, path: Path) -> None:
    """Two rows of four pieces show the shapes; batch and length stay free."""
    ids = torch.tensor([[1, 2, 3, 4], [1, 2, 3, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with _silence():
        torch.onnx.export(
            model, (ids, mask), str(path), input_names=list(INPUTS), output_names=list(OUTPUTS),
            dynamic_shapes=dict.fromkeys(INPUTS, free), dynamo=True, external_data=False, verbose=False,
        )  # fmt: skip


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter prints its progress and warns about its own insides."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
