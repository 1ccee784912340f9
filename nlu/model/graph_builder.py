"""ONNX graphs written node by node: constants and operators get names of their own."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

RUNTIME = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""

_OPSETS = (helper.make_opsetid("", 18), helper.make_opsetid(RUNTIME, 1))
_IR_VERSION = 10


class GraphBuilder:
    """Values are named by strings, as ONNX does; "" stands for an input left out."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[Any] | np.generic) -> str:
        """The name of an array that is part of the graph."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """The only output of a new node."""
        return self.add_many(kind, *inputs, outputs=1, domain=domain, **attributes)[0]

    def add_many(self, kind: str, *inputs: str, outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        """All outputs of a new node."""
        number = len(self._nodes)
        names = [f"{kind}_{number}_{output}" for output in range(outputs)]
        self._nodes.append(
            helper.make_node(kind, list(inputs), names, name=f"{kind}_{number}", domain=domain, **attributes)
        )
        return names

    def name_output(self, value: str, name: str) -> None:
        """Give `value` the name of an output of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=f"output_{name}"))

    def build(self, inputs: dict[str, list[str | int]], outputs: dict[str, list[str | int]]) -> onnx.ModelProto:
        """The model; inputs are int64 and outputs float32, of the shapes given."""
        graph = helper.make_graph(
            self._nodes,
            "kefu",
            [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in outputs.items()],
            self._constants,
        )
        return helper.make_model(graph, opset_imports=_OPSETS, ir_version=_IR_VERSION, producer_name="kefu")
