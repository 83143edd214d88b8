"""Teaches the head of the sentence encoder anew and writes ``analysis/coding/training/encoder.npz``.

Run whenever ``train.jsonl`` changes, with ``jax`` and ``optax`` installed for the purpose and ``make
install-encoder`` done: ``.venv/bin/python benchmarks/teach_encoder.py``. It took 25 minutes on two busy cores.
The head reads what layers 4 and 6 make of each piece of a word; the encoder itself is not changed.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

from analysis.coding.encoder import HEAD, reader  # noqa: E402
from analysis.coding.linear import folds  # noqa: E402
from analysis.coding.model import TRAINING, read_training  # noqa: E402
from analysis.coding.suggester import SectionSuggester  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402

WIDE, HIDDEN, LOOKS = 768, 256, 4
BATCH, EPOCHS, RATE, DROPPED = 64, 5, 1e-3, 0.2
SECTIONS, LESS = 4, 0.3  # what is learnt besides the sections counts for less


def fresh(seed: int, questions: int) -> dict[str, Any]:
    """An untaught head."""
    random = np.random.default_rng(seed)

    def some(rows: int, columns: int) -> Any:
        return jnp.asarray(random.normal(size=(rows, columns)) / np.sqrt(rows), jnp.float32)

    return {
        "w1": some(WIDE, HIDDEN),
        "b1": jnp.zeros(HIDDEN),
        "q": some(HIDDEN, LOOKS),
        "w2": some(HIDDEN * (2 + LOOKS), HIDDEN),
        "b2": jnp.zeros(HIDDEN),
        "w3": some(HIDDEN, questions) * 0.3,
        "b3": jnp.zeros(questions),
    }


def answered(head: dict[str, Any], states: Any, there: Any, key: Any) -> Any:
    """What ``analysis/coding/encoder.py`` works out, in JAX, with some numbers dropped when learning."""

    def drop(numbers: Any, which: int) -> Any:
        if key is None:
            return numbers
        kept = jax.random.bernoulli(jax.random.fold_in(key, which), 1 - DROPPED, numbers.shape)
        return numbers * kept / (1 - DROPPED)

    seen = jax.nn.relu(drop(states, 0) @ head["w1"] + head["b1"])
    mask = there[..., None]
    near = jax.nn.softmax(jnp.where(mask, seen @ head["q"], -1e9), axis=1)
    looks = jnp.einsum("btk,bth->bkh", near, seen).reshape(len(seen), -1)
    parts = [(seen * mask).sum(1) / mask.sum(1), jnp.where(mask, seen, 0).max(1), looks]
    hidden = drop(jax.nn.relu(drop(jnp.concatenate(parts, -1), 1) @ head["w2"] + head["b2"]), 2)
    return hidden @ head["w3"] + head["b3"]


def loss(head: dict[str, Any], states: Any, there: Any, truths: Any, key: Any) -> Any:
    """Cross-entropy over all questions."""
    weights = jnp.where(jnp.arange(truths.shape[1]) < SECTIONS, 1.0, LESS)
    each = optax.sigmoid_binary_cross_entropy(answered(head, states, there, key), truths)
    return (each * weights).sum(-1).mean()


def batches(read: list[Any], rows: Any, random: Any = None) -> Any:
    """Rows of alike length together, with their padded states."""
    size = np.array([len(read[row]) for row in rows]) + (random.random(len(rows)) * 6 if random else 0)
    order = np.argsort(size, kind="stable")
    cut = [rows[order[at : at + BATCH]] for at in range(0, len(rows), BATCH)]
    if random:
        random.shuffle(cut)
    for some in cut:
        longest = -(-max(len(read[row]) for row in some) // 16) * 16
        states = np.zeros((BATCH, longest, WIDE), np.float32)
        there = np.zeros((BATCH, longest), bool)
        there[:, 0] = True
        for at, row in enumerate(some):
            states[at, : len(read[row])] = read[row]
            there[at, : len(read[row])] = True
        yield some, states, there


def taught(read: list[Any], truths: Any, rows: Any, seed: int) -> dict[str, Any]:
    """A head that has learnt from these rows."""
    random = np.random.default_rng(seed)
    head = fresh(seed, truths.shape[1])
    steps = -(-len(rows) // BATCH) * EPOCHS
    rule = optax.adamw(optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps), weight_decay=0.02)
    state, number = rule.init(head), 0
    learn = jax.jit(jax.value_and_grad(loss))
    for _ in range(EPOCHS):
        for some, states, there in batches(read, rows, random):
            number += 1
            if len(some) == BATCH:
                _, slope = learn(head, states, there, truths[some], jax.random.PRNGKey(seed * 100_000 + number))
                change, state = rule.update(slope, state, head)
                head = optax.apply_updates(head, change)
    return head


def main() -> None:
    """Teach one head for each quarter left out, then one on everything; keep that one and what the others said."""
    passages, coded, groups = read_training(TRAINING)
    truths = SectionSuggester(load_edition("mdan"))._truths(coded).astype(np.float32)
    encoder = reader()
    read = []
    for passage in passages:
        states, _ = encoder.states([encoder.pieces.of(passage)])
        read.append(states[0].astype(np.float16))
    fitted = np.zeros(truths.shape, np.float16)
    for number, (learnt, tried) in enumerate(folds(np.array(groups), 4, 0)):
        head = taught(read, truths, learnt, number)
        for some, states, there in batches(read, tried):
            fitted[some] = np.asarray(answered(head, states, there, None))[: len(some)]
    whole = {
        name: np.asarray(part, np.float16) for name, part in taught(read, truths, np.arange(len(read)), 99).items()
    }
    np.savez_compressed(HEAD, allow_pickle=False, fitted=fitted, **whole)


if __name__ == "__main__":
    main()
