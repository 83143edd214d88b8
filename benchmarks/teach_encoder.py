"""Teaches the sentence encoder anew and writes ``analysis/coding/training/encoder.npz``.

Run whenever ``train.jsonl`` changes, with ``jax`` and ``optax`` installed for the purpose and ``make
install-encoder`` done: ``.venv/bin/python benchmarks/teach_encoder.py``. It takes some ten minutes of one core.
Layers 5 and 6 learn changes of low rank, and a head that reads what layers 4 and 6 make of each piece of a
word. All passages of a response are read together. Products are of 16-bit numbers (bfloat16), sums of 32 bits.
The scores kept for the training passages come from a trial encoder that was taught by other writers; it stays
in ``instance/models`` for ``encoder_errors.py``.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

from analysis.coding.encoder import HEAD, Encoder, Window, reader, windows  # noqa: E402
from analysis.coding.model import TRAINING, read_training  # noqa: E402
from analysis.coding.suggester import SectionSuggester  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402

TRIAL = ROOT / "instance" / "models" / "trial-encoder.npz"
LEFT_OUT = r"W[14]-\d+"  # responses of two writers of ten, a third of all
PARTS = {
    "attention.self": (384, 1152),
    "attention.output.dense": (384, 384),
    "intermediate.dense": (384, 1536),
    "output.dense": (1536, 384),
}
LOWER, LAYERS, HEADS, WIDTH = 4, 6, 12, 384
RANK, HIDDEN, LOOKS = 8, 256, 4
EPOCHS, RATES, DROPPED = 2, {"low rank": 1.5e-3, "head": 1e-3}, 0.2
SECTIONS, LESS = 4, 0.3  # what is learnt besides the sections counts for less
PIECES, LENGTHS, PASSAGE = 2048, (24, 40, 64, 144), 64  # pieces in a batch; lengths of its texts; of a passage
Numbers = dict[str, Any]


def fresh(seed: int, questions: int) -> dict[str, Numbers]:
    """Nothing learnt: no change to the layers, and a head of random numbers."""
    random = np.random.default_rng(seed)

    def some(rows: int, columns: int) -> Any:
        return jnp.asarray(random.normal(size=(rows, columns)) / np.sqrt(rows), jnp.float32)

    changes: Numbers = {}
    for layer in range(LOWER, LAYERS):
        for part, (rows, columns) in PARTS.items():
            changes[f"{layer}.{part}.down"] = some(rows, RANK)
            changes[f"{layer}.{part}.up"] = jnp.zeros((RANK, columns))
    head = {
        "w1": some(2 * WIDTH, HIDDEN),
        "b1": jnp.zeros(HIDDEN),
        "q": some(HIDDEN, LOOKS),
        "w2": some(HIDDEN * (2 + LOOKS), HIDDEN),
        "b2": jnp.zeros(HIDDEN),
        "w3": some(HIDDEN, questions) * 0.3,
        "b3": jnp.zeros(questions),
    }
    return {"low rank": changes, "head": head}


def _product(x: Any, weights: Any) -> Any:
    """Matrix product of 16-bit numbers."""
    sides = (((1,), (0,)), ((), ()))
    return jax.lax.dot_general(x.astype(jnp.bfloat16), weights.astype(jnp.bfloat16), sides, None, jnp.float32)


def _backwards(kept: tuple[Any, Any], slope: Any) -> tuple[Any, Any]:
    x, weights = kept
    return _product(slope, weights.T), _product(x.T, slope).astype(weights.dtype)


product = jax.custom_vjp(_product)  # 16 bits forwards and backwards
product.defvjp(lambda x, weights: (_product(x, weights), (x, weights)), _backwards)


def normal(x: Any, layer: Numbers, name: str) -> Any:
    """Layer normalisation."""
    middle = x - x.mean(-1, keepdims=True)
    spread = jax.lax.rsqrt((middle * middle).mean(-1, keepdims=True) + 1e-12)
    return middle * spread * layer[f"{name}.LayerNorm.weight"] + layer[f"{name}.LayerNorm.bias"]


def layered(number: int, layer: Numbers, changes: Numbers, x: Any, there: Any) -> Any:
    """One layer of the encoder (texts x pieces x width), with its changes where there are any."""
    texts, pieces, _ = x.shape
    far = jnp.where(there[:, None, None, :], 0, -1e9)

    def dense(x: Any, part: str) -> Any:
        flat = x.reshape(-1, x.shape[-1])
        found = product(flat, jax.lax.stop_gradient(layer[f"{part}.weight"])) + layer[f"{part}.bias"]
        if f"{number}.{part}.down" in changes:
            found += product(product(flat, changes[f"{number}.{part}.down"]), changes[f"{number}.{part}.up"])
        return found.reshape(texts, pieces, -1)

    query, key, value = dense(x, "attention.self").reshape(texts, pieces, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
    near = jax.nn.softmax(jnp.einsum("bhid,bhjd->bhij", query, key) / np.sqrt(WIDTH / HEADS) + far, -1)
    heard = jnp.einsum("bhij,bhjd->bhid", near, value).transpose(0, 2, 1, 3).reshape(texts, pieces, WIDTH)
    x = normal(x + dense(heard, "attention.output.dense"), layer, "attention.output")
    wide = jax.nn.gelu(dense(x, "intermediate.dense"), approximate=True)
    return normal(x + dense(wide, "output.dense"), layer, "output")


def answered(taught: dict[str, Numbers], layers: list[Numbers], batch: Numbers, key: Any) -> Any:
    """What ``analysis/coding/encoder.py`` works out, in JAX, with some numbers dropped when learning."""

    def drop(numbers: Any, which: int) -> Any:
        bits = jax.random.bits(jax.random.fold_in(key, which), numbers.shape, jnp.uint8)
        return numbers * (bits < int(256 * (1 - DROPPED))) / (1 - DROPPED)

    head, x = taught["head"], batch["states"]
    for number in range(LOWER, LAYERS):
        x = layered(number, layers[number], taught["low rank"], x, batch["there"])
    states = jnp.concatenate([batch["states"], x], -1).reshape(-1, 2 * WIDTH)
    words = jax.nn.relu(product(drop(states, 0), head["w1"]) + head["b1"])
    mask = (batch["at"] >= 0)[..., None]
    seen = words[jnp.maximum(batch["at"], 0)] * mask
    near = jax.nn.softmax(jnp.where(mask, seen @ head["q"], -1e9), 1)
    looks = jnp.einsum("btk,bth->bkh", near, seen).reshape(len(seen), -1)
    parts = [seen.sum(1) / jnp.maximum(mask.sum(1), 1), seen.max(1), looks]
    hidden = drop(jax.nn.relu(drop(jnp.concatenate(parts, -1), 1) @ head["w2"] + head["b2"]), 2)
    return hidden @ head["w3"] + head["b3"]


def loss(taught: dict[str, Numbers], layers: list[Numbers], batch: Numbers, key: Any) -> Any:
    """Cross-entropy over all questions of the passages that are there."""
    weights = jnp.where(jnp.arange(batch["truths"].shape[1]) < SECTIONS, 1.0, LESS)
    each = optax.sigmoid_binary_cross_entropy(answered(taught, layers, batch, key), batch["truths"]) * weights
    there = batch["at"][:, 0] >= 0
    return (each.sum(-1) * there).sum() / there.sum()


def batches(texts: list[Window], random: Any) -> Iterator[list[Window]]:
    """Texts of alike length together, as many as fit, in any order."""
    size = np.array([len(each.pieces) for each in texts]) + random.random(len(texts)) * 6
    left = [texts[at] for at in np.argsort(-size, kind="stable")]
    cut = []
    while left:
        longest = max(len(each.pieces) for each in left[: PIECES // LENGTHS[0]])
        count = PIECES // next(length for length in LENGTHS if length >= longest)
        cut.append(left[:count])
        left = left[count:]
    random.shuffle(cut)
    yield from cut


def packed(some: list[Window], read: dict[int, Any], truths: Any) -> Numbers:
    """A batch: states of the lower layers, which pieces are there, where each passage stands, its truths."""
    length = next(each for each in LENGTHS if each >= max(len(text.pieces) for text in some))
    states = np.zeros((PIECES // length, length, WIDTH), np.float32)
    there = np.zeros(states.shape[:2], bool)
    there[:, 0] = True
    count = -(-max(sum(len(text.passages) for text in some), 128) // 64) * 64
    at = np.full((count, min(PASSAGE, length)), -1, np.int32)
    wanted = np.zeros((count, truths.shape[1]), np.float32)
    passage = 0
    for place, text in enumerate(some):
        states[place, : len(text.pieces)] = read[text.passages[0][0]]
        there[place, : len(text.pieces)] = True
        for row, first, end in text.passages:
            at[passage, : end - first] = np.arange(place * length + first, place * length + end)
            wanted[passage] = truths[row]
            passage += 1
    return {"states": states, "there": there, "at": at, "truths": wanted}


def taught_by(texts: list[Window], read: dict[int, Any], layers: list[Numbers], truths: Any, seed: int) -> Numbers:
    """Changes and head that have learnt from these texts."""
    random = np.random.default_rng(seed)
    taught = fresh(seed, truths.shape[1])
    steps = len(list(batches(texts, np.random.default_rng(0)))) * EPOCHS
    rules = {
        name: optax.adamw(optax.warmup_cosine_decay_schedule(0, rate, steps // 10, steps + 1), weight_decay=0.02)
        for name, rate in RATES.items()
    }
    rule = optax.chain(optax.clip_by_global_norm(5.0), optax.multi_transform(rules, {name: name for name in RATES}))
    state, learn = rule.init(taught), jax.jit(jax.grad(loss))
    change = jax.jit(rule.update)
    coming = (some for _ in range(EPOCHS + 1) for some in batches(texts, random))
    for number in range(steps):
        batch = packed(next(coming), read, truths)
        slope = learn(taught, layers, batch, jax.random.PRNGKey(seed * 100_000 + number))
        step, state = change(slope, state, taught)
        taught = optax.apply_updates(taught, step)
    return {name: np.asarray(part, np.float16) for parts in taught.values() for name, part in parts.items()}


def lower_states(texts: list[Window], encoder: Encoder, layers: list[Numbers]) -> dict[int, Any]:
    """What the layers that learn nothing make of each text, by the row of its first passage."""
    found = {}
    read = jax.jit(lambda x, there: [x := layered(number, layers[number], {}, x, there) for number in range(LOWER)][-1])
    for some in batches(texts, np.random.default_rng(0)):
        embedded = {text.passages[0][0]: encoder.embedded(text.pieces) for text in some}
        batch = packed(some, embedded, np.zeros((max(embedded) + 144, 1)))
        states = np.asarray(read(batch["states"], batch["there"]), np.float16)
        for text, each in zip(some, states, strict=False):
            found[text.passages[0][0]] = each[: len(text.pieces)]
    return found


def left_out() -> Any:
    """Of each response, whether its writer is one of the two whom the trial encoder does not read."""
    names = [json.loads(line)["id"] for line in TRAINING.open(encoding="utf-8")]
    return np.array([re.fullmatch(LEFT_OUT, name) is not None for name in names])


def main() -> None:
    """Teach a trial encoder without two of the writers, then the one that is kept on everything.

    The trial encoder's scores of the texts it never saw are kept, for the suggester to learn how far to trust it.
    """
    passages, coded, groups = read_training(TRAINING)
    truths = SectionSuggester(load_edition("mdan"))._truths(coded).astype(np.float32)
    encoder = Encoder(reader().path, None)
    layers = [encoder.layer(number) for number in range(LAYERS)]
    texts = list(windows([encoder.pieces.of(passage) for passage in passages], groups))
    read = lower_states(texts, encoder, layers)
    unseen = left_out()[groups]
    learnt = [text for text in texts if not unseen[text.passages[0][0]]]
    rows = np.flatnonzero(unseen)
    fitted = np.full(truths.shape, np.nan, np.float16)
    TRIAL.parent.mkdir(parents=True, exist_ok=True)
    np.savez(TRIAL, allow_pickle=False, **taught_by(learnt, read, layers, truths, 0))
    trial = Encoder(encoder.path, TRIAL)
    fitted[rows] = trial.scores([passages[row] for row in rows], [groups[row] for row in rows])
    whole = taught_by(texts, read, layers, truths, 99)
    np.savez_compressed(HEAD, allow_pickle=False, fitted=fitted, **whole)


if __name__ == "__main__":
    main()
