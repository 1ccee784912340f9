"""Graphs of encoders that can't be written with fused operators: torch's exporter, ONNX Runtime's quantisation."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlu.model.joint import JointModel
from nlu.model.serving import INPUTS, OUTPUTS


def export_graph(model: JointModel, path: Path) -> None:
    """Takes 10 to 35 s. Two rows of four pieces show the shapes; batch and length stay free."""
    ids = torch.tensor([[1, 2, 3, 4], [1, 2, 3, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    shapes = torch.tensor([[0, 2, 1, 0], [0, 3, 0, 0]])
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with _silence():
        torch.onnx.export(
            model, (ids, mask, shapes), str(path), input_names=list(INPUTS), output_names=list(OUTPUTS),
            dynamic_shapes=dict.fromkeys(INPUTS, free), dynamo=True, external_data=False, verbose=False,
        )  # fmt: skip


def quantise_graph(graph: Path, small: Path) -> None:
    """Matrix products in 8 bits, a step a channel; weights keep to 7 bits for processors without VNNI."""
    with _silence():
        quantize_dynamic(
            str(graph), str(small), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
        )  # fmt: skip


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter prints its progress and warns about its own insides; the quantisation advises."""
    loggers = [logging.getLogger("torch.onnx"), logging.getLogger()]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
