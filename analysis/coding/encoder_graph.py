"""The encoder's layers as an ONNX graph that ONNX Runtime reads from memory, in whole numbers of eight bits.

Products of 8-bit numbers take less than half the time of 32-bit ones. The weights are rounded here, one scale
for each column; what goes through is rounded by ONNX Runtime with one scale for each text it reads. An ONNX
file is a protocol buffer (onnx.proto3 of github.com/onnx/onnx): numbered fields, written here by hand, so
that neither the package ``onnx`` nor a second copy of the weights is needed.
"""

import struct
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Layer = Mapping[str, Array]

_IR, _OPSET = 8, 17  # of ONNX; what ONNX Runtime has read since 1.12
_MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators, which do several steps in one
_HEADS = 12
_TOP = 127  # the largest 8-bit number on both sides of zero
_TYPES = {"float32": 1, "int8": 3, "int64": 7}
_PRODUCTS = {
    "asked": "attention.self",
    "heard": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}


def session(layers: Sequence[Layer], kept: Sequence[int]) -> Any:
    """An ONNX Runtime session: ``x`` (1 x pieces x width) in, the states after the layers ``kept`` (from 0) out."""
    runtime = import_module("onnxruntime")
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return runtime.InferenceSession(graph(layers, kept), options, providers=["CPUExecutionProvider"])


def graph(layers: Sequence[Layer], kept: Sequence[int]) -> bytes:
    """The ONNX file of these layers."""
    width = len(layers[0]["output.dense.bias"])
    nodes, numbers = b"", _number("thirds", np.full(3, width, dtype=np.int64))
    for at, layer in enumerate(layers):
        numbers += b"".join(_number(f"{at}.{name}", part) for name, part in _stored(layer).items())
        nodes += b"".join(_layer(f"{at}.", f"{at - 1}.state" if at else "x"))
    states = b"".join(_field(12, _value(f"{at}.state", width)) for at in kept)
    body = nodes + _field(2, "encoder") + numbers + _field(11, _value("x", width)) + states
    sets = _field(8, _field(1, "") + _field(2, _OPSET)) + _field(8, _field(1, _MICROSOFT) + _field(2, 1))
    return _field(1, _IR) + _field(7, body) + sets


def _layer(at: str, came: str) -> list[bytes]:
    """One layer: every word asks every other, then each is thought over."""

    def product(source: str, name: str) -> bytes:
        parts = [at + name + part for part in (".whole", ".scale", ".zero", ".bias")]
        return _node("DynamicQuantizeMatMul", [source, *parts], [at + name])

    def normal(source: str, more: str, name: str, out: str) -> bytes:
        inputs = [source, at + more, at + name + ".weight", at + name + ".bias"]
        return _node("SkipLayerNormalization", inputs, [at + out], epsilon=1e-12)

    asked = [at + name for name in ("query", "key", "value")]
    return [
        product(came, "asked"),
        _node("Split", [at + "asked", "thirds"], asked, "", axis=2),
        _node("MultiHeadAttention", asked, [at + "near"], num_heads=_HEADS),
        product(at + "near", "heard"),
        normal(came, "heard", "attention.output.LayerNorm", "between"),
        product(at + "between", "wide"),
        _node("FastGelu", [at + "wide"], [at + "bent"]),
        product(at + "bent", "narrow"),
        normal(at + "between", "narrow", "output.LayerNorm", "state"),
    ]


def _stored(layer: Layer) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {name: part for name, part in layer.items() if "LayerNorm" in name}
    for name, source in _PRODUCTS.items():
        weights = layer[source + ".weight"]
        scale = np.abs(weights).max(axis=0) / np.float32(_TOP)
        found[name + ".whole"] = np.rint(weights / scale).astype(np.int8)
        found[name + ".scale"] = scale
        found[name + ".zero"] = np.zeros(len(scale), dtype=np.int8)
        found[name + ".bias"] = layer[source + ".bias"]
    return found


# Protocol buffers: each field is its number and kind, then its value; texts and messages with their length.


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _whole(number << 3) + _whole(value)
    if isinstance(value, float):
        return _whole(number << 3 | 5) + struct.pack("<f", value)
    text = value.encode() if isinstance(value, str) else value
    return _whole(number << 3 | 2) + _whole(len(text)) + text


def _whole(number: int) -> bytes:
    """Seven bits in each byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _number(name: str, numbers: NDArray[Any]) -> bytes:
    shape = b"".join(_field(1, size) for size in numbers.shape)
    return _field(5, shape + _field(2, _TYPES[numbers.dtype.name]) + _field(8, name) + _field(9, numbers.tobytes()))


def _node(what: str, inputs: list[str], outputs: list[str], domain: str = _MICROSOFT, **settings: float) -> bytes:
    names = b"".join(_field(1, each) for each in inputs) + b"".join(_field(2, each) for each in outputs)
    set_to = b"".join(_field(5, _setting(name, value)) for name, value in settings.items())
    return _field(1, names + _field(4, what) + set_to + _field(7, domain))


def _setting(name: str, value: float) -> bytes:
    place, kind = (3, 2) if isinstance(value, int) else (2, 1)
    return _field(1, name) + _field(place, value) + _field(20, kind)


def _value(name: str, width: int) -> bytes:
    sizes = [_field(1, 1), _field(2, "pieces"), _field(1, width)]
    shape = b"".join(_field(1, size) for size in sizes)
    return _field(1, name) + _field(2, _field(1, _field(1, 1) + _field(2, shape)))
